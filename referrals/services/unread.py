"""What agencies did by themselves and nobody of the hotline has read: answers, outcomes, messages, changed holds.

What a person typed in was read by that person.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from referrals import policies, wording
from referrals.actions import Action
from referrals.models import Acknowledgement, AnswerRead, Hold, Message, Outcome, Referral
from referrals.querysets import ReferralQuerySet
from referrals.states import BY_THEMSELVES
from referrals.wording import Words

MESSAGE = gettext_lazy("A message")
HOLD = gettext_lazy("The police changed their hold")


@dataclass(frozen=True)
class Unread:
    """One thing that an agency sent. `at`: when it arrived."""

    referral: Referral
    words: Words
    at: datetime
    late: bool = False


def unread(user: Any) -> list[Unread]:
    """Everything unread of the referrals that this person may read, oldest first."""
    return _unread(policies.referrals_of(user))


def unread_of(referral: Referral) -> list[Unread]:
    return _unread(Referral.objects.filter(pk=referral.pk))


def count(user: Any) -> int:
    """The number beside the link to the list."""
    first, *others = (found.order_by().values_list("pk") for found in _questions(policies.referrals_of(user)))
    return first.union(*others, all=True).count()


@verb(Action.ANSWER_HEED)
def mark_read(*, actor: Actor, referral_id: UUID, up_to: datetime | None = None) -> AnswerRead:
    """Say that one has read what the agency sent, as far as the page showed it. Raises Refusal.

    What arrived after `up_to` stays unread; without it, all that is there now was read.
    """
    referral = Referral.objects.locked(referral_id)
    shown = [found.at for found in unread_of(referral) if up_to is None or found.at <= up_to]
    if not shown:
        raise Refusal(_("Everything that the agency sent is read already."))
    read = AnswerRead(
        id=uuid.uuid4(),
        referral=referral,
        up_to=max(shown),
        read_by_id=actor.person,
        read_at=timezone.now(),
    )
    log.add(
        read,
        Action.ANSWER_HEED,
        actor=actor,
        case=referral.case_id,
        facts={"referral": referral.id, "up_to": read.up_to, "number": len(shown)},
    )
    return read


def _unread(referrals: ReferralQuerySet) -> list[Unread]:
    answers, outcomes, messages, holds = (_shown(found) for found in _questions(referrals))
    found = [Unread(row.referral, wording.ANSWERS[row.answer], row.recorded_at, row.late) for row in answers]
    found += [Unread(row.referral, wording.OUTCOMES[row.outcome], row.recorded_at) for row in outcomes]
    found += [Unread(row.referral, MESSAGE, row.recorded_at) for row in messages]
    found += [Unread(row.referral, HOLD, row.recorded_at) for row in holds]
    return sorted(found, key=attrgetter("at"))


def _questions(referrals: ReferralQuerySet) -> Iterable[QuerySet[Any]]:
    """Four tables, asked the same: what came by itself after the last reading."""
    last = AnswerRead.objects.filter(referral=OuterRef("referral")).order_by("-up_to").values("up_to")[:1]
    for model in (Acknowledgement, Outcome, Message, Hold):
        came: QuerySet[Any] = QuerySet(model).filter(
            source__in=BY_THEMSELVES, referral__in=referrals.order_by().values("pk")
        )
        newer = Q(read_up_to__isnull=True) | Q(recorded_at__gt=F("read_up_to"))
        yield came.annotate(read_up_to=Subquery(last)).filter(newer)


def _shown(found: QuerySet[Any]) -> QuerySet[Any]:
    return found.select_related("referral__agency", "referral__case").defer("referral__document")
