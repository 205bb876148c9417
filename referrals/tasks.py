"""The clock's doors: a wake for one delivery, and sweeps that find what no wake told us about."""

import time
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from referrals import delivery
from referrals.services import deadlines, holds

AT_ONCE = 100
LONGEST_SWEEP = 30.0


@shared_task(name="referrals.tasks.deliver")
def deliver(delivery_id: str) -> None:
    """Send one delivery, if it is still due. A second wake for the same one finds nothing to do."""
    delivery.send(UUID(delivery_id))


@shared_task(name="referrals.tasks.sweep_deliveries")
def sweep_deliveries() -> None:
    """Give back what a dead worker held, and send what is due. A slow line does not keep the sweep for ever."""
    due, stale = delivery.due_and_stale(timezone.now(), AT_ONCE)
    for delivery_id in stale:
        delivery.release_stale(delivery_id=delivery_id)
    ends = time.monotonic() + LONGEST_SWEEP
    for delivery_id in due:
        if time.monotonic() > ends:
            return
        delivery.send(delivery_id)


@shared_task(name="referrals.tasks.sweep_deadlines")
def sweep_deadlines() -> None:
    """Remind, expire and escalate what is due for it."""
    due = deadlines.due(timezone.now(), AT_ONCE)
    for referral_id in due.remind:
        deadlines.remind(referral_id=referral_id)
    for referral_id in due.expire:
        deadlines.expire(referral_id=referral_id)
    for referral_id in due.escalate:
        deadlines.escalate(referral_id=referral_id)


@shared_task(name="referrals.tasks.sweep_holds")
def sweep_holds() -> None:
    """End the police holds whose time is over; what they kept back may go."""
    for hold_id in holds.ended(timezone.now(), AT_ONCE):
        holds.release_ended(hold_id=hold_id)
