"""Taking a confirmation back, by who gave it, for a few minutes, while no worker ever touched a delivery of it."""

from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from intake.models import Case
from intake.services import leases
from intake.states import CaseState
from intake.steps import move_case
from referrals import steps
from referrals.actions import Action
from referrals.models import Delivery, Referral
from referrals.services import holding
from referrals.states import DeliveryState, ReferralState

BACK_TO = {
    Action.CASE_REFER: CaseState.CONFIRMED,
    Action.CASE_REFER_UNASSESSED: CaseState.ASSIGNED,
}
"""Where the case was before. One that was forwarded by somebody who had not taken it is theirs now."""


def minutes_left(case: Case, person: UUID) -> int:
    """For how long this person can still take the confirmation back; 0 where they cannot."""
    if case.state != CaseState.REFERRED or _step(case, person) is None:
        return 0
    made = list(Referral.objects.filter(case=case).unfinished())
    if not made or _touched(made):
        return 0
    return _minutes(min(referral.confirmed_at for referral in made))


@verb(
    Action.REFERRAL_WITHDRAW, Action.DELIVERY_HOLD, Action.CASE_UNDO_REFERRAL, *holding.RELEASES, *leases.ACTS
)
def undo_referrals(*, actor: Actor, case_id: UUID) -> Case:
    """Withdraw what was confirmed just now; the case is where it was before. Raises Refusal when it is too late."""
    case = Case.objects.locked(case_id)
    step = _step(case, actor.person) if case.state == CaseState.REFERRED else None
    if step is None:
        raise Refusal(
            _("Only who confirmed the referrals can undo that, and only before anything else happens.")
        )
    made = _locked(case)
    if not _minutes(made[0].confirmed_at):
        raise Refusal(_("The time to undo this has run out. Withdraw the referrals instead."))
    hold = holding.standing(case)
    for referral in made:
        _withdraw(referral, actor)
    if hold and hold.by_policy and hold.set_at == made[0].confirmed_at:
        holding.release(case, hold, actor)
    holder = leases.hold(case, actor.person, actor) if step is Action.CASE_REFER_UNASSESSED else {}
    return move_case(
        case,
        to=BACK_TO[step],
        action=Action.CASE_UNDO_REFERRAL,
        actor=actor,
        facts={"referrals": len(made), **({"assignee": actor.person} if holder else {})},
        changes=holder,
    )


def _touched(made: list[Referral]) -> bool:
    """Whether a worker ever began with one of them."""
    deliveries = Delivery.objects.filter(referral__in=made)
    return deliveries.exclude(state=DeliveryState.QUEUED, attempts_made=0).exists()


def _step(case: Case, person: UUID) -> Action | None:
    """The confirmation, if it is this person's and the newest thing that happened to the case."""
    line = log.entries_for(event_id=case.last_event_id, action__in=list(BACK_TO), actor=str(person)).first()
    return Action(line.action) if line else None


def _minutes(since: datetime) -> int:
    left = since + timedelta(minutes=settings.TUTELA_UNDO_MINUTES) - timezone.now()
    return max(ceil(left.total_seconds() / 60), 0)


def _locked(case: Case) -> list[Referral]:
    """The referrals of the confirmation. Those of an earlier time had all ended before it."""
    found = (
        Referral.objects.filter(case=case).unfinished().select_related("agency", "case").order_by("number")
    )
    made = list(found.select_for_update(no_key=True, of=("self",)))
    if not made:
        raise Refusal(_("There is nothing to undo: the referrals were withdrawn already."))
    return made


def _withdraw(referral: Referral, actor: Actor) -> None:
    """Its deliveries are written too, so that a worker who is just reaching for one finds it changed."""
    now = timezone.now()
    deliveries = Delivery.objects.filter(referral=referral).select_related("referral").order_by("id")
    for delivery in deliveries.select_for_update(no_key=True, of=("self",)):
        if delivery.state != DeliveryState.QUEUED or delivery.attempts_made:
            raise Refusal(
                _("%(number)s is on its way already. Withdraw it instead: the agency is told.")
                % {"number": referral.number}
            )
        steps.move_delivery(
            delivery,
            to=DeliveryState.QUEUED,
            action=Action.DELIVERY_HOLD,
            actor=actor,
            facts={"withdrawn": True},
            changes={"next_try_at": now},
        )
    steps.move_referral(
        referral,
        to=ReferralState.WITHDRAWN,
        action=Action.REFERRAL_WITHDRAW,
        actor=actor,
        facts={"left": False},
    )
