"""The nouns of intake: who handles (Team), what came in (Report, ReportedItem), the work (Case, Assessment)."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Recorded, Stateful, one_of
from intake.kinds import ItemKind
from intake.querysets import (
    AssessmentQuerySet,
    CaseQuerySet,
    ClosureQuerySet,
    ItemQuerySet,
    ReportQuerySet,
)
from intake.schemes import HostKnownBy, Verdict
from intake.states import (
    WITH_AGENCIES,
    CaseState,
    ClosingOutcome,
    ClosureState,
    ItemState,
    LeaseState,
    PolicyCode,
    PolicyValue,
    ReportState,
)
from intake.triage import ReportKind

MAX_ADDRESS = 8192


class Team(Recorded):
    """A group of analysts with a queue of its own. New cases go to the team that reads the report's language."""

    audit_kind = "team"

    name = models.CharField(max_length=80, unique=True)
    group = models.OneToOneField(Group, models.PROTECT, related_name="team")
    languages = models.JSONField(default=list)

    class Meta:
        permissions = [("work_in_team", "Handle the cases of this team")]

    def __str__(self) -> str:
        return self.name


class Report(Stateful):
    """One submission by one reporter at one time. Never edited; what is added later shares its `thread`."""

    audit_kind = "report"

    thread = models.UUIDField(db_index=True)
    state = models.CharField(max_length=10, default=ReportState.RECEIVED)
    source = models.CharField(max_length=20, default="public")
    channel = models.CharField(max_length=20, default="form")
    language = models.CharField(max_length=10)
    received_at = models.DateTimeField()

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [one_of("state", ReportState, "report_state")]
        indexes = [
            models.Index(
                fields=["received_at"], name="report_to_sort", condition=models.Q(state=ReportState.RECEIVED)
            )
        ]


class ReportStep(Recorded):
    """A later answer of the same reporter: what kind, when seen, or that the report is complete."""

    audit_kind = "step"

    thread = models.UUIDField(db_index=True)
    name = models.CharField(max_length=10)
    kind = models.CharField(max_length=20, blank=True, default="")
    seen_on = models.DateField(null=True)
    still_online = models.CharField(max_length=10, blank=True, default="")
    danger = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="step_name", condition=models.Q(name__in=["kind", "when", "submit"])),
            models.CheckConstraint(
                name="step_kind", condition=models.Q(kind__in=["", *[kind.value for kind in ReportKind]])
            ),
        ]


class ReceiptCode(Recorded):
    """The keyed digest of the code a reporter keeps. The code itself is stored nowhere."""

    audit_kind = "code"

    thread = models.UUIDField(unique=True)
    digest = models.BinaryField(unique=True)
    issued_on = models.DateField()
    expires_on = models.DateField()


