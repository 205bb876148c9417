"""After a failure was put right, the same delivery goes back to the queue, with the same sealed bytes."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.acts import Refusal, verb
from audit.log import Actor
from referrals.actions import Action
from referrals.models import Delivery, Referral
from referrals.states import DeliveryState, ReferralState
from referrals.steps import move_delivery, move_referral, wake_after_commit


@verb(Action.DELIVERY_QUEUE_AGAIN, Action.REFERRAL_QUEUE_AGAIN)
def send_again(*, actor: Actor, referral_id: UUID) -> Referral:
    """Failed -> queued, once a person has put the cause right. Raises Refusal for anything that did not fail."""
    referral = Referral.objects.locked(referral_id)
    if referral.state != ReferralState.FAILED:
        raise Refusal(_("This referral did not fail. There is nothing to try again."))
    delivery = (
        Delivery.objects.filter(referral=referral, state=DeliveryState.FAILED)
        .select_related("referral")
        .select_for_update(no_key=True, of=("self",))
        .latest("next_try_at")
    )
    move_delivery(
        delivery,
        to=DeliveryState.QUEUED,
        action=Action.DELIVERY_QUEUE_AGAIN,
        actor=actor,
        changes={"claimed_at": None, "next_try_at": timezone.now(), "problem": ""},
    )
    wake_after_commit(delivery.id)
    return move_referral(referral, to=ReferralState.QUEUED, action=Action.REFERRAL_QUEUE_AGAIN, actor=actor)
