"""What pages show of deliveries: each with its tries, its package and, once it arrived, its receipt."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from audit import log
from referrals import destinations, wording
from referrals.models import Attempt, Delivery, Package, Receipt
from referrals.services import ready
from referrals.services.leaving import Leaving
from referrals.states import DeliveryMode, DeliveryState, FollowUpKind, Problem, ReferralState
from referrals.wording import Words


@dataclass(frozen=True)
class Try:
    number: int
    started_at: datetime
    words: Words


@dataclass(frozen=True)
class Sending:
    """One delivery. `package` carries no bytes. `taken_by` and `way` are sealed, and read where one may read.

    `kept`: what keeps a package that is there from whoever comes for it.
    """

    delivery: Delivery
    tries: list[Try]
    package: Package | None
    receipt: Receipt | None
    taken_by: str
    way: Words
    kept: Leaving

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
        return ready.lies_ready(self.delivery) and self.kept.free

    @property
    def is_kept(self) -> bool:
        """Made, and yet it may not be given out."""
        return ready.lies_ready(self.delivery) and not self.kept.free

    @property
    def why_kept(self) -> str:
        return ready.sentence(self.kept)

    @property
    def kept_by(self) -> str:
        return self.kept.stops[0].value if self.is_kept else ""

    @property
    def carries(self) -> Words:
        """The first document of the referral, or which follow-up."""
        follow_up = self.delivery.follow_up
        return wording.FOLLOW_UPS[follow_up.kind] if follow_up else wording.FIRST_DOCUMENT

    @property
    def tells_of_withdrawal(self) -> bool:
        follow_up = self.delivery.follow_up
        return follow_up is not None and follow_up.kind == FollowUpKind.WITHDRAWAL

    @property
    def is_stopped(self) -> bool:
        """Withdrawn before it left: it never will."""
        ended = self.delivery.referral.state == ReferralState.WITHDRAWN and not self.tells_of_withdrawal
        return ended and self.receipt is None

    @property
    def can_be_taken_again(self) -> bool:
        """Handed over before, as files: the same bytes may go once more."""
        taken = self.receipt is not None and self.delivery.mode == DeliveryMode.EXPORT
        return taken and self.kept.free

    @property
    def is_manual(self) -> bool:
        """Ready to be typed into the agency's own form: their number comes back here."""
        return self.is_offered and not self.is_stopped and self.delivery.mode == DeliveryMode.MANUAL

    @property
    def is_unknown(self) -> bool:
        return self.delivery.state == DeliveryState.UNKNOWN

    @property
    def is_failed(self) -> bool:
        return self.delivery.state == DeliveryState.FAILED and not self.is_over

    @property
    def is_retried(self) -> bool:
        """A try did not work, and the next one comes by itself."""
        return self.delivery.state == DeliveryState.QUEUED and bool(self.tries)

    @property
    def stop(self) -> Words:
        """What keeps it for now, by itself: a police hold, quiet hours."""
        waits = self.delivery.state == DeliveryState.QUEUED
        return wording.STOPS.get(self.delivery.problem, "") if waits else ""

    @property
    def is_over(self) -> bool:
        """Another delivery took its place."""
        return self.delivery.problem == Problem.REPLACED

    @property
    def happened(self) -> Words:
        return wording.IT_FAILED if self.is_over else wording.happened(self.delivery.problem)

    @property
    def remedy(self) -> Words:
        """What a person does about a failure."""
        return wording.remedy(self.delivery.problem)


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
    now = timezone.now()
    told = log.payloads(found.last_event_id for found in deliveries if found.id in receipts)
    return [
        _sending(
            found,
            tries[found.id],
            packages.get(found.id),
            receipts.get(found.id),
            told.get(found.last_event_id, {}),
            ready.kept(found, now),
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
    kept: Leaving,
) -> Sending:
    collector = receipt.collected_by if receipt else None
    return Sending(
        delivery=delivery,
        tries=tries,
        package=package,
        receipt=receipt,
        taken_by=collector.name if collector else told.get("recipient", ""),
        way=wording.WAYS.get(told.get("how", ""), ""),
        kept=kept,
    )
