"""The states of referrals and deliveries, and the moves that are legal. Source: the glossary."""

from enum import StrEnum


class ReferralState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    QUEUED = "queued"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NEEDS_INFO = "needs_info"
    CONCLUDED = "concluded"
    HELD = "held"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    FAILED = "failed"


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Obligation(StrEnum):
    OBLIGATORY = "obligatory"
    SUGGESTED = "suggested"
    FORBIDDEN = "forbidden"


class Answer(StrEnum):
    """What an organisation can say to a referral."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NEEDS_INFO = "needs_info"


class AnswerSource(StrEnum):
    """How a typed-in answer reached us."""

    PHONE = "phone"
    MAIL = "mail"
    PAPER = "paper"
    IN_PERSON = "in_person"


class AgencyKind(StrEnum):
    POLICE = "police"
    PROSECUTOR = "prosecutor"
    HOTLINE = "hotline"
    CLEARING_HOUSE = "clearing_house"
    NRM_BODY = "nrm_body"
    CHILD_PROTECTION = "child_protection"
    VICTIM_SUPPORT = "victim_support"
    PROVIDER = "provider"
    PLATFORM = "platform"
    REGISTRAR = "registrar"
    REGULATOR = "regulator"


class HandOver(StrEnum):
    """How a package left the house when the agency has no sign-in here."""

    IN_PERSON = "in_person"
    COURIER = "courier"
    CARRIER = "carrier"


class AttemptResult(StrEnum):
    """How one try to deliver ended. All but the first two name a failure by its remedy."""

    OFFERED = "offered"
    DELIVERED = "delivered"
    RETRY = "retry"
    FIX_CONFIG = "fix_config"
    FIX_PAYLOAD = "fix_payload"
    ASK_HUMAN = "ask_human"
    BROKEN = "broken"


class OutcomeKind(StrEnum):
    REMOVED = "removed"
    INVESTIGATING = "investigating"
    VICTIM_ASSISTED = "victim_assisted"
    NO_ACTION = "no_action"
    UNKNOWN = "unknown"


S = ReferralState
REFERRAL_MOVES: dict[str, frozenset[str]] = {
    S.DRAFT: frozenset({S.APPROVED}),
    S.APPROVED: frozenset({S.QUEUED}),
    S.QUEUED: frozenset({S.SENT, S.HELD, S.FAILED, S.WITHDRAWN}),
    S.HELD: frozenset({S.QUEUED, S.WITHDRAWN}),
    S.FAILED: frozenset({S.QUEUED, S.WITHDRAWN}),
    S.SENT: frozenset({S.ACKNOWLEDGED, S.EXPIRED, S.FAILED, S.WITHDRAWN}),
    S.EXPIRED: frozenset({S.ACKNOWLEDGED, S.WITHDRAWN}),
    S.ACKNOWLEDGED: frozenset({S.ACCEPTED, S.DECLINED, S.NEEDS_INFO, S.CONCLUDED, S.WITHDRAWN}),
    S.ACCEPTED: frozenset({S.NEEDS_INFO, S.CONCLUDED, S.WITHDRAWN}),
    S.NEEDS_INFO: frozenset({S.SENT, S.ACCEPTED, S.DECLINED, S.CONCLUDED, S.WITHDRAWN}),
    S.DECLINED: frozenset({S.CONCLUDED}),
    S.CONCLUDED: frozenset(),
    S.WITHDRAWN: frozenset(),
}

DELIVERY_MOVES: dict[str, frozenset[str]] = {
    DeliveryState.QUEUED: frozenset({DeliveryState.SENDING}),
    DeliveryState.SENDING: frozenset(
        {DeliveryState.QUEUED, DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.UNKNOWN}
    ),
    DeliveryState.DELIVERED: frozenset({DeliveryState.FAILED}),
    DeliveryState.FAILED: frozenset({DeliveryState.QUEUED}),
    DeliveryState.UNKNOWN: frozenset({DeliveryState.QUEUED, DeliveryState.DELIVERED, DeliveryState.FAILED}),
}

ANSWER_STATES: dict[str, ReferralState] = {
    Answer.RECEIVED: S.ACKNOWLEDGED,
    Answer.ACCEPTED: S.ACCEPTED,
    Answer.DECLINED: S.DECLINED,
    Answer.NEEDS_INFO: S.NEEDS_INFO,
}
"""Where an answer leads. Any answer first proves receipt: from sent, the referral passes `acknowledged`."""

ENDED = frozenset({S.CONCLUDED, S.WITHDRAWN})
UNANSWERED = frozenset({S.QUEUED, S.SENT, S.EXPIRED})
ANSWERABLE = frozenset({S.SENT, S.EXPIRED, S.ACKNOWLEDGED, S.ACCEPTED, S.NEEDS_INFO})
ANSWERED = frozenset({S.ACKNOWLEDGED, S.ACCEPTED, S.DECLINED, S.NEEDS_INFO})


class IllegalMove(RuntimeError):
    """The table of moves does not know this step."""


def check_move(moves: dict[str, frozenset[str]], before: str, after: str) -> None:
    """Raise IllegalMove unless the table allows before -> after."""
    if after not in moves.get(before, frozenset()):
        raise IllegalMove(f"{before} -> {after}")
