"""Whoever answers by a link has the message that it came in: where nobody knew whether that arrived, now we do.

Steps. The case comes first, then the referrals of everything in the same message, by number, then deliveries.
"""

from uuid import UUID

from django.utils import timezone

from audit.log import Actor
from intake.models import Case
from referrals.actions import Action
from referrals.models import AnswerLink, Delivery, FollowUp, Package, Referral
from referrals.services import carried, groups
from referrals.states import DeliveryState
from referrals.steps import store_receipt

ARRIVES = (Action.RECEIPT_RECORD, *carried.SENT)
"""What a verb that calls `settle` declares."""


def is_unknown(referral: Referral, follow_up: FollowUp | None) -> bool:
    """Whether the call that brought the document broke, so that nobody knows whether it arrived."""
    return _unknown(referral.id, follow_up.id if follow_up else None) is not None


def lock_unknown(link: AnswerLink) -> list[Delivery]:
    """What travelled in the message of this link, if nobody knows whether it arrived. Locks the case first."""
    found = _unknown(link.referral_id, link.follow_up_id)
    if found is None:
        return []
    Case.objects.locked(Referral.objects.only("case_id").get(pk=link.referral_id).case_id)
    locked = groups.locked(groups.members(found))
    return [delivery for delivery in locked if delivery.state == DeliveryState.UNKNOWN]


def settle(deliveries: list[Delivery], link: AnswerLink, actor: Actor) -> None:
    """They arrived. The receipt of each names the link that proves it."""
    for delivery in deliveries:
        receipt = store_receipt(
            delivery,
            actor=actor,
            receipt_id=f"link:{link.id}",
            at=timezone.now(),
            digest=bytes(Package.objects.get(delivery=delivery).digest),
        )
        carried.sent(delivery, actor=actor, receipt=receipt)


def _unknown(referral_id: UUID, follow_up_id: UUID | None) -> Delivery | None:
    found = Delivery.objects.filter(referral=referral_id, follow_up=follow_up_id, state=DeliveryState.UNKNOWN)
    return found.first()
