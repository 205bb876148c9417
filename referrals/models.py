"""The nouns of referrals: whom we refer to, under which rule, what left the house, and what came back."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models

from audit.models import Recorded, Stateful, one_of
from intake.models import Case, ReportedItem
from referrals.querysets import DeliveryQuerySet, ReferralQuerySet, RuleQuerySet
from referrals.states import (
    Answer,
    AnswerSource,
    DeliveryState,
    Obligation,
    OutcomeKind,
    ReferralState,
)


class Agency(Recorded):
    """A partner organisation. Its people sign in at the partner door as members of `group`."""

    audit_kind = "agency"

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20)
    country = models.CharField(max_length=2)
    destination = models.CharField(max_length=40)
    group = models.OneToOneField(Group, models.PROTECT, related_name="agency")
    answer_days = models.PositiveSmallIntegerField(default=3)

    class Meta:
        verbose_name_plural = "agencies"
        permissions = [
            ("answer_for_agency", "Receive and answer for this agency"),
            ("read_agency", "See the agencies"),
        ]

    def __str__(self) -> str:
        return self.name


class RoutingRule(Recorded):
    """A stored condition that proposes an agency. A changed rule is a new row with the next version."""

    audit_kind = "rule"

    code = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField()
    condition = models.JSONField()
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="rules")
    obligation = models.CharField(max_length=12)
    reason = models.CharField(max_length=40)

    objects = RuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rule_version_once", fields=["code", "version"]),
            one_of("obligation", Obligation, "rule_obligation"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Referral(Stateful):
    """The decision to bring one case before one agency. `document` is exactly what may leave, frozen."""

    audit_kind = "referral"

    number = models.CharField(max_length=20, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="referrals")
    state = models.CharField(max_length=12, default=ReferralState.DRAFT)
    rule = models.ForeignKey(RoutingRule, models.PROTECT)
    obligation = models.CharField(max_length=12)
    items = models.ManyToManyField(ReportedItem, related_name="referrals", through="ReferralItem")
    document = models.BinaryField()
    document_digest = models.BinaryField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    due_at = models.DateTimeField()

    objects = ReferralQuerySet.as_manager()

    class Meta:
        permissions = [
            ("confirm_routes", "Confirm what is referred to whom"),
            ("read_referral", "Read a referral"),
            ("hand_over_package", "Hand a package over"),
            ("record_answer", "Type in an answer or outcome"),
            ("see_inbox", "See the agency's inbox"),
            ("collect_package", "Collect a package for the agency"),
        ]
        constraints = [
            one_of("state", ReferralState, "referral_state"),
            models.UniqueConstraint(
                name="referral_one_open_per_agency",
                fields=["case", "agency"],
                condition=~models.Q(state__in=[ReferralState.CONCLUDED, ReferralState.WITHDRAWN]),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReferralItem(models.Model):
    """Which items of the case a referral carries. Written with the referral, never changed."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="referral_items")
    item = models.ForeignKey(ReportedItem, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="referral_item_once", fields=["referral", "item"])]


class Delivery(Stateful):
    """Bringing one document to one destination: queued, claimed, called, settled."""

    audit_kind = "delivery"

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="deliveries")
    destination = models.CharField(max_length=40)
    state = models.CharField(max_length=10, default=DeliveryState.QUEUED)
    idempotency_key = models.UUIDField(unique=True)
    claimed_at = models.DateTimeField(null=True)
    offered_at = models.DateTimeField(null=True)
    attempts_made = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    problem = models.CharField(max_length=40, blank=True, default="")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [one_of("state", DeliveryState, "delivery_state")]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="delivery_due", condition=models.Q(state=DeliveryState.QUEUED)
            ),
            models.Index(
                fields=["claimed_at"],
                name="delivery_claimed",
                condition=models.Q(state=DeliveryState.SENDING),
            ),
        ]


class Package(Recorded):
    """The sealed bytes of a delivery, stored before the first call; every retry sends these same bytes."""

    audit_kind = "package"

    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="package")
    name = models.CharField(max_length=80)
    content_type = models.CharField(max_length=80)
    content = models.BinaryField()
    digest = models.BinaryField()


class Attempt(Recorded):
    """One try to deliver, with its result in a word."""

    audit_kind = "attempt"

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    result = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(name="attempt_once", fields=["delivery", "number"])]


class Receipt(Recorded):
    """The answer of the machine or of the hand that took the package: id, time, digest."""

    audit_kind = "receipt"

    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="receipt")
    receipt_id = models.CharField(max_length=80)
    received_at = models.DateTimeField()
    digest = models.BinaryField()
    collected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")


class Acknowledgement(Recorded):
    """The organisation's answer. Who gave it stands in the sealed text of its entry."""

    audit_kind = "acknowledgement"

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="acknowledgements")
    answer = models.CharField(max_length=12)
    source = models.CharField(max_length=12)
    answered_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    late = models.BooleanField(default=False)

    class Meta:
        constraints = [
            one_of("answer", Answer, "acknowledgement_answer"),
            one_of("source", AnswerSource, "acknowledgement_source"),
        ]


class Outcome(Recorded):
    """What the agency did."""

    audit_kind = "outcome"

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="outcomes")
    outcome = models.CharField(max_length=20)
    source = models.CharField(max_length=12)
    happened_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            one_of("outcome", OutcomeKind, "outcome_kind"),
            one_of("source", AnswerSource, "outcome_source"),
        ]
