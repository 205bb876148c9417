"""Sweep: find what no wake told us about, and give back what a dead worker held."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from audit.acts import verb
from audit.log import SYSTEM
from referrals.actions import Action
from referrals.delivery.settling import ask_a_person, repeatable
from referrals.models import Delivery
from referrals.services import groups
from referrals.states import DeliveryState, FollowUpState, ReferralState
from referrals.steps import move_delivery

CLAIM_LASTS = timedelta(minutes=10)


@verb(Action.DELIVERY_RELEASE, Action.DELIVERY_UNKNOWN)
def release_stale(*, delivery_id: UUID) -> list[Delivery]:
    """A worker died with this claim: back to the queue where that is harmless, else unknown. Groups as a whole."""
    now = timezone.now()
    stale = Delivery.objects.stale(now - CLAIM_LASTS)
    found = stale.filter(pk=delivery_id).first()
    if found is None:
        return []
    ids = groups.members(found)
    members = groups.locked(ids, wait=False)
    if len(members) != len(ids) or not _is_one_claim(members, found.claimed_at):
        return []
    return [_release(delivery, now) for delivery in members]


def due_and_stale(now: datetime, limit: int) -> tuple[list[UUID], list[UUID]]:
    """What the sweep has to do: deliveries to send, and claims to give back."""
    due = Delivery.objects.due(now)
    first = due.filter(follow_up=None, referral__state=ReferralState.QUEUED)
    later = due.filter(follow_up__state=FollowUpState.QUEUED)
    waiting = (first | later).order_by("next_try_at")
    stale = Delivery.objects.stale(now - CLAIM_LASTS).order_by("claimed_at")
    return list(waiting.values_list("pk", flat=True)[:limit]), list(
        stale.values_list("pk", flat=True)[:limit]
    )


def _is_one_claim(members: list[Delivery], claimed_at: datetime | None) -> bool:
    """Looked at again under the lock: the worker may have come back meanwhile."""
    return all(
        one.state == DeliveryState.SENDING and one.claimed_at == claimed_at and one.offered_at is None
        for one in members
    )


def _release(delivery: Delivery, now: datetime) -> Delivery:
    if not repeatable(delivery.destination):
        return ask_a_person(delivery)
    return move_delivery(
        delivery,
        to=DeliveryState.QUEUED,
        action=Action.DELIVERY_RELEASE,
        actor=SYSTEM,
        changes={"claimed_at": None, "next_try_at": now},
    )
