"""What pages show of referrals: each put together once, with the words of the log opened where a person may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from audit import log
from referrals import destinations, documents, wording
from referrals.documents import ReferralDocument
from referrals.models import (
    Acknowledgement,
    Agency,
    Attempt,
    Delivery,
    Outcome,
    Package,
    Receipt,
    Referral,
    RoutingRule,
)
from referrals.states import ANSWERABLE, ANSWERED, ENDED, UNANSWERED, DeliveryState, ReferralState
from referrals.wording import Clock, Pill, Words


@dataclass(frozen=True)
class Row:
    """A referral in a list. What it says of the case is what was frozen: later news of the case is not theirs."""

    referral: Referral
    document: ReferralDocument
    pill: Pill
    clock: Clock | None

    @property
    def priority(self) -> Pill:
        return wording.PRIORITIES[self.document.priority]


@dataclass(frozen=True)
class Try:
    number: int
    started_at: datetime
    words: Words


@dataclass(frozen=True)
class Said:
    """An answer or outcome as it was typed in: what, by whom, how it reached us, and when."""

    words: Words
    by_name: str
    source: Words
    at: Any
    recorded_at: datetime
    recorded_by: str
    late: bool = False
    reference: str = ""
    note: str = ""


@dataclass(frozen=True)
class Sending:
    """One delivery with its tries, its package and, once it arrived, its receipt."""

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
    def is_offered(self) -> bool:
        return self.delivery.state == DeliveryState.SENDING and self.delivery.offered_at is not None


@dataclass(frozen=True)
class Picture:
    """Everything about one referral."""

    referral: Referral
    document_digest: str
    row: Row
    sendings: list[Sending]
    answers: list[Said]
    outcomes: list[Said]

    @property
    def document(self) -> ReferralDocument:
        return self.row.document

    @property
    def can_be_taken(self) -> bool:
        return (
            any(sent.is_offered or sent.receipt for sent in self.sendings)
            and self.referral.state not in ENDED
        )

    @property
    def has_arrived(self) -> bool:
        return any(sent.receipt for sent in self.sendings)

    @property
    def may_answer(self) -> bool:
        return self.referral.state in ANSWERABLE

    @property
    def may_conclude(self) -> bool:
        return self.referral.state in ANSWERED

    @property
    def is_failed(self) -> bool:
        return self.referral.state == ReferralState.FAILED


def rows(referrals: Iterable[Referral]) -> list[Row]:
    """One row for each, with the newest delivery's state, in the order given."""
    found = list(referrals)
    deliveries: dict[Any, Delivery] = {}
    for delivery in Delivery.objects.filter(referral__in=found).order_by("next_try_at"):
        deliveries[delivery.referral_id] = delivery
    return [_row(referral, deliveries.get(referral.id)) for referral in found]


def picture(referral: Referral) -> Picture:
    """Everything about one referral, for a person who may read it."""
    deliveries = list(referral.deliveries.order_by("next_try_at"))
    return Picture(
        referral=referral,
        document_digest=bytes(referral.document_digest).hex(),
        row=_row(referral, deliveries[-1] if deliveries else None),
        sendings=[_sending(delivery) for delivery in deliveries],
        answers=_answers(referral),
        outcomes=_outcomes(referral),
    )


def _row(referral: Referral, delivery: Delivery | None) -> Row:
    clock = None
    if referral.state in UNANSWERED:
        clock = wording.clock_of(referral.due_at, referral.confirmed_at, timezone.now())
    return Row(
        referral=referral,
        document=documents.from_bytes(bytes(referral.document)),
        pill=wording.pill_of(
            referral.state,
            delivery_state=delivery.state if delivery else "",
            offered=bool(delivery and delivery.offered_at),
        ),
        clock=clock,
    )


def _sending(delivery: Delivery) -> Sending:
    receipt = Receipt.objects.filter(delivery=delivery).select_related("collected_by").first()
    told = log.payloads([delivery.last_event_id]).get(delivery.last_event_id, {}) if receipt else {}
    collector = receipt.collected_by if receipt else None
    return Sending(
        delivery=delivery,
        tries=[
            Try(attempt.number, attempt.started_at, wording.RESULTS[attempt.result])
            for attempt in Attempt.objects.filter(delivery=delivery).order_by("number")
        ],
        package=Package.objects.filter(delivery=delivery).first(),
        receipt=receipt,
        taken_by=collector.name if collector else told.get("recipient", ""),
        way=wording.WAYS.get(told.get("how", ""), ""),
    )


def _answers(referral: Referral) -> list[Said]:
    found = list(
        Acknowledgement.objects.filter(referral=referral)
        .select_related("recorded_by")
        .order_by("recorded_at")
    )
    told = log.payloads(answer.last_event_id for answer in found)
    return [
        Said(
            words=wording.ANSWERS[answer.answer],
            by_name=told.get(answer.last_event_id, {}).get("by_name", ""),
            source=wording.SOURCES[answer.source],
            at=answer.answered_at,
            recorded_at=answer.recorded_at,
            recorded_by=answer.recorded_by.name,
            late=answer.late,
            reference=told.get(answer.last_event_id, {}).get("reference", ""),
            note=told.get(answer.last_event_id, {}).get("note", ""),
        )
        for answer in found
    ]


def _outcomes(referral: Referral) -> list[Said]:
    found = list(
        Outcome.objects.filter(referral=referral).select_related("recorded_by").order_by("recorded_at")
    )
    told = log.payloads(outcome.last_event_id for outcome in found)
    return [
        Said(
            words=wording.OUTCOMES[outcome.outcome],
            by_name=told.get(outcome.last_event_id, {}).get("by_name", ""),
            source=wording.SOURCES[outcome.source],
            at=outcome.happened_on,
            recorded_at=outcome.recorded_at,
            recorded_by=outcome.recorded_by.name,
            note=told.get(outcome.last_event_id, {}).get("note", ""),
        )
        for outcome in found
    ]


@dataclass(frozen=True)
class Listed:
    """An agency in the directory, with the rules that name it today."""

    agency: Agency
    kind: Words
    destination: Words
    rules: list[tuple[RoutingRule, Pill, Words]]


def directory(agencies: Iterable[Agency]) -> list[Listed]:
    in_force = list(RoutingRule.objects.current())
    return [
        Listed(
            agency=agency,
            kind=wording.AGENCY_KINDS.get(agency.kind, agency.kind),
            destination=wording.DESTINATIONS.get(
                agency.destination, destinations.find(agency.destination).label
            ),
            rules=[
                (rule, wording.OBLIGATIONS[rule.obligation], wording.REASONS.get(rule.reason, rule.reason))
                for rule in in_force
                if rule.agency_id == agency.id
            ],
        )
        for agency in agencies
    ]
