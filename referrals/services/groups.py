"""Deliveries that travel in one message: who they are, and locking them with their referrals. Steps."""

from collections.abc import Sequence
from uuid import UUID

from referrals.models import Delivery, Referral


def members(delivery: Delivery) -> list[UUID]:
    """Everything that was sealed into the same message, itself among it."""
    if delivery.group is None:
        return [delivery.id]
    return list(Delivery.objects.filter(group=delivery.group).order_by("id").values_list("pk", flat=True))


def locked(ids: Sequence[UUID], *, wait: bool = True) -> list[Delivery]:
    """These deliveries, each with its locked referral. Without waiting, those that somebody else holds are left out.

    Referrals by number, then deliveries: the order of every verb that locks more than one.
    """
    wanted = Delivery.objects.filter(pk__in=ids).values("referral")
    referrals = {
        referral.id: referral
        for referral in Referral.objects.filter(pk__in=wanted)
        .select_related("agency", "case")
        .order_by("number")
        .select_for_update(no_key=True, skip_locked=not wait, of=("self",))
    }
    found = list(
        Delivery.objects.filter(pk__in=ids, referral__in=referrals)
        .select_related("follow_up")
        .order_by("id")
        .select_for_update(no_key=True, skip_locked=not wait, of=("self",))
    )
    for delivery in found:
        delivery.referral = referrals[delivery.referral_id]
        if delivery.follow_up:
            delivery.follow_up.referral = delivery.referral
    return found
