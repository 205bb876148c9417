"""What pages show of referrals: each put together once, with the words of the log opened where a person may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from referrals import documents, wording
from referrals.documents import ReferralDocument
from referrals.models import AnswerLink, Delivery, FollowUp, Referral
from referrals.services import contact, contradictions, ready, said, thread, unread
from referrals.services.contradictions import Difference
from referrals.services.leaving import Leaving
from referrals.services.said import Said
from referrals.services.sendings import Sending, sendings
from referrals.services.thread import Turn
from referrals.services.unread import Unread
from referrals.states import (
    ANSWERABLE,
    ANSWERED,
    ENDED,
    GOT_THE_FIRST,
    UNANSWERED,
    DeliveryMode,
    DeliveryState,
    FollowUpKind,
    FollowUpState,
    LinkState,
    ReferralState,
)
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
class Followed:
    """A supplement, correction or withdrawal with its own document, deliveries and answers."""

    follow_up: FollowUp
    kind: Words
    document: ReferralDocument
    pill: Pill
    clock: Clock | None
    sendings: list[Sending]
    answers: list[Said]

    @property
    def digest(self) -> str:
        return bytes(self.follow_up.document_digest).hex()


@dataclass(frozen=True)
class Picture:
    """Everything about one referral. `sendings` and `answers` are those of the first document."""

    referral: Referral
    document_digest: str
    row: Row
    sendings: list[Sending]
    answers: list[Said]
    outcomes: list[Said]
    follow_ups: list[Followed]
    differences: list[Difference]
    turns: list[Turn]
    unread: list[Unread]

    @property
    def document(self) -> ReferralDocument:
        """As it leaves, or left: frozen, and for whom it is by machine."""
        delivery = self.sendings[-1].delivery if self.sendings else None
        return contact.as_it_leaves(self.row.document, delivery)

    @property
    def all_sendings(self) -> list[Sending]:
        return [*self.sendings, *(sent for later in self.follow_ups for sent in later.sendings)]

    @property
    def failed(self) -> list[Sending]:
        return [sent for sent in self.all_sendings if sent.is_failed]

    @property
    def unknown(self) -> Sending | None:
        """The first of which nobody knows whether it arrived. When that is known, the next one is asked about."""
        return next((sent for sent in self.all_sendings if sent.is_unknown), None)

    @property
    def manual(self) -> Sending | None:
        """The first that is to be typed into the agency's own form."""
        return next((sent for sent in self.all_sendings if sent.is_manual), None)

    @property
    def takeable(self) -> Sending | None:
        """What lies ready to be handed over, or else, until it ended, what may be handed over once more."""
        sent = self.all_sendings
        offered = [one for one in sent if one.is_offered and not (one.is_manual or one.is_stopped)]
        again = [one for one in sent if one.can_be_taken_again]
        return next(iter([*offered, *([] if self.referral.state in ENDED else again)]), None)

    def begun(self, form: str) -> dict[str, Any]:
        """What a form on the page is about: the delivery, or the document that it carries."""
        if form == "decide" and self.unknown:
            return {"delivery_id": self.unknown.delivery.id}
        about = {"number": self.manual, "hand_over": self.takeable}.get(form)
        return {"follow_up_id": about.delivery.follow_up_id} if about else {}

    @property
    def to_answer(self) -> list[tuple[str, Words]]:
        """The documents that an answer can be about, by their ids; the first has none."""
        first = [("", wording.FIRST_DOCUMENT)] if self.referral.state in ANSWERABLE else []
        waits = [later for later in self.follow_ups if later.follow_up.state == FollowUpState.SENT]
        return first + [
            (str(later.follow_up.id), f"{later.follow_up.number}. {later.kind}") for later in waits
        ]

    @property
    def has_link(self) -> bool:
        """Whoever has a link of it can answer."""
        return AnswerLink.objects.filter(referral=self.referral, state=LinkState.OPEN).exists()

    @property
    def may_write(self) -> bool:
        """They have asked for more, so what is said to and fro can be typed in."""
        return self.referral.state not in ENDED and thread.is_open(self.referral)

    @property
    def may_conclude(self) -> bool:
        return self.referral.state in ANSWERED

    @property
    def may_follow_up(self) -> bool:
        """The agency got the first document, so it can get another."""
        return self.referral.state in GOT_THE_FIRST

    @property
    def may_withdraw(self) -> bool:
        return self.referral.state not in ENDED and self.referral.state != ReferralState.DECLINED

    @property
    def to_be_reminded(self) -> bool:
        return Referral.objects.filter(pk=self.referral.pk).to_be_reminded().exists()

    @property
    def is_late(self) -> bool:
        return Referral.objects.filter(pk=self.referral.pk).late(timezone.now()).exists()

    @property
    def is_failed(self) -> bool:
        return self.referral.state == ReferralState.FAILED


