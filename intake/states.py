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


class LeaseState(StrEnum):
    """Who has a case, and until when. At most one lease of a case is held."""

    HELD = "held"
    ENDED = "ended"


class ClosureState(StrEnum):
    """Closing a case is asked by one person and decided by another, unless a policy waives that."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    UNDONE = "undone"


class ClosingOutcome(StrEnum):
    """With what a case is closed."""

    CONCLUDED = "concluded"
    NOBODY = "nobody"
    NOT_ILLEGAL = "not_illegal"
    NOT_FOUND = "not_found"
    NOT_ACCESSIBLE = "not_accessible"
    OUT_OF_REMIT = "out_of_remit"
    SPAM = "spam"

    @property
    def rejects(self) -> bool:
        """The reports themselves are rejected: kept and counted, and taken up again if that was wrong."""
        return self in {ClosingOutcome.OUT_OF_REMIT, ClosingOutcome.SPAM}


class PolicyCode(StrEnum):
    """What a hotline settles for itself, one row a version. Silence means the strict answer."""

    CLOSURE = "closure"
    FORWARD_ONLY = "forward_only"
    POLICE_HOLD = "police_hold"
    RULE_ACTIVATION = "rule_activation"
    SECOND_REVIEW = "second_review"


class PolicyValue(StrEnum):
    """`delegate`: the second person may come from another organisation. `on` and `off` are for switches."""

    REQUIRED = "required"
    DELEGATE = "delegate"
    WAIVED = "waived"
    ON = "on"
    OFF = "off"


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
    ReportState.SORTED: frozenset({ReportState.REJECTED}),
    ReportState.REJECTED: frozenset({ReportState.RECEIVED, ReportState.SORTED}),
}

CASE_MOVES: dict[str, frozenset[str]] = {
    # open or assigned -> closed: the reports are rejected; -> referred: forward-only mode.
    CaseState.OPEN: frozenset({CaseState.ASSIGNED, CaseState.REFERRED, CaseState.CLOSED}),
    CaseState.ASSIGNED: frozenset(
        {CaseState.OPEN, CaseState.ASSIGNED, CaseState.ASSESSED, CaseState.REFERRED, CaseState.CLOSED}
    ),
    # assessed -> confirmed: review waived by policy, or a child in danger (reviewed afterwards). -> assigned: undone.
    CaseState.ASSESSED: frozenset(
        {CaseState.IN_REVIEW, CaseState.CLOSED, CaseState.CONFIRMED, CaseState.ASSIGNED}
    ),
    CaseState.IN_REVIEW: frozenset({CaseState.IN_REVIEW, CaseState.CONFIRMED, CaseState.ASSIGNED}),
    # confirmed -> in_review, -> assessed; referred -> confirmed, -> assigned: undone before anything left the house.
    # confirmed -> assigned: one person confirmed alone, and the review that was owed did not hold.
    CaseState.CONFIRMED: frozenset(
        {
            CaseState.REFERRED,
            CaseState.CLOSED,
            CaseState.IN_REVIEW,
            CaseState.ASSESSED,
            CaseState.ASSIGNED,
        }
    ),
    CaseState.REFERRED: frozenset(
        {CaseState.MONITORING, CaseState.CLOSED, CaseState.CONFIRMED, CaseState.ASSIGNED}
    ),
    CaseState.MONITORING: frozenset({CaseState.CLOSED}),
    # closed -> open: reopened; -> any other: the closing is undone, and the case is where it was.
    CaseState.CLOSED: frozenset(
        {
            CaseState.OPEN,
            CaseState.ASSIGNED,
            CaseState.ASSESSED,
            CaseState.CONFIRMED,
            CaseState.REFERRED,
            CaseState.MONITORING,
        }
    ),
}

LEASE_MOVES: dict[str, frozenset[str]] = {
    LeaseState.HELD: frozenset({LeaseState.ENDED}),
    LeaseState.ENDED: frozenset(),
}

CLOSURE_MOVES: dict[str, frozenset[str]] = {
    ClosureState.ASKED: frozenset({ClosureState.AGREED, ClosureState.DECLINED, ClosureState.UNDONE}),
    ClosureState.AGREED: frozenset({ClosureState.UNDONE}),
    ClosureState.DECLINED: frozenset(),
    ClosureState.UNDONE: frozenset(),
}


class IllegalMove(RuntimeError):
    """The table of moves does not know this step."""


def check_move(moves: dict[str, frozenset[str]], before: str, after: str) -> None:
    """Raise IllegalMove unless the table allows before -> after."""
    if after not in moves.get(before, frozenset()):
        raise IllegalMove(f"{before} -> {after}")
