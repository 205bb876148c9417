"""Mode manual: an analyst needs the exact addresses before anything is sent, to type them into a form of theirs."""

from uuid import UUID

from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from referrals.actions import Action
from referrals.models import Delivery, Package, Referral
from referrals.services import carried
from referrals.services.handover import Collected, check_kept, unaltered
from referrals.states import DeliveryMode, DeliveryState


@verb(Action.PACKAGE_OPEN)
def open_package(*, actor: Actor, referral_id: UUID, follow_up_id: UUID | None = None) -> Collected:
    """Give the analyst the files of a package that lies ready. Nothing is sent by it. Raises Refusal, Altered."""
    referral = Referral.objects.locked(referral_id)
    delivery = (
        Delivery.objects.filter(
            referral=referral,
            follow_up=follow_up_id,
            mode=DeliveryMode.MANUAL,
            state=DeliveryState.SENDING,
            offered_at__isnull=False,
        )
        .select_related("referral__agency", "referral__case", "follow_up")
        .order_by("-offered_at")
        .first()
    )
    if delivery is not None:
        check_kept(delivery)
    if delivery is None or not carried.waits(delivery):
        raise Refusal(_("There is nothing to type into a form of theirs now. Look at the delivery again."))
    package = unaltered(delivery)
    log.append(
        Action.PACKAGE_OPEN,
        actor=actor,
        kind=Package.audit_kind,
        id=package.id,
        row=package,
        case=referral.case_id,
    )
    return Collected(package.name, package.content_type, bytes(package.content))
