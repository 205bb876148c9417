"""Questions about referrals and deliveries, in the domain's words."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value, When
from django.db.models.functions import Cast
from guardian.models import GroupObjectPermission

from intake.models import Case
from referrals.states import ENDED, UNANSWERED, DeliveryState, ReferralState, RuleState

if TYPE_CHECKING:
    from referrals.models import Delivery, Referral, RoutingRule

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

    def unfinished(self) -> "ReferralQuerySet":
        return self.exclude(state__in=ENDED)

    def most_worrying_first(self, now: datetime) -> "ReferralQuerySet":
        """Failed, then late without an answer, then by when the answer is due; what has ended comes last."""
        unknown = self.filter(pk=OuterRef("pk"), deliveries__state=DeliveryState.UNKNOWN)
        late = Q(state__in=UNANSWERED, due_at__lt=now)
        worry = models.Case(
            When(state=ReferralState.FAILED, then=Value(0)),
            When(Exists(unknown), then=Value(1)),
            When(late, then=Value(2)),
            When(state__in=ENDED, then=Value(4)),
            default=Value(3),
        )
        return self.annotate(worry=worry).order_by("worry", "due_at", "number")

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


class RuleQuerySet(models.QuerySet["RoutingRule"]):
    def current(self) -> "RuleQuerySet":
        """The version of each rule that is in force."""
        return self.filter(state=RuleState.IN_FORCE).order_by("code").select_related("agency")

    def latest_of(self, code: str) -> "RoutingRule | None":
        return self.filter(code=code).order_by("-version").first()
