"""A message came back: the mail server had taken it, and could not bring it to the agency."""

from django.utils.translation import gettext as _

from audit.acts import Refusal, verb
from audit.log import SYSTEM
from referrals.actions import Action
from referrals.models import Delivery, Receipt
from referrals.services import carried, groups
from referrals.states import DeliveryState, FollowUpState, Problem, ReferralState


@verb(Action.DELIVERY_BOUNCE, *carried.FAILED)
def record_bounce(*, message_id: str, status: str) -> list[Delivery]:
    """Delivered -> failed, for everything in this message. Raises Refusal where no such message counts as delivered.

    `message_id` is the part before the @, which the receipt was stored under. Of the report only `status` (RFC 3463)
    is kept. What the agency has answered, it has: that delivery stays.
    """
    receipts = Receipt.objects.filter(receipt_id=message_id)
    found = groups.locked(list(receipts.values_list("delivery_id", flat=True)))
    came_back = [one for one in found if one.state == DeliveryState.DELIVERED and not _answered(one)]
    if not came_back:
        raise Refusal(
            _("No delivered message has this id, or the agency has answered it. Nothing was changed.")
        )
    for delivery in came_back:
        carried.failed(
            delivery,
            actor=SYSTEM,
            action=Action.DELIVERY_BOUNCE,
            problem=Problem.BOUNCED,
            facts={"status": status},
        )
    return came_back


def _answered(delivery: Delivery) -> bool:
    if delivery.follow_up:
        return delivery.follow_up.state != FollowUpState.SENT
    return delivery.referral.state not in {ReferralState.SENT, ReferralState.EXPIRED}
