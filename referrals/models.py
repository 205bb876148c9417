"""The nouns of referrals: whom we refer to, under which rule, what left the house, and what came back."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models

from audit.models import Recorded, Stateful, one_of
from intake.models import Case, ReportedItem
from referrals.querysets import DeliveryQuerySet, ReferralQuerySet, RuleQuerySet
from referrals.states import (
    AgencyState,
    Answer,
    AnswerSource,
    AskState,
    DeliveryMode,
    DeliveryState,
    Direction,
    FollowUpKind,
    FollowUpState,
    HoldState,
    LinkState,
    Obligation,
    OutcomeKind,
    ReferralState,
    RuleAddressee,
    RuleState,
)


class Agency(Stateful):
    """A partner organisation and the terms on which we refer to it. Its people sign in as members of `group`.

    Without an agreement, after `agreement_until`, or while `paused`, nothing is sent. Until it is `live`, everything
    is marked a test.
    `domains` are the hosts it answers for as a platform or provider. `item_kinds` and `submitters` (roles): empty
    means all. `quiet_hours`: {"from": "20:00", "to": "07:00", "days": [5, 6]} in `time_zone`, Monday is 0.
    """

    audit_kind = "agency"

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20)
    country = models.CharField(max_length=2)
    destination = models.CharField(max_length=40)
    group = models.OneToOneField(Group, models.PROTECT, related_name="agency")
    answer_days = models.PositiveSmallIntegerField(default=3)
    mode = models.CharField(max_length=10, default=DeliveryMode.EXPORT)
    state = models.CharField(max_length=10, default=AgencyState.TEST)
    agreement = models.CharField(max_length=120, blank=True, default="")
    agreement_until = models.DateField(null=True, default=None)
    legal_basis = models.CharField(max_length=200, blank=True, default="")
    duty_contact = models.CharField(max_length=200, blank=True, default="")
    night_contact = models.CharField(max_length=200, blank=True, default="")
    contact = models.EmailField(blank=True, default="")
    contact_entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, default=None, related_name="+"
    )
    contact_approved = models.BooleanField(default=False)
    item_kinds = models.JSONField(default=list)
    submitters = models.JSONField(default=list)
    takes_unassessed = models.BooleanField(default=False)
    quiet_hours = models.JSONField(default=dict)
    time_zone = models.CharField(max_length=40, default="Europe/Bucharest")
    languages = models.JSONField(default=list)
    domains = models.JSONField(default=list)

    audit_added = (
        "agreement",
        "agreement_until",
        "contact",
        "contact_approved",
        "contact_entered_by",
        "domains",
        "duty_contact",
        "item_kinds",
        "languages",
        "legal_basis",
        "mode",
        "night_contact",
        "quiet_hours",
        "state",
        "submitters",
        "takes_unassessed",
        "time_zone",
    )

    class Meta:
        verbose_name_plural = "agencies"
        permissions = [
            ("answer_for_agency", "Receive and answer for this agency"),
            ("read_agency", "See the agencies"),
            ("manage_agencies", "Enter agencies and change their terms"),
            ("switch_live", "Switch an agency between test and live"),
        ]
        constraints = [
            one_of("mode", DeliveryMode, "agency_mode"),
            one_of("state", AgencyState, "agency_state"),
        ]

    def __str__(self) -> str:
        return self.name


class RoutingRule(Stateful):
    """A stored condition that proposes an agency. A changed rule is a new row with the next version.

    Without `agency` the rule names whoever runs the platform, or the hosting, of the item (`addressee`).
    `retire_asked_by` asks to take it out of force; until another person agrees, it holds.
    """

    audit_kind = "rule"

    code = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField()
    condition = models.JSONField()
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="rules")
    obligation = models.CharField(max_length=12)
    reason = models.CharField(max_length=40)
    state = models.CharField(max_length=10, default=RuleState.IN_FORCE)
    addressee = models.CharField(max_length=10, default=RuleAddressee.AGENCY)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, default=None, related_name="+"
    )

    retire_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, default=None, related_name="+"
    )

    audit_added = ("addressee", "proposed_by", "retire_asked_by", "state")

    objects = RuleQuerySet.as_manager()

    class Meta:
        permissions = [("manage_rules", "Propose, activate and retire routing rules")]
        constraints = [
            models.UniqueConstraint(name="rule_version_once", fields=["code", "version"]),
            one_of("obligation", Obligation, "rule_obligation"),
            one_of("state", RuleState, "rule_state"),
            models.CheckConstraint(
                name="rule_names_somebody",
                condition=models.Q(addressee=RuleAddressee.AGENCY, agency__isnull=False)
                | (~models.Q(addressee=RuleAddressee.AGENCY) & models.Q(agency__isnull=True)),
            ),
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
    test = models.BooleanField(default=False)
    reminded_at = models.DateTimeField(null=True, default=None)
    escalated_at = models.DateTimeField(null=True, default=None)
    cared_for_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, default=None, related_name="+"
    )

    audit_added = ("cared_for_by", "escalated_at", "reminded_at", "test")

    objects = ReferralQuerySet.as_manager()

    class Meta:
        permissions = [
            ("confirm_routes", "Confirm what is referred to whom"),
            ("read_referral", "Read a referral"),
            ("hand_over_package", "Hand a package over"),
            ("record_answer", "Type in an answer or outcome"),
            ("see_inbox", "See the agency's inbox"),
            ("collect_package", "Collect a package for the agency"),
            ("set_hold", "Set, extend and release a police hold"),
            ("overrule_route", "Decide that an obligatory proposal is left out"),
            ("withdraw_referral", "Supplement, correct or withdraw a referral"),
            ("decide_delivery", "Say whether an unknown delivery arrived"),
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


class FollowUp(Stateful):
    """A supplement, correction or withdrawal: a document of its own, brought to the agency that got the first."""

    audit_kind = "followup"

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="follow_ups")
    kind = models.CharField(max_length=12)
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, default=FollowUpState.QUEUED)
    document = models.BinaryField()
    document_digest = models.BinaryField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("kind", FollowUpKind, "followup_kind"),
            one_of("state", FollowUpState, "followup_state"),
            models.UniqueConstraint(name="followup_number_once", fields=["referral", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.referral} / {self.number}"


class Delivery(Stateful):
    """Bringing one document to one destination: queued, claimed, called, settled.

    `follow_up`: the document is that one's, not the referral's first. `group`: several documents for one contact
    that travel as one message; they are claimed, called and settled together.
    """

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
    follow_up = models.ForeignKey(
        FollowUp, models.PROTECT, null=True, default=None, related_name="deliveries"
    )
    mode = models.CharField(max_length=10, default=DeliveryMode.EXPORT)
    group = models.UUIDField(null=True, default=None)

    audit_added = ("follow_up", "group", "mode")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("state", DeliveryState, "delivery_state"),
            one_of("mode", DeliveryMode, "delivery_mode"),
        ]
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
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    late = models.BooleanField(default=False)
    follow_up = models.ForeignKey(
        FollowUp, models.PROTECT, null=True, default=None, related_name="acknowledgements"
    )

    audit_added = ("follow_up",)

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
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            one_of("outcome", OutcomeKind, "outcome_kind"),
            one_of("source", AnswerSource, "outcome_source"),
        ]


class Hold(Stateful):
    """A police hold on one case: while it is set, no host, registrar or platform is told. Ends at `until`.

    `agency`: the police who asked for it, where it was them; otherwise the hotline's own policy or supervisor.
    `by_policy`: the policy set it and nobody named a time for it since; only then does their answer end it.
    `referral`, `source`, `recorded_at`: when the police last changed it by themselves, answering which referral, and
    how that came. Who it was stands in the sealed text of the entry.
    """

    audit_kind = "hold"

    case = models.ForeignKey(Case, models.PROTECT, related_name="holds")
    country = models.CharField(max_length=2)
    state = models.CharField(max_length=10, default=HoldState.SET)
    set_at = models.DateTimeField()
    until = models.DateTimeField()
    by_policy = models.BooleanField(default=False)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="holds")
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="holds")
    source = models.CharField(max_length=12, blank=True, default="")
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="hold_source",
                condition=models.Q(source__in=["", *(word.value for word in AnswerSource)]),
            ),
            one_of("state", HoldState, "hold_state"),
            models.UniqueConstraint(
                name="hold_one_set_per_case", fields=["case"], condition=models.Q(state=HoldState.SET)
            ),
        ]


class Overruling(Stateful):
    """A proposal that people leave out, with a sealed reason: one person for a suggestion, two for an obligation."""

    audit_kind = "overruling"

    case = models.ForeignKey(Case, models.PROTECT, related_name="overrulings")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    rule = models.ForeignKey(RoutingRule, models.PROTECT, related_name="+")
    obligation = models.CharField(max_length=12)
    state = models.CharField(max_length=10, default=AskState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            one_of("state", AskState, "overruling_state"),
            models.UniqueConstraint(
                name="overruling_one_per_route",
                fields=["case", "agency", "rule"],
                condition=models.Q(state__in=[AskState.ASKED, AskState.AGREED]),
            ),
        ]


class LiveSwitch(Stateful):
    """Two people switch an agency between test and live. No policy can waive the second."""

    audit_kind = "live"

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="switches")
    to_live = models.BooleanField()
    state = models.CharField(max_length=10, default=AskState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            one_of("state", AskState, "live_state"),
            models.UniqueConstraint(
                name="live_one_asked_per_agency",
                fields=["agency"],
                condition=models.Q(state=AskState.ASKED),
            ),
        ]


class AnswerLink(Stateful):
    """A link by which an agency answers without an account. What travels is a signature over `id`, kept nowhere."""

    audit_kind = "link"

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="links")
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, null=True, related_name="links")
    state = models.CharField(max_length=10, default=LinkState.OPEN)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [one_of("state", LinkState, "link_state")]


class Message(Recorded):
    """One message of the thread that “they need more” opens. Words and sender are sealed with its entry."""

    audit_kind = "message"

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=3)
    source = models.CharField(max_length=12)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            one_of("direction", Direction, "message_direction"),
            one_of("source", AnswerSource, "message_source"),
        ]


class AnswerRead(Recorded):
    """Somebody of the hotline has read what an agency sent by itself. Without such a row it is unread."""

    audit_kind = "answer"

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="answers_read")
    up_to = models.DateTimeField()
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    read_at = models.DateTimeField()
