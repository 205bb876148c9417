"""After a failure was put right, what failed goes back to the queue."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.acts import Refusal, verb
from audit.log import Actor
from referrals.actions import Action
from referrals.models import Delivery, Referral
from referrals.services import carried, groups
from referrals.states import AttemptResult, DeliveryState, Problem, ReferralState
from referrals.steps import move_delivery, wake_after_commit

SEALED_WRONG = frozenset({AttemptResult.FIX_CONFIG, AttemptResult.FIX_PAYLOAD, Problem.BOUNCED})
"""What was wrong may stand in the sealed bytes: putting it right means sealing afresh."""


@verb(
    Action.DELIVERY_QUEUE_AGAIN,
    Action.FOLLOWUP_QUEUE_AGAIN,
    Action.REFERRAL_QUEUE_AGAIN,
    *carried.REPLACED,
)
def send_again(*, actor: Actor, referral_id: UUID, follow_up_id: UUID | None = None) -> Referral:
    """Failed -> queued, once a person has put the cause right. Raises Refusal for anything that did not fail.

    The same bytes go again. Where they were wrong, bounced, or hold other referrals too, a new delivery takes the
    place of the old one, and is sealed afresh.
    """
    delivery = _failed(referral_id, follow_up_id)
    if delivery is None:
        raise Refusal(_("This did not fail. There is nothing to try again."))
    now = timezone.now()
    carried.queued_again(delivery, actor=actor)
    if _must_be_new(delivery):
        carried.replaced(delivery, actor=actor, first_try=now)
        return delivery.referral
    move_delivery(
        delivery,
        to=DeliveryState.QUEUED,
        action=Action.DELIVERY_QUEUE_AGAIN,
        actor=actor,
        changes={"claimed_at": None, "next_try_at": now, "problem": ""},
    )
    wake_after_commit(delivery.id)
    return delivery.referral


def _failed(referral_id: UUID, follow_up_id: UUID | None) -> Delivery | None:
    """The newest delivery of the document, locked, if it and the document failed."""
    Referral.objects.locked(referral_id)
    newest = (
        Delivery.objects.filter(referral=referral_id, follow_up=follow_up_id, state=DeliveryState.FAILED)
        .exclude(problem=Problem.REPLACED)
        .order_by("-next_try_at")
        .first()
    )
    if newest is None:
        return None
    (delivery,) = groups.locked([newest.id])
    document = delivery.follow_up or delivery.referral
    return delivery if document.state == ReferralState.FAILED.value else None


def _must_be_new(delivery: Delivery) -> bool:
    sealed = hasattr(delivery, "package")
    return sealed and (delivery.problem in SEALED_WRONG or delivery.group is not None)
