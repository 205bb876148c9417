"""A package that lies ready: whether whoever comes for it may have it now.

It was looked at when it was sealed. What may have changed since are the agency's terms, and a police hold. Quiet hours
do not count: who comes for it is not disturbed.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format

from referrals import gates, wording
from referrals.gates import Sending, Stop
from referrals.models import Delivery, FollowUp, Hold, Referral
from referrals.services import leaving
from referrals.services.leaving import Leaving
from referrals.states import HOST_SIDE, DeliveryState, FollowUpState, HoldState, ReferralState

ARRIVED = frozenset({FollowUpState.SENT, FollowUpState.ACKNOWLEDGED})
HELD = Leaving((Stop.POLICE_HOLD,))


def kept(delivery: Delivery, now: datetime) -> Leaving:
    """What keeps it from them; free where nothing does. Of what they have already, a hold keeps nothing."""
    if not lies_ready(delivery):
        return _at_a_glance(delivery, None, now)
    said = leaving.may_send(delivery, now, fetched=True)
    return HELD if said.free and _is_held(delivery) else said


def glance(deliveries: Iterable[Delivery], now: datetime) -> dict[UUID, Leaving]:
    """For a list: what the agency's terms and a hold say. The case is looked at only where a hold stands."""
    found = list(deliveries)
    cases = {one.referral.case_id for one in found if lies_ready(one) and _is_host(one)}
    standing = Hold.objects.filter(case__in=cases, state=HoldState.SET, until__gt=now)
    holds = dict(standing.values_list("case", "until")) if cases else {}
    return {one.id: _at_a_glance(one, holds.get(one.referral.case_id), now) for one in found}


def lies_ready(delivery: Delivery) -> bool:
    """Made for them, and nobody has taken it."""
    return delivery.state == DeliveryState.SENDING and delivery.offered_at is not None


def sentence(said: Leaving) -> str:
    """For the desk: what keeps it, and until when."""
    stop = said.stops[0]
    if stop is not Stop.POLICE_HOLD or said.until is None:
        return str(wording.STOPS[stop])
    until = date_format(timezone.localtime(said.until), "j N Y, H:i")
    return str(wording.HELD_UNTIL) % {"until": until}


def is_kept(referral: Referral) -> bool:
    """Whether all of it still waits in the house, so that the agency is told of nothing."""
    return bool(_waiting([referral]))


def before_them(referrals: Iterable[Referral]) -> list[Referral]:
    """Without those of which all waits in the house; in the order given."""
    found = list(referrals)
    waiting = _waiting(found)
    return [one for one in found if one.id not in waiting]


def told_of(referral: Referral) -> list[FollowUp]:
    """The follow-ups that the agency has or may fetch now, by number."""
    now = timezone.now()
    offered = Delivery.objects.filter(
        referral=referral, follow_up__isnull=False, state=DeliveryState.SENDING, offered_at__isnull=False
    )
    free = {one.follow_up_id for one in _about([referral], offered) if kept(one, now).free}
    return [one for one in referral.follow_ups.order_by("number") if one.state in ARRIVED or one.id in free]


def _waiting(referrals: list[Referral]) -> set[UUID]:
    now = timezone.now()
    queued = [one for one in referrals if one.state == ReferralState.QUEUED]
    offered = Delivery.objects.filter(
        referral__in=queued, follow_up=None, state=DeliveryState.SENDING, offered_at__isnull=False
    )
    found = _about(queued, offered) if queued else []
    free = {one.referral_id for one in found if kept(one, now).free}
    return {one.id for one in queued if one.id not in free}


def _about(referrals: list[Referral], deliveries: Iterable[Delivery]) -> list[Delivery]:
    """The deliveries, each with its referral as it was read."""
    known = {one.id: one for one in referrals}
    found = list(deliveries)
    for delivery in found:
        delivery.referral = known[delivery.referral_id]
    return found


def _is_host(delivery: Delivery) -> bool:
    return delivery.referral.agency.kind in HOST_SIDE


def _at_a_glance(delivery: Delivery, held_until: datetime | None, now: datetime) -> Leaving:
    if not (lies_ready(delivery) or delivery.state == DeliveryState.DELIVERED):
        return Leaving()
    referral = delivery.referral
    agency = referral.agency
    terms = replace(leaving.terms_of(agency, delivery.destination, delivery.mode), quiet_hours=None)
    sending = Sending(kinds=frozenset(), held_until=_until(delivery, held_until))
    stops = gates.stops(terms, sending, now)
    if not stops and lies_ready(delivery) and _is_held(delivery):
        return HELD
    return Leaving(stops, gates.until(terms, sending, now))


def _until(delivery: Delivery, held_until: datetime | None) -> datetime | None:
    """The end of the hold, where it covers what lies ready."""
    referral = delivery.referral
    if held_until is None or not lies_ready(delivery) or not _is_host(delivery):
        return None
    items = referral.referral_items.values_list("item_id", flat=True)
    return held_until if leaving.hold_covers(referral.agency, referral.case, items) else None


def _is_held(delivery: Delivery) -> bool:
    """The hold is over, or covers it no more, and nobody has let it go yet."""
    return delivery.follow_up_id is None and delivery.referral.state == ReferralState.HELD
