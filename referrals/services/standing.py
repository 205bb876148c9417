"""Whether we have an answer already: the same once more changes nothing."""

from datetime import date

from audit import log
from referrals.models import Acknowledgement, FollowUp, Message, Outcome, Referral
from referrals.states import ANSWER_STATES, BY_THEMSELVES, Answer, Direction, OutcomeKind, ReferralState


def newest(referral: Referral, follow_up: FollowUp | None) -> Acknowledgement | None:
    """The last answer to the first document, or to the follow-up."""
    found = Acknowledgement.objects.filter(referral=referral, follow_up=follow_up)
    return found.order_by("-recorded_at").first()


def answer(referral: Referral, follow_up: FollowUp | None, asked: Answer) -> Acknowledgement | None:
    """This very answer, if it is the last one and still stands.

    To the first document it may have been given with a later one.
    """
    if follow_up is not None:
        found = newest(referral, follow_up)
        return found if found and found.answer == asked else None
    if referral.state != ANSWER_STATES[asked]:
        return None
    given = Acknowledgement.objects.filter(referral=referral, answer=asked)
    return given.order_by("-recorded_at").first()


def answered(referral: Referral) -> bool:
    """Whether the agency has said anything to the referral or to what followed."""
    return Acknowledgement.objects.filter(referral=referral).exists()


def message(referral: Referral, words: str) -> Message | None:
    """The last message of the agency, if it says exactly this."""
    came = Message.objects.filter(referral=referral, direction=Direction.IN, source__in=BY_THEMSELVES)
    found = came.order_by("-recorded_at").first()
    return found if found and _told(found).get("words") == words.strip() else None


def outcome(referral: Referral, kind: OutcomeKind | None, day: date | None) -> Outcome | None:
    """This very outcome of a concluded referral, if the agency itself told it."""
    if referral.state != ReferralState.CONCLUDED or kind is None or day is None:
        return None
    found = Outcome.objects.filter(referral=referral, source__in=BY_THEMSELVES)
    return found.filter(outcome=kind, happened_on=day).first()


def has_words(held: Acknowledgement, words: str) -> bool:
    """Whether the answer says this already, or nothing is said."""
    return words.strip() in {"", _told(held).get("note", "")}


def has_reference(held: Acknowledgement, reference: str) -> bool:
    """Whether we know their file number already, or none is given."""
    return reference.strip() in {"", _told(held).get("reference", "")}


def _told(row: Acknowledgement | Message) -> dict[str, str]:
    return log.payloads([row.last_event_id]).get(row.last_event_id, {})
