"""What an agency told us by itself, shown back to its own people. What we typed in, and our notes, are ours alone."""

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from audit import log
from referrals import wording
from referrals.models import Acknowledgement, Message, Referral
from referrals.states import BY_THEMSELVES, Direction
from referrals.wording import Words


@dataclass(frozen=True)
class Heard:
    words: Words
    by_name: str
    at: datetime
    reference: str
    note: str


def heard(referral: Referral) -> list[Heard]:
    """Answers and messages, oldest first."""
    answers = Acknowledgement.objects.filter(referral=referral, source__in=BY_THEMSELVES)
    messages = Message.objects.filter(referral=referral, source__in=BY_THEMSELVES, direction=Direction.IN)
    both: list[Acknowledgement | Message] = [*answers, *messages]
    found = sorted(both, key=attrgetter("recorded_at"))
    told = log.payloads(row.last_event_id for row in found)
    return [_heard(row, told.get(row.last_event_id, {})) for row in found]


def _heard(row: Acknowledgement | Message, told: dict[str, str]) -> Heard:
    return Heard(
        words=wording.REPLIES[row.answer].words if isinstance(row, Acknowledgement) else _("A message"),
        by_name=", ".join(part for part in (told.get("by_name"), told.get("unit")) if part),
        at=row.recorded_at,
        reference=told.get("reference", ""),
        note=told.get("note") or told.get("words", ""),
    )
