"""The thread that “they need more”, or words of theirs, open: what agency and hotline tell each other until the end.

Words and sender are sealed with the entry. What we tell an agency we tell it outside this product, by phone or mail,
and type in; a supplement is the way to bring it new facts.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from referrals import wording
from referrals.actions import Action
from referrals.models import Acknowledgement, Message, Referral
from referrals.services import answering, said
from referrals.services.answering import Who
from referrals.services.said import Said
from referrals.states import BY_THEMSELVES, ENDED, Answer, AnswerSource, Direction
from referrals.wording import Words

LONGEST = 2000


@dataclass(frozen=True)
class Told:
    """One message. `recorded_by` is empty where it came by itself."""

    outward: bool
    words: str
    by_name: str
    contact: str
    source: Words
    at: datetime
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True)
class Turn:
    """One place in the thread: an answer, which may be about the hold alone, or a message."""

    at: datetime
    answer: Said | None = None
    message: Told | None = None


@verb(Action.MESSAGE_RECORD)
def record_message(
    *,
    actor: Actor,
    referral_id: UUID,
    direction: Direction,
    words: str,
    by_name: str,
    source: AnswerSource,
    at: datetime,
) -> Message:
    """Type in what was said to or by the agency, once it has asked for more. Raises Refusal."""
    referral = answering.lock(referral_id)
    if referral.state in ENDED:
        raise Refusal(_("This referral has ended."))
    if not is_open(referral):
        raise Refusal(_("The agency has not asked for more. Type in its answer first."))
    if at > timezone.now():
        raise Refusal(_("This time is still to come. Check date and time."))
    if at < answering.sent_at(referral).replace(second=0, microsecond=0):
        raise Refusal(_("This time is before the package was handed over. Check date and time."))
    who = Who(by_name, source, typed_in_by=actor.person)
    return keep_message(referral, direction, words, who, at, actor)


def keep_message(
    referral: Referral, direction: Direction, words: str, who: Who, at: datetime, actor: Actor
) -> Message:
    """Write one message of the locked referral down. A step. Raises Refusal."""
    answering.check_who(who)
    if not words.strip():
        raise Refusal(_("Say what was said."))
    if len(words) > LONGEST:
        raise Refusal(_("Say it in 2,000 characters at most."))
    message = Message(
        id=uuid.uuid4(),
        referral=referral,
        direction=direction,
        source=who.source,
        at=at,
        recorded_at=timezone.now(),
        recorded_by_id=who.typed_in_by,
    )
    log.add(
        message,
        Action.MESSAGE_RECORD,
        actor=actor,
        case=referral.case_id,
        facts={"referral": referral.id, "direction": direction, "source": who.source},
        payload={**who.told, "words": words.strip()},
    )
    return message


def is_open(referral: Referral) -> bool:
    """Whether the agency has ever asked for more, or written anything by itself."""
    asked = Acknowledgement.objects.filter(referral=referral, answer=Answer.NEEDS_INFO)
    wrote = Message.objects.filter(referral=referral, direction=Direction.IN, source__in=BY_THEMSELVES)
    return asked.exists() or wrote.exists()


def messages(referral: Referral) -> list[Told]:
    """In the order in which they were said."""
    found = list(Message.objects.filter(referral=referral).select_related("recorded_by").order_by("at"))
    told = log.payloads(message.last_event_id for message in found)
    return [_told(message, told.get(message.last_event_id, {})) for message in found]


def thread(referral: Referral) -> list[Turn]:
    """Answers, messages and what the police asked for about their hold together, oldest first."""
    told = [*said.answers(referral), *said.holds(referral)]
    turns = [Turn(answer.at, answer=answer) for answer in told]
    turns += [Turn(message.at, message=message) for message in messages(referral)]
    return sorted(turns, key=attrgetter("at"))


def _told(message: Message, told: dict[str, str]) -> Told:
    return Told(
        outward=message.direction == Direction.OUT,
        words=told.get("words", ""),
        by_name=said.by_whom(told),
        contact=told.get("contact", ""),
        source=wording.ALL_SOURCES[message.source],
        at=message.at,
        recorded_at=message.recorded_at,
        recorded_by=message.recorded_by.name if message.recorded_by else "",
    )
