"""What waits for a person after sending: failed, unknown, late, to remind, unread, contradicted, asked of a second.

Each section is one question of the database; how many rows it finds changes nothing about that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from intake.models import Assessment, Case, Closure, Review
from referrals import policies, wording
from referrals.models import Agency, Delivery, Overruling, Referral
from referrals.querysets import ReferralQuerySet
from referrals.services import contradictions, health, listing, unread
from referrals.services.contradictions import Contradiction
from referrals.services.health import Health
from referrals.services.unread import Unread
from referrals.states import AskState, DeliveryMode, DeliveryState, ReferralState
from referrals.wording import Clock, Words


@dataclass(frozen=True)
class Trouble:
    """One delivery that cannot go on without a person: what it carries, what happened, and what to do."""

    delivery: Delivery
    what: Words
    happened: Words
    remedy: Words

    @property
    def referral(self) -> Referral:
        return self.delivery.referral


@dataclass(frozen=True)
class Late:
    """A referral without an answer in time, or with a follow-up so."""

    referral: Referral
    clock: Clock
    cared_for_by: str
    asks_supervisor: bool


@dataclass(frozen=True)
class Worklist:
    """The sections in the order of the page. `lines` and `ending` name agencies, not things to do."""

    failed: list[Trouble] = field(default_factory=list)
    unknown: list[Trouble] = field(default_factory=list)
    by_hand: list[Trouble] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)
    remind: list[Referral] = field(default_factory=list)
    unread: Sequence[Unread] = ()
    contradicted: list[Contradiction] = field(default_factory=list)
    overrulings: list[Overruling] = field(default_factory=list)
    closings: list[Closure] = field(default_factory=list)
    owed: list[Case] = field(default_factory=list)
    lines: list[Health] = field(default_factory=list)
    ending: list[Agency] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How much there is to do."""
        return sum(
            len(section)
            for section in (
                self.failed,
                self.unknown,
                self.by_hand,
                self.late,
                self.remind,
                self.unread,
                self.contradicted,
                self.overrulings,
                self.closings,
                self.owed,
            )
        )


def worklist(user: Any) -> Worklist:
    """What waits for this person."""
    now = timezone.now()
    return Worklist(
        failed=[_trouble(found) for found in _shown(_failed(user))],
        unknown=[_trouble(found) for found in _shown(_unknown(user))],
        by_hand=[_trouble(found) for found in _shown(_by_hand(user))],
        late=[
            _late(found, now)
            for found in _late_ones(user, now).with_lateness(now).select_related("cared_for_by")
        ],
        remind=list(_to_remind(user)),
        unread=unread.unread(user),
        contradicted=contradictions.contradictions_for(user),
        overrulings=list(_overrulings(user).select_related("case", "agency", "rule", "asked_by")),
        closings=list(_closings(user).select_related("case", "asked_by")),
        owed=list(_owed(user)),
        lines=health.troubled(policies.agencies_known(user)),
        ending=listing.ending_soon(timezone.localdate())
        if user.has_perm("referrals.manage_agencies")
        else [],
    )


def waiting(user: Any) -> int:
    """The number beside the link to the work list."""
    now = timezone.now()
    first, *others = (
        found.order_by().values_list("pk")
        for found in (
            _failed(user),
            _unknown(user),
            _by_hand(user),
            _late_ones(user, now),
            _to_remind(user),
            _overrulings(user),
            _closings(user),
            _owed(user),
        )
    )
    asked = first.union(*others, all=True).count()
    return asked + unread.count(user) + len(contradictions.contradictions_for(user))


def _deliveries(user: Any) -> QuerySet[Delivery]:
    return Delivery.objects.live().filter(referral__in=Referral.objects.visible_to(user))


def _failed(user: Any) -> QuerySet[Delivery]:
    return _deliveries(user).filter(state=DeliveryState.FAILED)


def _unknown(user: Any) -> QuerySet[Delivery]:
    return _deliveries(user).filter(state=DeliveryState.UNKNOWN)


def _by_hand(user: Any) -> QuerySet[Delivery]:
    """Lies ready to be typed into the agency's own form: nobody else will."""
    ready = _deliveries(user).filter(state=DeliveryState.SENDING, offered_at__isnull=False)
    return ready.filter(mode=DeliveryMode.MANUAL)


def _late_ones(user: Any, now: datetime) -> ReferralQuerySet:
    """What failed stands in a section of its own."""
    return policies.referrals_of(user).late(now).exclude(state=ReferralState.FAILED).order_by("due_at")


def _to_remind(user: Any) -> ReferralQuerySet:
    """What is late already is not to be reminded of, but asked for."""
    waits = policies.referrals_of(user).to_be_reminded()
    return waits.filter(state=ReferralState.SENT).order_by("due_at")


def _overrulings(user: Any) -> QuerySet[Overruling]:
    if not user.has_perm("referrals.overrule_route"):
        return Overruling.objects.none()
    asked = Overruling.objects.filter(state=AskState.ASKED, case__in=Case.objects.visible_to(user))
    return asked.exclude(asked_by=user).order_by("asked_at")


def _closings(user: Any) -> QuerySet[Closure]:
    """A closing of a case that has moved on since waits for nobody."""
    asked = Closure.objects.asked_of(user).filter(case__in=Case.objects.visible_to(user))
    return asked.order_by("asked_at")


def _owed(user: Any) -> QuerySet[Case]:
    """Reviews owed and disagreements to decide, of cases that this person did not assess."""
    own = Assessment.objects.filter(case=OuterRef("pk")).current().not_agreed_in(Review.objects.all())
    own = own.filter(assessor=user)
    asks = Q(review_owed_at__isnull=False)
    if user.has_perm("intake.decide_dispute"):
        asks |= Q(disputed=True)
    return Case.objects.visible_to(user).filter(asks, ~Exists(own)).order_by("review_owed_at", "number")


def _shown(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    shown = deliveries.select_related("referral__agency", "referral__case", "follow_up")
    return shown.defer("referral__document", "follow_up__document").order_by("next_try_at")


def _trouble(delivery: Delivery) -> Trouble:
    follow_up = delivery.follow_up
    return Trouble(
        delivery=delivery,
        what=wording.FOLLOW_UPS[follow_up.kind] if follow_up else wording.FIRST_DOCUMENT,
        happened=wording.happened(delivery.problem),
        remedy=wording.remedy(delivery.problem),
    )


def _late(referral: Referral, now: datetime) -> Late:
    carer = referral.cared_for_by
    return Late(
        referral=referral,
        clock=wording.clock_of(getattr(referral, "late_since", referral.due_at), referral.confirmed_at, now),
        cared_for_by=carer.name if carer else "",
        asks_supervisor=referral.escalated_at is not None and carer is None,
    )
