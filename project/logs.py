"""Process logs as JSON, one event a line, without addresses, codes or texts of people."""

import json
import logging
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """Level, logger, event name and exception type. Messages with values of requests are never formatted in."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": str(record.msg)
            if record.name.startswith(("project", "intake", "referrals", "audit"))
            else str(record.msg).split("%")[0].strip(),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return json.dumps(line, ensure_ascii=True)


def _where(record: logging.LogRecord) -> str:
    trace = record.exc_info[2] if record.exc_info else None
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
