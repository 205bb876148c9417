"""Sending in a walk, as the sweep does: whoever walks on may find a claim that a dead worker left behind."""

from collections.abc import Mapping
from unittest.mock import patch
from uuid import UUID

from referrals import delivery
from referrals.destinations import Line, Wire
from referrals.models import Delivery
from referrals.states import DeliveryState


def send(delivery_id: UUID, lines: Mapping[Line, Wire] | None = None) -> None:
    """First give back what is held, then send."""
    if Delivery.objects.get(pk=delivery_id).state == DeliveryState.SENDING:
        release(delivery_id)
    delivery.send(delivery_id, lines)


def release(delivery_id: UUID) -> None:
    """As the sweep does, ten minutes later."""
    with patch.object(delivery.sweeping, "CLAIM_LASTS", -delivery.sweeping.CLAIM_LASTS):
        delivery.release_stale(delivery_id=delivery_id)
