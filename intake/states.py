"""The states of reports, items and cases, and the moves that are legal. Source: the glossary."""

from enum import StrEnum


class ReportState(StrEnum):
    RECEIVED = "received"
    SORTED = "sorted"
    REJECTED = "rejected"


class ItemState(StrEnum):
    RECEIVED = "received"
    SORTED = "sorted"


class CaseState(StrEnum):
    OPEN = "open"
    ASSIGNED = "assigned"
    ASSESSED = "assessed"
    IN_REVIEW = "in_review"
    CONFIRMED = "confirmed"
    REFERRED = "referred"
    MONITORING = "monitoring"
    CLOSED = "closed"


WAITING = (CaseState.OPEN, CaseState.ASSIGNED, CaseState.ASSESSED, CaseState.IN_REVIEW, CaseState.CONFIRMED)
WITH_AGENCIES = (CaseState.REFERRED, CaseState.MONITORING)


class Priority(StrEnum):
    """Stored as its order, so that the queue sorts by one column; `rank` gives it."""

    DANGER = "danger"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        return list(Priority).index(self)


REPORT_MOVES: dict[str, frozenset[str]] = {
    ReportState.RECEIVED: frozenset({ReportState.SORTED, ReportState.REJECTED}),
    ReportState.SORTED: frozenset(),
    ReportState.REJECTED: frozenset({ReportState.RECEIVED}),
}

CASE_MOVES: dict[str, frozenset[str]] = {
    CaseState.OPEN: frozenset({CaseState.ASSIGNED, CaseState.REFERRED}),
    CaseState.ASSIGNED: frozenset({CaseState.OPEN, CaseState.ASSIGNED, CaseState.ASSESSED}),
    CaseState.ASSESSED: frozenset({CaseState.IN_REVIEW, CaseState.CLOSED}),
    CaseState.IN_REVIEW: frozenset({CaseState.IN_REVIEW, CaseState.CONFIRMED, CaseState.ASSIGNED}),
    CaseState.CONFIRMED: frozenset({CaseState.REFERRED, CaseState.CLOSED}),
    CaseState.REFERRED: frozenset({CaseState.MONITORING, CaseState.CLOSED}),
    CaseState.MONITORING: frozenset({CaseState.CLOSED}),
    CaseState.CLOSED: frozenset({CaseState.OPEN}),
}


class IllegalMove(RuntimeError):
    """The table of moves does not know this step."""


def check_move(moves: dict[str, frozenset[str]], before: str, after: str) -> None:
    """Raise IllegalMove unless the table allows before -> after."""
    if after not in moves.get(before, frozenset()):
        raise IllegalMove(f"{before} -> {after}")
