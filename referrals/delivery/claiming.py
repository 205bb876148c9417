"""Claim: take what is due, ask once more whether it may leave, seal it once. One transaction, before any call."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from audit.acts import verb
from audit.log import SYSTEM
from referrals import destinations
from referrals.actions import Action
from referrals.delivery import sealing
from referrals.destinations import Sealed
from referrals.gates import WAITING, Stop
from referrals.models import Delivery
from referrals.services import carried, groups, leaving
from referrals.services.leaving import Leaving
from referrals.states import DeliveryMode, DeliveryState, ReferralState
from referrals.steps import move_delivery, move_referral

MOST_TOGETHER = 50
LATER = timedelta(minutes=1)


@dataclass(frozen=True)
class Claim:
    """Deliveries that are ours to call, in one call: one, or a group of one contact.

    Without `sealed` the package could not be made, and there is no call.
    """

    delivery_ids: tuple[UUID, ...]
    destination: str
    idempotency_key: UUID
    claimed_at: datetime
    mode: DeliveryMode
    sealed: Sealed | None


@verb(
    Action.DELIVERY_CLAIM,
    Action.DELIVERY_FAIL,
    Action.DELIVERY_HOLD,
    Action.LINK_CLOSE,
    Action.LINK_OPEN,
    Action.PACKAGE_SEAL,
    Action.REFERRAL_HOLD,
    *carried.FAILED,
    *carried.REPLACED,
)
def claim(*, delivery_id: UUID) -> Claim | None:
    """Take a due delivery, and with it what travels in the same message. None: nothing of it may leave now.

    What a hold or quiet hours stop goes on waiting; what a person must mend fails, with nothing sealed.
    """
    now = timezone.now()
    group, members = _take(delivery_id, now)
    going = [found for found in members if found.next_try_at <= now and _may_go(found, now)]
    if not going:
        return None
    if group and len(going) != len(members):
        for found in going:
            carried.replaced(found, actor=SYSTEM, first_try=now)
        return None
    return _begin(going, now)


def _grouped(delivery: Delivery) -> bool:
    """Whether it travels with others to the same contact, in one message."""
    if delivery.mode != DeliveryMode.API:
        return False
    return delivery.destination in destinations.registry() and destinations.find(delivery.destination).groups


def _take(delivery_id: UUID, now: datetime) -> tuple[UUID | None, list[Delivery]]:
    """What is claimed together, locked, the asked one first, and the group it was sealed in, if it was.

    A group that somebody else holds a part of is left alone.
    """
    asked = Delivery.objects.due(now).filter(pk=delivery_id).select_related("referral").first()
    if asked is None:
        return None, []
    ids = groups.members(asked) if asked.group or not _grouped(asked) else _due_together(asked, now)
    found = [one for one in groups.locked(ids, wait=False) if one.group == asked.group]
    if delivery_id not in {one.id for one in found} or (asked.group and len(found) != len(ids)):
        return None, []
    return asked.group, sorted(found, key=lambda one: one.id != delivery_id)


def _due_together(asked: Delivery, now: datetime) -> list[UUID]:
    """Itself, and what else is due for the same contact and was never sealed."""
    others = (
        Delivery.objects.due(now)
        .filter(
            referral__agency_id=asked.referral.agency_id,
            referral__test=asked.referral.test,
            destination=asked.destination,
            mode=asked.mode,
            group=None,
        )
        .exclude(pk=asked.id)
        .order_by("next_try_at")
    )
    return [asked.id, *others.values_list("pk", flat=True)[: MOST_TOGETHER - 1]]


def _may_go(delivery: Delivery, now: datetime) -> bool:
    """Whether it still has to leave and nothing stops it. What stops it is written down here."""
    if delivery.state != DeliveryState.QUEUED or not carried.waits(delivery):
        return False
    said = leaving.may_send(delivery, now)
    if not said.stops:
        return True
    final = [stop for stop in said.stops if stop not in WAITING]
    if final:
        carried.failed(
            delivery,
            actor=SYSTEM,
            action=Action.DELIVERY_FAIL,
            problem=final[0].value,
            facts={"problem": final[0]},
        )
    else:
        _wait(delivery, said, now)
    return False


def _wait(delivery: Delivery, said: Leaving, now: datetime) -> None:
    held = Stop.POLICE_HOLD in said.stops
    why = Stop.POLICE_HOLD if held else said.stops[0]
    until = max(said.until, now + LATER) if said.until else now + LATER
    move_delivery(
        delivery,
        to=DeliveryState.QUEUED,
        action=Action.DELIVERY_HOLD,
        actor=SYSTEM,
        facts={"why": why, "until": until},
        changes={"next_try_at": until, "problem": why.value},
    )
    if held and delivery.follow_up is None:
        move_referral(
            delivery.referral,
            to=ReferralState.HELD,
            action=Action.REFERRAL_HOLD,
            actor=SYSTEM,
            facts={"until": until},
        )


def _begin(going: list[Delivery], now: datetime) -> Claim:
    going, sealed = sealing.sealed_once(going)
    first = going[0]
    group = first.group or (uuid.uuid4() if _grouped(first) else None)
    for delivery in going:
        move_delivery(
            delivery,
            to=DeliveryState.SENDING,
            action=Action.DELIVERY_CLAIM,
            actor=SYSTEM,
            facts={
                "attempt": delivery.attempts_made + 1,
                "sha256": sealed.digest.hex() if sealed else None,
                **({"group": group} if group else {}),
            },
            changes={
                "claimed_at": now,
                "attempts_made": delivery.attempts_made + 1,
                "problem": "",
                "group": group,
            },
        )
    return Claim(
        delivery_ids=tuple(delivery.id for delivery in going),
        destination=first.destination,
        idempotency_key=group or first.idempotency_key,
        claimed_at=now,
        mode=DeliveryMode(first.mode),
        sealed=sealed,
    )
