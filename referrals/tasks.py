"""The clock's doors: a wake for one delivery, and a sweep that finds what no wake told us about."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from referrals import delivery

AT_ONCE = 100


@shared_task(name="referrals.tasks.deliver")
def deliver(delivery_id: str) -> None:
    """Send one delivery, if it is still due. A second wake for the same one finds nothing to do."""
    delivery.send(UUID(delivery_id), delivery.Outbox())


@shared_task(name="referrals.tasks.sweep_deliveries")
def sweep_deliveries() -> None:
    """Give back what a dead worker held, and send what is due."""
    due, stale = delivery.due_and_stale(timezone.now(), AT_ONCE)
    for delivery_id in stale:
        delivery.release_stale(delivery_id=delivery_id)
    for delivery_id in due:
        delivery.send(delivery_id, delivery.Outbox())
