"""What an agency says by itself, through its link or in the portal: answer, words, outcome, in one act.

The same once more changes nothing and gets the same answer; new words with it, or words alone, are added to the
thread. Of two at once one is first; the other hears that its answer does not follow.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from referrals import wording
from referrals.actions import Action
from referrals.models import Acknowledgement, AnswerLink, FollowUp, Message, Outcome, Referral
from referrals.services import answering, arrivals, links, standing, thread
from referrals.services.answering import Answered, Who
from referrals.states import (
    ANSWERED,
    ENDED,
    Answer,
    Direction,
    FollowUpState,
    LinkState,
    OutcomeKind,
    ReferralState,
)
from referrals.wording import Words

WRITES = (*answering.ANSWERS, *answering.OUTCOMES, Action.MESSAGE_RECORD)


class Ended(Refusal):
    """The referral was withdrawn or concluded: nothing can be answered any more."""


class LinkGone(Exception):
    """The link closed, or its time passed, since it was looked for."""


@dataclass(frozen=True)
class Reply:
    """What one person sends at once. `words`: why not, what is missing, or anything else. All texts are sealed."""

    who: Who
    answer: Answer | None = None
    words: str = ""
    reference: str = ""
    outcome: OutcomeKind | None = None
    happened_on: date | None = None
    keeps_hold: bool = False


@dataclass(frozen=True)
class Replied:
    """What is on record now. `event_id` is the entry of the log; `again`: we had exactly this already."""

    referral: Referral
    event_id: UUID
    again: bool
    acknowledgement: Acknowledgement | None = None
    message: Message | None = None
    outcome: Outcome | None = None

    @property
    def words(self) -> Words:
        """The answer in the words of who gave it."""
        return wording.REPLIES[self.acknowledgement.answer].words if self.acknowledgement else ""

    @property
    def done(self) -> Words:
        return wording.DONE[self.outcome.outcome] if self.outcome else ""

    @property
    def at(self) -> datetime | None:
        """When the newest of it was recorded."""
        newest = self.outcome or self.message or self.acknowledgement
        return newest.recorded_at if newest else None


@verb(*WRITES, *arrivals.ARRIVES)
def reply_by_link(*, link_id: UUID, reply: Reply) -> Replied:
    """Whoever holds the link answers for the agency. Raises Refusal, Ended or LinkGone.

    Where nobody knew whether the message with the link arrived, this proves it.
    """
    link = AnswerLink.objects.get(pk=link_id)
    unknown = arrivals.lock_unknown(link)
    referral = answering.lock(link.referral_id)
    link = links.lock(link_id)
    if not links.opens(link):
        raise LinkGone
    actor = links.actor_of(link)
    if link.state == LinkState.OPEN and unknown:
        arrivals.settle(unknown, link, actor)
        referral = answering.lock(link.referral_id)
    follow_up = answering.lock_follow_up(referral, link.follow_up_id)
    return _reply(referral, follow_up, reply, actor, ended=link.state == LinkState.ENDED)


@verb(*WRITES)
def reply_in_portal(
    *, actor: Actor, referral_id: UUID, reply: Reply, follow_up_id: UUID | None = None
) -> Replied:
    """A signed-in person of the agency answers. Raises Refusal or Ended."""
    referral = answering.lock(referral_id)
    follow_up = answering.lock_follow_up(referral, follow_up_id)
    return _reply(referral, follow_up, reply, actor)


def note_refused(link: AnswerLink) -> None:
    """Somebody tried to answer after the end: it leaves an entry."""
    log.note(
        Action.LINK_REFUSE,
        actor=links.actor_of(link),
        kind=AnswerLink.audit_kind,
        id=link.id,
        case=link.referral.case_id,
    )


def _reply(
    referral: Referral, follow_up: FollowUp | None, reply: Reply, actor: Actor, *, ended: bool = False
) -> Replied:
    """`ended`: with the referral ended what the answer came by, whatever was still waiting then."""
    answering.check_who(reply.who)
    if ended or _is_over(referral, follow_up):
        return _after_the_end(referral, follow_up, reply)
    acknowledgement, message, again = _answer(referral, follow_up, reply, actor)
    outcome = _conclude(referral, reply, actor)
    newest = outcome or message or acknowledgement
    if newest is None:
        raise Refusal(_("Choose an answer first."))
    return Replied(
        referral,
        newest.last_event_id,
        again=again and outcome is None,
        acknowledgement=acknowledgement,
        message=message,
        outcome=outcome,
    )


def _is_over(referral: Referral, follow_up: FollowUp | None) -> bool:
    """Ended, with nothing left to answer: a follow-up that is with the agency still waits for its answer."""
    waits = follow_up is not None and follow_up.state != FollowUpState.ACKNOWLEDGED
    return referral.state in ENDED and not waits


def _after_the_end(referral: Referral, follow_up: FollowUp | None, reply: Reply) -> Replied:
    """The same once more gets the same answer; anything else is refused."""
    given = standing.outcome(referral, reply.outcome, reply.happened_on)
    answered = standing.newest(referral, follow_up)
    if given:
        return Replied(referral, given.last_event_id, again=True, acknowledgement=answered, outcome=given)
    if follow_up and answered and answered.answer == reply.answer and reply.outcome is None:
        return Replied(referral, answered.last_event_id, again=True, acknowledgement=answered)
    if referral.state == ReferralState.WITHDRAWN:
        raise Ended(_("The hotline has taken this referral back. Nothing is left to answer."))
    raise Ended(_("This referral is concluded. Nothing is left to answer."))


def _answer(
    referral: Referral, follow_up: FollowUp | None, reply: Reply, actor: Actor
) -> tuple[Acknowledgement | None, Message | None, bool]:
    """The answer and the message on record now, and whether both were there before."""
    if reply.answer is None:
        return None, *_only_words(referral, reply, actor)
    held = standing.answer(referral, follow_up, reply.answer)
    if held and standing.has_reference(held, reply.reference):
        return held, *_more_words(referral, held, reply, actor)
    said = Answered(
        answer=reply.answer,
        who=reply.who,
        at=timezone.now(),
        reference=reply.reference,
        words=reply.words,
        follow_up=follow_up,
        keeps_hold=reply.keeps_hold,
    )
    return answering.acknowledge(referral, said, actor, stays=held is not None), None, False


def _only_words(referral: Referral, reply: Reply, actor: Actor) -> tuple[Message | None, bool]:
    """Words without an answer belong to the thread, once there was one; beside an outcome, to that."""
    if reply.outcome is not None or not reply.words.strip():
        return None, False
    if not standing.answered(referral):
        raise Refusal(_("Choose an answer first."))
    return _message(referral, reply, actor)


def _more_words(
    referral: Referral, held: Acknowledgement, reply: Reply, actor: Actor
) -> tuple[Message | None, bool]:
    """The same answer once more adds its words to the thread, unless it says what we were told already."""
    if standing.has_words(held, reply.words):
        return None, True
    return _message(referral, reply, actor)


def _message(referral: Referral, reply: Reply, actor: Actor) -> tuple[Message, bool]:
    known = standing.message(referral, reply.words)
    if known:
        return known, True
    now = timezone.now()
    return thread.keep_message(referral, Direction.IN, reply.words, reply.who, now, actor), False


def _conclude(referral: Referral, reply: Reply, actor: Actor) -> Outcome | None:
    if reply.outcome is None:
        return None
    if reply.happened_on is None:
        raise Refusal(_("Say on which day."))
    if referral.state not in ANSWERED:
        raise Refusal(_("Say first whether you received it."))
    return answering.conclude(
        referral,
        reply.outcome,
        reply.happened_on,
        reply.who,
        actor,
        reference=reply.reference,
        note="" if reply.answer else reply.words,
    )
