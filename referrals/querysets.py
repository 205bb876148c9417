"""Questions about referrals and deliveries, in the domain's words."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Cast
from guardian.models import GroupObjectPermission

from intake.models import Case
from referrals.states import DeliveryState, ReferralState

if TYPE_CHECKING:
    from referrals.models import Delivery, Referral

WITH_THE_AGENCY = frozenset(ReferralState) - {
    ReferralState.DRAFT,
    ReferralState.APPROVED,
    ReferralState.WITHDRAWN,
    ReferralState.CONCLUDED,
}


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, user: Any) -> "ReferralQuerySet":
        """Referrals of the cases this person may read."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def addressed_to(self, user: Any) -> "ReferralQuerySet":
        """What was referred to the agency this person answers for; nothing before approval or after the end."""
        grants = GroupObjectPermission.objects.filter(
            permission__codename="answer_for_agency",
            permission__content_type=ContentType.objects.get(app_label="referrals", model="agency"),
            group__user=user,
            object_pk=Cast(OuterRef("agency_id"), models.CharField()),
        )
        return self.filter(Exists(grants), state__in=WITH_THE_AGENCY)

    def locked(self, pk: Any) -> "Referral":
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> "DeliveryQuerySet":
        return self.filter(state=DeliveryState.QUEUED, next_try_at__lte=now)

    def stale(self, before: datetime) -> "DeliveryQuerySet":
        """Claimed before this time and neither offered nor settled: the worker died."""
        return self.filter(state=DeliveryState.SENDING, offered_at__isnull=True, claimed_at__lt=before)

    def locked(self, pk: Any) -> "Delivery":
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)
