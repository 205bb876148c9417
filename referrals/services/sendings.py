"""What pages show of deliveries: each with its tries, its package and, once it arrived, its receipt."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audit import log
from referrals import destinations, wording
from referrals.models import Attempt, Delivery, Package, Receipt
from referrals.states import DeliveryMode, DeliveryState
from referrals.wording import Words


@dataclass(frozen=True)
class Try:
    number: int
    started_at: datetime
    words: Words


@dataclass(frozen=True)
class Sending:
    """One delivery. `package` carries no bytes. `taken_by` and `way` are sealed, and read where one may read."""

    delivery: Delivery
    tries: list[Try]
    package: Package | None
    receipt: Receipt | None
    taken_by: str
    way: Words

    @property
    def digest(self) -> str:
        return bytes(self.package.digest).hex() if self.package else ""

    @property
    def mode(self) -> Words:
        return wording.MODES[self.delivery.mode]

    @property
    def destination(self) -> Words:
        key = self.delivery.destination
        known = destinations.registry()
        return wording.DESTINATIONS.get(key, known[key].label if key in known else key)

    @property
    def is_offered(self) -> bool:
        return self.delivery.state == DeliveryState.SENDING and self.delivery.offered_at is not None

    @property
    def is_manual(self) -> bool:
        """Ready to be typed into the agency's own form: their number comes back here."""
        return self.is_offered and self.delivery.mode == DeliveryMode.MANUAL

    @property
    def is_unknown(self) -> bool:
        return self.delivery.state == DeliveryState.UNKNOWN

    @property
    def is_failed(self) -> bool:
        return self.delivery.state == DeliveryState.FAILED

    @property
    def is_retried(self) -> bool:
        """A try did not work, and the next one comes by itself."""
        return self.delivery.state == DeliveryState.QUEUED and bool(self.tries)

    @property
    def remedy(self) -> Words:
        """What a person does about a failure."""
        return wording.REMEDIES.get(self.delivery.problem, wording.REMEDIES["ask_human"])


def sendings(deliveries: Sequence[Delivery]) -> list[Sending]:
    """One for each, in the order given; four questions however many there are."""
    packages = {
        found.delivery_id: found for found in Package.objects.filter(delivery__in=deliveries).defer("content")
    }
    receipts = {
        found.delivery_id: found
        for found in Receipt.objects.filter(delivery__in=deliveries).select_related("collected_by")
    }
    tries = _tries(deliveries)
    told = log.payloads(found.last_event_id for found in deliveries if found.id in receipts)
    return [
        _sending(
            found,
            tries[found.id],
            packages.get(found.id),
            receipts.get(found.id),
            told.get(found.last_event_id, {}),
        )
        for found in deliveries
    ]


def _tries(deliveries: Iterable[Delivery]) -> dict[UUID, list[Try]]:
    tries: dict[UUID, list[Try]] = defaultdict(list)
    for attempt in Attempt.objects.filter(delivery__in=list(deliveries)).order_by("delivery", "number"):
        words = wording.RESULTS[attempt.result]
        tries[attempt.delivery_id].append(Try(attempt.number, attempt.started_at, words))
    return tries


def _sending(
    delivery: Delivery,
    tries: list[Try],
    package: Package | None,
    receipt: Receipt | None,
    told: dict[str, Any],
) -> Sending:
    collector = receipt.collected_by if receipt else None
    return Sending(
        delivery=delivery,
        tries=tries,
        package=package,
        receipt=receipt,
        taken_by=collector.name if collector else told.get("recipient", ""),
        way=wording.WAYS.get(told.get("how", ""), ""),
    )
