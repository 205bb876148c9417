"""Check the whole log: nothing was changed, every act has its entry, and the entries lead to today's rows.

Reads in one snapshot with the rights of the application, in memory that does not grow with the log. Until the log
is sealed into a tree, whoever can rewrite both an entry and its copy can still lie; sealing takes that away.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from audit import binding, checking, lines, log, replay
from audit.findings import Report
from audit.lines import Stored
from audit.models import Recorded
from audit.replay import Bound, History, Today

STEP = 20_000

Progress = Callable[[int], None]
Told = TypeVar("Told", History, Today)


def verify(progress: Progress | None = None) -> Report:
    """The verdict on the log as it is now. `progress` is told the number of entries, every twenty thousand."""
    return _Verification(progress or _silent).run()


class _Verification:
    """One run over the log, object by object."""

    def __init__(self, progress: Progress) -> None:
        self.report = Report()
        self._bound = Bound()
        self._progress = progress

    def run(self) -> Report:
        began = time.monotonic()
        with _snapshot():
            for model in binding.models():
                self._check_model(model)
            self._bound.settle(self.report.findings)
            self._check_other_kinds()
            for event_id in lines.removed():
                self.report.findings.add(
                    None, event_id, _("this entry was removed: only its leaf hash is left")
                )
        self.report.seconds = time.monotonic() - began
        return self.report

    def _check_model(self, model: type[Recorded]) -> None:
        """Two streams in the order of ids, side by side: what the entries tell, and the rows."""
        kind = model.audit_kind
        told = self._histories(lines.of_kind(kind), model.audit_facts)
        for history, row in _side_by_side(told, replay.rows_of(model)):
            self.report.objects[kind] += row is not None
            replay.compare(kind, history, row, self.report.findings, self._bound)

    def _check_other_kinds(self) -> None:
        """Objects without a row of their own: a page of a door, for example. Nothing else may stand in the log."""
        models = [model.audit_kind for model in binding.models()]
        for line in lines.of_other_kinds(models):
            self._check_line(line)
            if not log.is_rowless(line.kind):
                self._find(
                    line,
                    _("it is about a “%(kind)s”, and the product knows no such thing") % {"kind": line.kind},
                )

    def _histories(self, stream: Iterator[Stored], covered: dict[str, str]) -> Iterator[History]:
        for object_id, group in groupby(stream, key=lambda line: line.object_id):
            history = History(object_id)
            for line in group:
                body = self._check_line(line)
                if body is not None:
                    history.take(line, body, covered, self.report.findings)
            yield history

    def _check_line(self, line: Stored) -> dict[str, Any] | None:
        """Check one line by itself. None if it cannot be read at all."""
        self._count(line)
        try:
            body = checking.read(line.entry)
        except checking.Unreadable as error:
            self._find(line, str(error))
            return None
        for problem in checking.problems(line, body, log.known):
            self._find(line, problem)
        if checking.is_late(line, body):
            self.report.warnings.add(
                line.index, line.event_id, _("its time is more than 5 s from the database's clock")
            )
        if body["log"] != settings.TUTELA_LOG_ORIGIN:
            self.report.warnings.add(
                line.index, line.event_id, _("it was written for the log “%(log)s”") % {"log": body["log"]}
            )
        return body

    def _count(self, line: Stored) -> None:
        self.report.entries += 1
        self.report.texts += line.sealed is not None
        self.report.erased += line.has_text and line.sealed is None
        if self.report.entries % STEP == 0:
            self._progress(self.report.entries)

    def _find(self, line: Stored, what: str) -> None:
        self.report.findings.add(line.index, line.event_id, what)


def _silent(entries: int) -> None:
    """Nobody waits at the screen."""


@contextmanager
def _snapshot() -> Iterator[None]:
    """One moment of the database, so that work going on meanwhile is not taken for a fault."""
    within = connection.in_atomic_block  # a caller's transaction brings its own view
    with transaction.atomic():
        if not within:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _side_by_side(
    told: Iterator[History], rows: Iterator[Today]
) -> Iterator[tuple[History | None, Today | None]]:
    """Merge two streams that are both in the order of ids."""
    history, row = next(told, None), next(rows, None)
    while history is not None or row is not None:
        this = min(item.object_id for item in (history, row) if item is not None)
        yield _if_of(history, this), _if_of(row, this)
        history = next(told, None) if _is_of(history, this) else history
        row = next(rows, None) if _is_of(row, this) else row


def _is_of(item: History | Today | None, object_id: UUID) -> bool:
    return item is not None and item.object_id == object_id


def _if_of(item: Told | None, object_id: UUID) -> Told | None:
    return item if _is_of(item, object_id) else None
