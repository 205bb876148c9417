"""Questions about referrals and deliveries, in the domain's words."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce
from guardian.models import GroupObjectPermission

from intake.models import Case
from referrals.gates import Stop
from referrals.states import (
    ENDED,
    GOT_THE_FIRST,
    UNANSWERED,
    DeliveryState,
    Direction,
    FollowUpKind,
    FollowUpState,
    Problem,
    ReferralState,
    RuleState,
)

if TYPE_CHECKING:
    from referrals.models import Delivery, Referral, RoutingRule

WITH_THE_AGENCY = GOT_THE_FIRST - ENDED


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, user: Any) -> "ReferralQuerySet":
        """Referrals of the cases this person may read."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def addressed_to(self, user: Any) -> "ReferralQuerySet":
        """What the agency has for which this person answers, or may fetch; nothing that waits in the house."""
        grants = GroupObjectPermission.objects.filter(
            permission__codename="answer_for_agency",
            permission__content_type=ContentType.objects.get(app_label="referrals", model="agency"),
            group__user=user,
            object_pk=Cast(OuterRef("agency_id"), models.CharField()),
        )
        left = Exists(
            apps.get_model("referrals", "Receipt").objects.filter(delivery__referral=OuterRef("pk"))
        )
        return self.filter(Exists(grants), self._before_them() | Q(left, state__in=ENDED))

    def in_the_inbox(self) -> "ReferralQuerySet":
        """What an agency still has before it; a withdrawal until it has taken note of it."""
        told = (
            self._follow_ups().filter(kind=FollowUpKind.WITHDRAWAL).exclude(state=FollowUpState.ACKNOWLEDGED)
        )
        return self.filter(self._before_them() | Q(Exists(told), state=ReferralState.WITHDRAWN))

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

    def unanswered(self) -> "ReferralQuerySet":
        """With the agency, which has said nothing yet."""
        return self.filter(state__in=[ReferralState.SENT, ReferralState.EXPIRED])

    def to_remind(self, now: datetime) -> "ReferralQuerySet":
        """Two thirds of the time for an answer have passed, since they got it. A supplement begins a new time."""
        receipts = apps.get_model("referrals", "Receipt").objects.filter(delivery__referral=OuterRef("pk"))
        begin = receipts.filter(
            Q(delivery__follow_up=None) | Q(delivery__follow_up__kind=FollowUpKind.SUPPLEMENT)
        ).order_by("-received_at")
        began = Coalesce(Subquery(begin.values("received_at")[:1]), F("confirmed_at"))
        left = ExpressionWrapper((F("due_at") - F("began")) / 3, models.DurationField())
        ends = ExpressionWrapper(Value(now, models.DateTimeField()) + F("left"), models.DateTimeField())
        waiting = self.filter(state=ReferralState.SENT, reminded_at__isnull=True, due_at__gt=now)
        return waiting.annotate(began=began).annotate(left=left).filter(due_at__lte=ends)

    def to_expire(self, now: datetime) -> "ReferralQuerySet":
        return self.filter(state=ReferralState.SENT, due_at__lte=now)

    def late(self, now: datetime) -> "ReferralQuerySet":
        """No answer in time, not even sent in time, or one of its follow-ups so. What a hold keeps is not late."""
        not_sent = Q(state__in=[ReferralState.QUEUED, ReferralState.FAILED], due_at__lte=now)
        follow_up = Exists(self._late_follow_ups(now))
        return self.filter(Q(state=ReferralState.EXPIRED) | not_sent | follow_up)

    def with_lateness(self, now: datetime) -> "ReferralQuerySet":
        """`late_since`: by when it, or the oldest of its late follow-ups, was due."""
        expired = When(state=ReferralState.EXPIRED, then=F("due_at"))
        unsent = When(
            state__in=[ReferralState.QUEUED, ReferralState.FAILED], due_at__lte=now, then=F("due_at")
        )
        follow_up = Subquery(self._late_follow_ups(now).order_by("due_at").values("due_at")[:1])
        return self.annotate(late_since=models.Case(expired, unsent, default=follow_up))

    def to_escalate(self, now: datetime) -> "ReferralQuerySet":
        """Late, and no supervisor was asked since it became so."""
        newly = Exists(self._late_follow_ups(now).filter(due_at__gt=OuterRef("escalated_at")))
        itself = Q(escalated_at__lt=F("due_at"), due_at__lte=now)
        return self.late(now).filter(Q(escalated_at__isnull=True) | itself | newly)

    def to_be_reminded(self) -> "ReferralQuerySet":
        """The clock said to remind the agency, and nobody has written down that they did."""
        written = apps.get_model("referrals", "Message").objects.filter(
            referral=OuterRef("pk"), direction=Direction.OUT, recorded_at__gte=OuterRef("reminded_at")
        )
        return self.unanswered().filter(~Exists(written), reminded_at__isnull=False)

    def _before_them(self) -> Q:
        """Sent and not ended, or lying ready to be fetched. What is queued, held or failed has not reached them."""
        ready = apps.get_model("referrals", "Delivery").objects.filter(
            referral=OuterRef("pk"), follow_up=None, state=DeliveryState.SENDING, offered_at__isnull=False
        )
        return Q(state__in=WITH_THE_AGENCY) | Q(Exists(ready), state=ReferralState.QUEUED)

    def _late_follow_ups(self, now: datetime) -> Any:
        """What a withdrawal overtook waits for nothing any more, and what a hold keeps is not late."""
        overtaken = Q(referral__state=ReferralState.WITHDRAWN) & ~Q(kind=FollowUpKind.WITHDRAWAL)
        open_ones = self._follow_ups().exclude(state=FollowUpState.ACKNOWLEDGED).exclude(overtaken)
        deliveries = apps.get_model("referrals", "Delivery").objects.filter(follow_up=OuterRef("pk"))
        held = Exists(deliveries.filter(state=DeliveryState.QUEUED, problem=Stop.POLICE_HOLD))
        return open_ones.filter(~(held & Q(state=FollowUpState.QUEUED)), due_at__lte=now)

    def _follow_ups(self) -> Any:
        return apps.get_model("referrals", "FollowUp").objects.filter(referral=OuterRef("pk"))

    def locked(self, pk: Any) -> "Referral":
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> "DeliveryQuerySet":
        return self.filter(state=DeliveryState.QUEUED, next_try_at__lte=now)

    def live(self) -> "DeliveryQuerySet":
        """Those that may still leave or be asked about: of a withdrawn referral, only what tells of it.

        What another delivery replaced is over.
        """
        withdrawn = Q(referral__state=ReferralState.WITHDRAWN) & ~Q(
            follow_up__isnull=False, follow_up__kind=FollowUpKind.WITHDRAWAL
        )
        return self.exclude(withdrawn).exclude(problem=Problem.REPLACED)

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
