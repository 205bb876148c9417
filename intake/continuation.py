"""What a reporter's browser carries from step to step, since the public door has no cookie and no session.

A signed token in a hidden field: which thread, what was saved in it. It holds no address, no answer and no word.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from django.core import signing

SALT = "intake.continuation"
GOOD_FOR = timedelta(hours=2)


class Source(StrEnum):
    """For whom somebody reports at the public door."""

    PUBLIC = "public"
    ORGANISATION = "organisation"


class Broken(ValueError):
    """The token is missing, too old, or not ours."""


@dataclass(frozen=True)
class Continuation:
    """`saved` holds a short mark of each line kept so far, so that a corrected form does not keep it twice."""

    thread: UUID
    source: Source
    saved: frozenset[str] = frozenset()
    reports: tuple[UUID, ...] = ()

    def not_yet_saved(self, lines: Iterable[str], answers: Sequence[str]) -> list[str]:
        return [line for line in lines if mark(line, answers) not in self.saved]

    def having_saved(self, report: UUID, lines: Iterable[str], answers: Sequence[str]) -> "Continuation":
        marks = {mark(line, answers) for line in lines}
        return replace(self, saved=self.saved | marks, reports=(*self.reports, report))


def begin(source: Source) -> Continuation:
    return Continuation(uuid4(), source)


def seal(continuation: Continuation) -> str:
    body = {
        "thread": continuation.thread.hex,
        "source": continuation.source.value,
        "saved": sorted(continuation.saved),
        "reports": [report.hex for report in continuation.reports],
    }
    return signing.dumps(body, salt=SALT)


def unseal(token: str) -> Continuation:
    """Raises Broken."""
    try:
        body = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature as error:
        raise Broken from error
    return Continuation(
        thread=UUID(body["thread"]),
        source=Source(body["source"]),
        saved=frozenset(body["saved"]),
        reports=tuple(UUID(report) for report in body["reports"]),
    )


def mark(line: str, answers: Sequence[str]) -> str:
    """Enough of a digest to know a line again together with the answers that were given beside it."""
    return hashlib.sha256("\n".join([line, *answers]).encode()).hexdigest()[:16]