def rows(referrals: Iterable[Referral]) -> list[Row]:
    """One row for each, with the state of its first document's newest delivery, in the order given."""
    found = list(referrals)
    deliveries: dict[UUID, Delivery] = {}
    known = {referral.id: referral for referral in found}
    for delivery in Delivery.objects.filter(referral__in=found, follow_up=None).order_by("next_try_at"):
        delivery.referral = known[delivery.referral_id]
        deliveries[delivery.referral_id] = delivery
    kept = ready.glance(filter(ready.lies_ready, deliveries.values()), timezone.now())
    return [
        _row(referral, delivery, _stop_of(kept.get(delivery.id)) if delivery else "")
        for referral, delivery in ((one, deliveries.get(one.id)) for one in found)
    ]


def picture(referral: Referral) -> Picture:
    """Everything about one referral, for a person who may read it."""
    shown = sendings(list(referral.deliveries.select_related("follow_up").order_by("next_try_at")))
    answers = said.answers(referral)
    first = [sent for sent in shown if sent.delivery.follow_up_id is None]
    return Picture(
        referral=referral,
        document_digest=bytes(referral.document_digest).hex(),
        row=_row(referral, first[-1].delivery, first[-1].kept_by) if first else _row(referral, None),
        sendings=first,
        answers=[answer for answer in answers if answer.follow_up is None],
        outcomes=said.outcomes(referral),
        follow_ups=[_followed(later, shown, answers) for later in referral.follow_ups.order_by("number")],
        differences=contradictions.differences_of(referral),
        turns=thread.thread(referral),
        unread=unread.unread_of(referral),
    )


def unknown_of(referral_id: UUID) -> set[UUID]:
    """The deliveries of a referral of which nobody knows whether they arrived."""
    found = Delivery.objects.filter(referral=referral_id, state=DeliveryState.UNKNOWN)
    return set(found.values_list("pk", flat=True))


def _row(referral: Referral, delivery: Delivery | None, kept_by: str = "") -> Row:
    return Row(
        referral=referral,
        document=documents.from_bytes(bytes(referral.document)),
        pill=wording.pill_of(referral.state, kept_by=kept_by, **_state_of(delivery)),
        clock=_clock(referral.due_at, referral.confirmed_at) if referral.state in UNANSWERED else None,
    )


def _followed(follow_up: FollowUp, shown: list[Sending], answers: list[Said]) -> Followed:
    own = [sent for sent in shown if sent.delivery.follow_up_id == follow_up.id]
    delivery = own[-1].delivery if own else None
    withdrawn = follow_up.referral.state == ReferralState.WITHDRAWN
    stopped = withdrawn and follow_up.kind != FollowUpKind.WITHDRAWAL
    waits = follow_up.state in {FollowUpState.QUEUED, FollowUpState.SENT} and not stopped
    return Followed(
        follow_up=follow_up,
        kind=wording.FOLLOW_UPS[follow_up.kind],
        document=contact.as_it_leaves(documents.from_bytes(bytes(follow_up.document)), delivery),
        pill=wording.follow_up_pill(
            follow_up.state,
            stopped=stopped,
            kept_by=own[-1].kept_by if own else "",
            **_state_of(delivery),
        ),
        clock=_clock(follow_up.due_at, follow_up.confirmed_at) if waits else None,
        sendings=own,
        answers=[answer for answer in answers if answer.follow_up == follow_up.id],
    )


def _state_of(delivery: Delivery | None) -> dict[str, Any]:
    if delivery is None:
        return {}
    return {
        "delivery_state": delivery.state,
        "offered": delivery.offered_at is not None,
        "by_hand": delivery.mode == DeliveryMode.MANUAL,
    }


def _stop_of(kept: Leaving | None) -> str:
    return kept.stops[0].value if kept and kept.stops else ""


def _clock(due_at: datetime, began_at: datetime) -> Clock:
    return wording.clock_of(due_at, began_at, timezone.now())
