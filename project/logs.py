"""Process logs as JSON, one event a line, without addresses, codes or texts of people."""

import json
import logging
from datetime import UTC, datetime

OURS = ("audit", "intake", "project", "referrals")


class JsonLines(logging.Formatter):
    """Level, logger, event and exception type. Values are never formatted into the event: they may be a person's."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": _event(record),
        }
        if status := getattr(record, "status_code", None):
            line["status"] = str(status)
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return json.dumps(line, ensure_ascii=True)


def _event(record: logging.LogRecord) -> str:
    """Our own words in full; of a library only the pattern, and only if the values stand apart from it."""
    if record.name.startswith(OURS):
        return str(record.msg)
    return str(record.msg) if record.args else ""


def _where(record: logging.LogRecord) -> str:
    trace = record.exc_info[2] if record.exc_info else None
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