class Case(Stateful):
    """The analyst's unit of work: one item or a cluster; joins many reports."""

    audit_kind = "case"
    audit_facts: ClassVar[dict[str, str]] = {
        "assignee": "assignee_id",
        "team": "team_id",
        "priority": "priority",
        "outcome": "outcome",
    }

    number = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=12, default=CaseState.OPEN)
    team = models.ForeignKey(Team, models.PROTECT)
    kind = models.CharField(max_length=20)
    priority = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    reported_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    reports = models.PositiveIntegerField(default=1)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    lease_until = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True, default="")
    review_owed_at = models.DateTimeField(null=True, default=None)
    disputed = models.BooleanField(default=False)

    audit_added = ("disputed", "review_owed_at")

    objects = CaseQuerySet.as_manager()

    class Meta:
        permissions = [
            ("see_queue", "See the queue"),
            ("read_case", "Read a case"),
            ("assign_case", "Take and give back a case"),
            ("assess_case", "Assess a case"),
            ("review_assessment", "Review another person's assessment"),
            ("close_case", "Close a case"),
            ("decide_dispute", "Decide where two people disagree"),
            ("set_policy", "Set the hotline's policies"),
        ]
        constraints = [
            one_of("state", CaseState, "case_state"),
            models.CheckConstraint(name="case_priority", condition=models.Q(priority__lte=3)),
            models.CheckConstraint(
                name="case_lease_has_holder",
                condition=models.Q(assignee__isnull=True, lease_until__isnull=True)
                | models.Q(assignee__isnull=False, lease_until__isnull=False),
            ),
        ]
        indexes = [
            # One direction for all keys, so that a page deep in the queue costs what the first one costs.
            models.Index(fields=["team", "state", "priority", "due_at", "id"], name="case_queue"),
            models.Index(fields=["assignee", "priority", "due_at", "id"], name="case_mine"),
            # Few cases wait so; the queue must not read all the others to find them.
            models.Index(
                fields=["id"],
                name="case_asks_second",
                condition=models.Q(disputed=True) | models.Q(review_owed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def reported_again(self) -> bool:
        """With agencies, and reported since then: a person must read it."""
        return self.state in WITH_AGENCIES and self.reported_at > self.moved_at


class ReportedItem(Stateful):
    """One address as one report names it. `repeats` points to the first item of the same address in the case.

    Words without an address are an item too (kind `text`), with no address here: they stay sealed with the report.
    """

    audit_kind = "item"
    audit_facts: ClassVar[dict[str, str]] = {"case": "case_id"}

    report = models.ForeignKey(Report, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, default=ItemState.RECEIVED)
    kind = models.CharField(max_length=10)
    raw = models.CharField(max_length=MAX_ADDRESS)
    canonical = models.CharField(max_length=MAX_ADDRESS)
    host = models.CharField(max_length=255, blank=True, default="")
    platform = models.CharField(max_length=255, blank=True, default="")
    handle = models.CharField(max_length=255, blank=True, default="")
    duplicate_key = models.BinaryField(null=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="items")
    repeats = models.ForeignKey("self", models.PROTECT, null=True, related_name="repetitions")

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("state", ItemState, "item_state"),
            one_of("kind", ItemKind, "item_kind"),
            models.CheckConstraint(
                name="item_sorted_has_case",
                condition=models.Q(state=ItemState.RECEIVED, case__isnull=True)
                | models.Q(state=ItemState.SORTED, case__isnull=False),
            ),
            models.UniqueConstraint(
                name="item_known_once",
                fields=["duplicate_key"],
                condition=models.Q(state=ItemState.SORTED, repeats__isnull=True, duplicate_key__isnull=False),
            ),
        ]


class Assessment(Recorded):
    """A person's judgement of one item, with where it is hosted and why. Never edited, only superseded."""

    audit_kind = "assessment"

    case = models.ForeignKey(Case, models.PROTECT, related_name="assessments")
    item = models.ForeignKey(ReportedItem, models.PROTECT, related_name="assessments")
    scheme = models.CharField(max_length=40)
    verdict = models.CharField(max_length=30)
    hosting_country = models.CharField(max_length=2, blank=True, default="")
    host_known_by = models.CharField(max_length=20)
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField()
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    age = models.CharField(max_length=30, blank=True, default="")
    sex = models.CharField(max_length=30, blank=True, default="")
    site_type = models.CharField(max_length=30, blank=True, default="")
    commercial = models.CharField(max_length=30, blank=True, default="")
    payment_methods = models.JSONField(default=list)
    flags = models.JSONField(default=list)

    audit_added = ("age", "commercial", "flags", "payment_methods", "sex", "site_type")

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        constraints = [one_of("verdict", Verdict, "assessment_verdict")]


class Review(Recorded):
    """The second, independent person's word on the assessments of a case."""

    audit_kind = "review"

    case = models.ForeignKey(Case, models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    reviewed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("review")


class Policy(Recorded):
    """What the hotline has settled for itself. A change is a new row with the next version; its reason is sealed.

    `country` narrows a policy to one country; `hours` says how long a police hold lasts.
    """

    audit_kind = "policy"

    code = models.CharField(max_length=20)
    country = models.CharField(max_length=2, blank=True, default="")
    version = models.PositiveSmallIntegerField()
    value = models.CharField(max_length=10)
    hours = models.PositiveSmallIntegerField(null=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(name="policy_version_once", fields=["code", "country", "version"]),
            one_of("code", PolicyCode, "policy_code"),
            one_of("value", PolicyValue, "policy_value"),
        ]


class Lease(Stateful):
    """Who has a case, since when and until when. The case itself carries the present holder, for the queue."""

    audit_kind = "lease"

    case = models.ForeignKey(Case, models.PROTECT, related_name="leases")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=LeaseState.HELD)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("state", LeaseState, "lease_state"),
            models.UniqueConstraint(
                name="lease_one_held_per_case",
                fields=["case"],
                condition=models.Q(state=LeaseState.HELD),
            ),
        ]


class Note(Recorded):
    """A person's note on a case. Its words are sealed with its entry."""

    audit_kind = "note"

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()


class Closure(Stateful):
    """One person asks to close a case, another decides. `before` is where the case was, for an undo."""

    audit_kind = "closure"

    case = models.ForeignKey(Case, models.PROTECT, related_name="closures")
    outcome = models.CharField(max_length=20)
    before = models.CharField(max_length=12)
    state = models.CharField(max_length=10, default=ClosureState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = ClosureQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("outcome", ClosingOutcome, "closure_outcome"),
            one_of("state", ClosureState, "closure_state"),
            models.UniqueConstraint(
                name="closure_one_asked_per_case",
                fields=["case"],
                condition=models.Q(state=ClosureState.ASKED),
            ),
        ]


class HostingTrace(Recorded):
    """Where an item is hosted and by whom, as a person found out. A newer row supersedes the older one.

    `country`: ISO 3166, two letters. `confidence`: 0 to 100. Empty means not known.
    """

    audit_kind = "trace"

    case = models.ForeignKey(Case, models.PROTECT, related_name="traces")
    item = models.ForeignKey(ReportedItem, models.PROTECT, related_name="traces")
    country = models.CharField(max_length=2, blank=True, default="")
    method = models.CharField(max_length=20)
    provider = models.CharField(max_length=120, blank=True, default="")
    network = models.CharField(max_length=40, blank=True, default="")
    ip = models.GenericIPAddressField(null=True)
    confidence = models.PositiveSmallIntegerField(default=50)
    traced_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            one_of("method", HostKnownBy, "trace_method"),
            models.CheckConstraint(name="trace_confidence", condition=models.Q(confidence__lte=100)),
        ]
