"""A call broke, and nobody knows whether the message arrived. A person asks the agency, and says what they found."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.acts import Refusal, verb
from audit.log import Actor
from referrals.actions import Action
from referrals.models import Delivery, Package
from referrals.services import carried, groups
from referrals.states import AttemptResult, DeliveryState, Found
from referrals.steps import move_delivery, store_receipt, wake_after_commit

LONGEST_REFERENCE = 80


@verb(Action.DELIVERY_DECIDE, Action.RECEIPT_RECORD, *carried.FAILED, *carried.SENT)
def decide_unknown(
    *,
    actor: Actor,
    delivery_id: UUID,
    found: Found,
    by_name: str,
    told_at: datetime,
    reason: str,
    reference: str = "",
) -> list[Delivery]:
    """Unknown -> delivered, queued again with the same bytes, or failed. Raises Refusal.

    Holds for everything that travelled in the same message. Who said so, their reference and the reason are sealed.
    `told_at` may be as coarse as a minute.
    """
    deliveries = groups.locked(groups.members(Delivery.objects.get(pk=delivery_id)))
    asked = next(one for one in deliveries if one.id == delivery_id)
    if asked.state != DeliveryState.UNKNOWN:
        raise Refusal(_("It is known already what became of this delivery."))
    _check_told(asked, by_name, told_at, reason, reference)
    told = {"by_name": by_name.strip(), "reference": reference.strip(), "reason": reason.strip()}
    decided = [one for one in deliveries if one.state == DeliveryState.UNKNOWN]
    for delivery in decided:
        FOLLOW[found](delivery, actor, told_at, told)
    return decided


def _check_told(delivery: Delivery, by_name: str, told_at: datetime, reason: str, reference: str) -> None:
    if not by_name.strip():
        raise Refusal(_("Say who told us: a name or a desk."))
    if not reason.strip():
        raise Refusal(_("Say how they know: what they looked at."))
    if len(reference.strip()) > LONGEST_REFERENCE:
        raise Refusal(_("A reference has 80 characters at most."))
    if told_at > timezone.now():
        raise Refusal(_("This time is still to come. Check date and time."))
    if delivery.claimed_at and told_at < delivery.claimed_at.replace(second=0, microsecond=0):
        raise Refusal(_("This time is before the message left. Check date and time."))


def _arrived(delivery: Delivery, actor: Actor, told_at: datetime, told: Mapping[str, str]) -> None:
    receipt = store_receipt(
        delivery,
        actor=actor,
        receipt_id=told["reference"] or str(delivery.idempotency_key),
        at=told_at,
        digest=bytes(Package.objects.get(delivery=delivery).digest),
    )
    carried.sent(delivery, actor=actor, action=Action.DELIVERY_DECIDE, receipt=receipt, payload=dict(told))


def _not_arrived(delivery: Delivery, actor: Actor, told_at: datetime, told: Mapping[str, str]) -> None:
    """The same bytes again, by a person's word: that word is what makes it safe."""
    move_delivery(
        delivery,
        to=DeliveryState.QUEUED,
        action=Action.DELIVERY_DECIDE,
        actor=actor,
        facts={"found": Found.NOT_ARRIVED},
        payload=dict(told),
        changes={"claimed_at": None, "next_try_at": told_at, "problem": ""},
    )
    wake_after_commit(delivery.id)


def _failed(delivery: Delivery, actor: Actor, told_at: datetime, told: Mapping[str, str]) -> None:
    carried.failed(
        delivery,
        actor=actor,
        action=Action.DELIVERY_DECIDE,
        problem=AttemptResult.ASK_HUMAN,
        facts={"found": Found.FAILED},
        payload=dict(told),
    )


FOLLOW = {Found.ARRIVED: _arrived, Found.NOT_ARRIVED: _not_arrived, Found.FAILED: _failed}
