"""The due date of an answer: a reminder at two thirds, expiry at the end, a supervisor, and a person who cares.

The clock's verbs handle one referral each and check again under its lock, so two sweeps at once do no harm.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.acts import Refusal, verb
from audit.log import SYSTEM, Actor
from referrals.actions import Action
from referrals.models import Message, Referral
from referrals.querysets import ReferralQuerySet
from referrals.services.answering import Who
from referrals.services.thread import keep_message
from referrals.states import AnswerSource, Direction, ReferralState
from referrals.steps import move_referral


@dataclass(frozen=True)
class Due:
    """Referrals for which the clock has something to do."""

    remind: list[UUID]
    expire: list[UUID]
    escalate: list[UUID]


def due(now: datetime, limit: int) -> Due:
    """What the sweep has to do, oldest first, at most `limit` of each."""
    found = Referral.objects.order_by("due_at")
    return Due(
        remind=list(found.to_remind(now).values_list("pk", flat=True)[:limit]),
        expire=list(found.to_expire(now).values_list("pk", flat=True)[:limit]),
        escalate=list(found.to_escalate(now).values_list("pk", flat=True)[:limit]),
    )


@verb(Action.REFERRAL_REMIND)
def remind(*, referral_id: UUID) -> Referral | None:
    """Two thirds of the time have passed without an answer: the agency is to be reminded. None: not any more."""
    now = timezone.now()
    return _stay(
        Referral.objects.to_remind(now), referral_id, Action.REFERRAL_REMIND, changes={"reminded_at": now}
    )


@verb(Action.REFERRAL_EXPIRE)
def expire(*, referral_id: UUID) -> Referral | None:
    """No answer by the due date: sent -> expired. A late answer still counts. None: not any more."""
    referral = _taken(Referral.objects.to_expire(timezone.now()), referral_id)
    if referral is None:
        return None
    return move_referral(referral, to=ReferralState.EXPIRED, action=Action.REFERRAL_EXPIRE, actor=SYSTEM)


@verb(Action.REFERRAL_ESCALATE)
def escalate(*, referral_id: UUID) -> Referral | None:
    """It is late, of whatever reason but a hold: it goes to the supervisors, and nobody cares for it yet.

    None: not any more.
    """
    now = timezone.now()
    return _stay(
        Referral.objects.to_escalate(now),
        referral_id,
        Action.REFERRAL_ESCALATE,
        changes={"escalated_at": now, "cared_for_by": None},
    )


@verb(Action.REFERRAL_TAKE_CARE)
def take_care(*, actor: Actor, referral_id: UUID) -> Referral:
    """Say that one sees to a late referral. Raises Refusal where nothing is late, or one does so already."""
    referral = Referral.objects.locked(referral_id)
    if not Referral.objects.filter(pk=referral_id).late(timezone.now()).exists():
        raise Refusal(_("Nothing is late here any more."))
    if referral.cared_for_by_id == actor.person:
        raise Refusal(_("You see to this already."))
    return move_referral(
        referral,
        to=ReferralState(referral.state),
        action=Action.REFERRAL_TAKE_CARE,
        actor=actor,
        changes={"cared_for_by_id": actor.person},
    )


@verb(Action.MESSAGE_RECORD)
def record_reminder(
    *, actor: Actor, referral_id: UUID, how: AnswerSource, by_name: str, words: str
) -> Message:
    """Write down that one has reminded the agency: whom, how, in which words. Name and words are sealed.

    Raises Refusal.
    """
    referral = Referral.objects.locked(referral_id)
    if not Referral.objects.filter(pk=referral_id).unanswered().exists():
        raise Refusal(_("The agency has answered, or the referral has ended. There is nothing to remind of."))
    who = Who(by_name, how, typed_in_by=actor.person)
    return keep_message(referral, Direction.OUT, words, who, timezone.now(), actor)


def _taken(waiting: ReferralQuerySet, referral_id: UUID) -> Referral | None:
    """The referral, locked, if it still waits for this and no other sweep has it."""
    return (
        waiting.filter(pk=referral_id).select_for_update(no_key=True, skip_locked=True, of=("self",)).first()
    )


def _stay(
    waiting: ReferralQuerySet, referral_id: UUID, action: Action, *, changes: dict[str, datetime | None]
) -> Referral | None:
    referral = _taken(waiting, referral_id)
    if referral is None:
        return None
    state = ReferralState(referral.state)
    return move_referral(referral, to=state, action=action, actor=SYSTEM, changes=changes)
