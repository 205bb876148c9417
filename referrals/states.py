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
    LINK = "link"
    PORTAL = "portal"
    API = "api"


class DeliveryMode(StrEnum):
    """How what we send reaches an agency: by hand into its own form, as a file it collects, or by machine."""

    MANUAL = "manual"
    EXPORT = "export"
    API = "api"


class AgencyState(StrEnum):
    """`test`: whatever is made for it says so. Two people switch to `live`. `paused`: nothing is sent."""

    TEST = "test"
    LIVE = "live"
    PAUSED = "paused"


class RuleState(StrEnum):
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    RETIRED = "retired"


class RuleAddressee(StrEnum):
    """Whom a rule names: one agency, or whoever runs the platform or the hosting of the item."""

    AGENCY = "agency"
    PLATFORM = "platform"
    PROVIDER = "provider"


class HoldState(StrEnum):
    """A police hold: host, registrar, site owner and platform are not told while it is set."""

    SET = "set"
    RELEASED = "released"


class HoldWish(StrEnum):
    """What the police want to become of a hold when they answer."""

    KEEP = "keep"
    LONGER = "longer"
    RELEASE = "release"


class AskState(StrEnum):
    """What one person asks and another decides: a proposal left out, a switch between test and live."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    UNDONE = "undone"


class FollowUpKind(StrEnum):
    SUPPLEMENT = "supplement"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


class FollowUpState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"


class LinkState(StrEnum):
    """`ended`: its referral ended. It answers nothing any more, and opens to say that. `closed`: it opens nothing."""

    OPEN = "open"
    ENDED = "ended"
    CLOSED = "closed"


class Direction(StrEnum):
    """Which way a message of a thread went, seen from the hotline."""

    IN = "in"
    OUT = "out"


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


class Problem(StrEnum):
    """What a delivery can be left with, besides the result of a try and the word of a stop."""

    BOUNCED = "bounced"
    REPLACED = "replaced"


class Found(StrEnum):
    """What a person found out about a delivery whose call broke."""

    ARRIVED = "arrived"
    NOT_ARRIVED = "not_arrived"
    FAILED = "failed"


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
    S.EXPIRED: frozenset({S.ACKNOWLEDGED, S.FAILED, S.WITHDRAWN}),
    S.ACKNOWLEDGED: frozenset({S.ACCEPTED, S.DECLINED, S.NEEDS_INFO, S.CONCLUDED, S.WITHDRAWN}),
    S.ACCEPTED: frozenset({S.NEEDS_INFO, S.CONCLUDED, S.WITHDRAWN}),
    S.NEEDS_INFO: frozenset({S.SENT, S.ACCEPTED, S.DECLINED, S.CONCLUDED, S.WITHDRAWN}),
    S.DECLINED: frozenset({S.CONCLUDED}),
    S.CONCLUDED: frozenset(),
    S.WITHDRAWN: frozenset(),
}

DELIVERY_MOVES: dict[str, frozenset[str]] = {
    DeliveryState.QUEUED: frozenset({DeliveryState.SENDING, DeliveryState.FAILED}),
    DeliveryState.SENDING: frozenset(
        {DeliveryState.QUEUED, DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.UNKNOWN}
    ),
    DeliveryState.DELIVERED: frozenset({DeliveryState.FAILED}),
    DeliveryState.FAILED: frozenset({DeliveryState.QUEUED}),
    DeliveryState.UNKNOWN: frozenset({DeliveryState.QUEUED, DeliveryState.DELIVERED, DeliveryState.FAILED}),
}

AGENCY_MOVES: dict[str, frozenset[str]] = {
    AgencyState.TEST: frozenset({AgencyState.LIVE, AgencyState.PAUSED}),
    AgencyState.LIVE: frozenset({AgencyState.TEST, AgencyState.PAUSED}),
    AgencyState.PAUSED: frozenset({AgencyState.TEST}),
}

RULE_MOVES: dict[str, frozenset[str]] = {
    RuleState.PROPOSED: frozenset({RuleState.IN_FORCE, RuleState.RETIRED}),
    RuleState.IN_FORCE: frozenset({RuleState.RETIRED}),
    RuleState.RETIRED: frozenset(),
}

HOLD_MOVES: dict[str, frozenset[str]] = {
    HoldState.SET: frozenset({HoldState.RELEASED}),
    HoldState.RELEASED: frozenset(),
}

ASK_MOVES: dict[str, frozenset[str]] = {
    AskState.ASKED: frozenset({AskState.AGREED, AskState.DECLINED, AskState.UNDONE}),
    AskState.AGREED: frozenset({AskState.UNDONE}),
    AskState.DECLINED: frozenset(),
    AskState.UNDONE: frozenset(),
}

FOLLOW_UP_MOVES: dict[str, frozenset[str]] = {
    FollowUpState.QUEUED: frozenset({FollowUpState.SENT, FollowUpState.FAILED}),
    FollowUpState.FAILED: frozenset({FollowUpState.QUEUED}),
    FollowUpState.SENT: frozenset({FollowUpState.ACKNOWLEDGED, FollowUpState.FAILED}),
    FollowUpState.ACKNOWLEDGED: frozenset(),
}

LINK_MOVES: dict[str, frozenset[str]] = {
    LinkState.OPEN: frozenset({LinkState.ENDED, LinkState.CLOSED}),
    LinkState.ENDED: frozenset({LinkState.CLOSED}),
    LinkState.CLOSED: frozenset(),
}

HOST_SIDE = frozenset({AgencyKind.PROVIDER.value, AgencyKind.PLATFORM.value, AgencyKind.REGISTRAR.value})
"""Whom a police hold keeps in the dark. Source: the routing rules of hotlines, part 4."""

ANSWER_STATES: dict[str, ReferralState] = {
    Answer.RECEIVED: S.ACKNOWLEDGED,
    Answer.ACCEPTED: S.ACCEPTED,
    Answer.DECLINED: S.DECLINED,
    Answer.NEEDS_INFO: S.NEEDS_INFO,
}
"""Where an answer leads. Any answer first proves receipt: from sent, the referral passes `acknowledged`."""

BY_THEMSELVES = frozenset({AnswerSource.LINK.value, AnswerSource.PORTAL.value, AnswerSource.API.value})
"""Ways by which an answer arrives without anybody of the hotline being told it: somebody has to read it."""

ENDED = frozenset({S.CONCLUDED, S.WITHDRAWN})
UNSENT = frozenset({S.QUEUED, S.HELD, S.FAILED})
"""Nothing has arrived at the agency. A delivery that came back is a failure too."""
GOT_THE_FIRST = frozenset(
    {S.SENT, S.EXPIRED, S.ACKNOWLEDGED, S.ACCEPTED, S.DECLINED, S.NEEDS_INFO, S.CONCLUDED}
)
"""The agency has the first document, so whatever was wrong or new in it concerns the agency."""
UNANSWERED = frozenset({S.QUEUED, S.SENT, S.EXPIRED})
ANSWERABLE = frozenset({S.SENT, S.EXPIRED, S.ACKNOWLEDGED, S.ACCEPTED, S.NEEDS_INFO})
ANSWERED = frozenset({S.ACKNOWLEDGED, S.ACCEPTED, S.DECLINED, S.NEEDS_INFO})


class IllegalMove(RuntimeError):
    """The table of moves does not know this step."""


def check_move(moves: dict[str, frozenset[str]], before: str, after: str) -> None:
    """Raise IllegalMove unless the table allows before -> after."""
    if after not in moves.get(before, frozenset()):
        raise IllegalMove(f"{before} -> {after}")
