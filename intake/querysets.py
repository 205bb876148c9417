"""Questions about cases and items, in the domain's words."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.fields.tuple_lookups import TupleGreaterThan
from django.db.models.functions import Cast
from guardian.models import GroupObjectPermission

from intake.schemes import Verdict
from intake.states import (
    WAITING,
    WITH_AGENCIES,
    CaseState,
    ClosureState,
    ItemState,
    Priority,
    ReportState,
)

if TYPE_CHECKING:
    from intake.models import Assessment, Case, Closure, Report, ReportedItem, Review  # noqa: F401 - named in quotes below

NOT_YET_ASSESSED = (CaseState.OPEN, CaseState.ASSIGNED)
QUIET = timedelta(minutes=15)
"""A report without a last step is taken as it is when its reporter has been silent for so long."""


class ReportQuerySet(models.QuerySet["Report"]):
    def unsorted(self) -> "ReportQuerySet":
        return self.filter(state=ReportState.RECEIVED)

    def ready(self, now: datetime) -> "ReportQuerySet":
        """Waiting to be sorted, and its reporter has finished or fallen silent."""
        steps = apps.get_model("intake", "ReportStep").objects.filter(thread=OuterRef("thread"))
        finished = Exists(steps.filter(name="submit"))
        silent = Q(received_at__lte=now - QUIET) & ~Exists(steps.filter(at__gt=now - QUIET))
        return self.unsorted().filter(finished | silent).order_by("received_at", "id")


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: Any) -> "CaseQuerySet":
        """Cases of the teams that this person works in. The only way to a case that starts from a person."""
        grants = GroupObjectPermission.objects.filter(
            permission__codename="work_in_team",
            permission__content_type=ContentType.objects.get_by_natural_key("intake", "team"),
            group__user=user,
            object_pk=Cast(OuterRef("team_id"), models.CharField()),
        )
        if not user.has_perm("intake.read_case"):
            return self.none()
        return self.filter(Exists(grants))

    def waiting(self) -> "CaseQuerySet":
        """Not yet with an agency and not closed; or with one, and reported again since."""
        again = Q(state__in=WITH_AGENCIES, reported_at__gt=F("moved_at"))
        return self.filter(Q(state__in=WAITING) | again)

    def in_queue_order(self) -> "CaseQuerySet":
        return self.order_by("priority", "due_at", "id")

    def after(self, priority: int, due_at: Any, pk: Any) -> "CaseQuerySet":
        """The rest of the queue behind this row, by one row comparison that the index answers."""
        return self.filter(TupleGreaterThan(("priority", "due_at", "id"), (priority, due_at, pk)))

    def takeable(self, now: datetime) -> "CaseQuerySet":
        """Open, or taken by somebody whose time has run out."""
        return self.filter(Q(state=CaseState.OPEN) | Q(state=CaseState.ASSIGNED, lease_until__lt=now))

    def late(self, now: datetime) -> "CaseQuerySet":
        return self.waiting().filter(due_at__lt=now)

    def in_danger(self) -> "CaseQuerySet":
        return self.waiting().filter(priority=Priority.DANGER.rank)

    def seen_again(self) -> "CaseQuerySet":
        return self.waiting().filter(reports__gt=1)

    def for_second_look_by(
        self, user: Any, now: datetime, *, reviews: bool = True, closings: bool = True
    ) -> "CaseQuerySet":
        """What waits for this person as the second one: a review, one that is owed, a closing, a dispute.

        `reviews` and `closings`: whether the house's policies let this person be the second one there.
        """
        wanted = Q(pk__in=[])
        if reviews:
            wanted |= self._to_review(user, now)
        if closings:
            asked = apps.get_model("intake", "Closure").objects.asked_of(user)
            wanted |= Q(pk__in=list(asked.values_list("case", flat=True)))
        if user.has_perm("intake.decide_dispute"):
            wanted |= Q(self._open_to(user), disputed=True)
        return self.filter(wanted)

    def _to_review(self, user: Any, now: datetime) -> Q:
        """Assessed as illegal by somebody else and reviewed by nobody now, or reviewed afterwards."""
        assessments = apps.get_model("intake", "Assessment").objects.filter(case=OuterRef("pk")).current()
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        waits = Q(state=CaseState.ASSESSED) | Q(free, state=CaseState.IN_REVIEW, disputed=False)
        return Q(waits, Q(Exists(assessments.illegal())), self._not_assessed_by(user)) | Q(
            self._open_to(user), review_owed_at__isnull=False
        )

    def _open_to(self, user: Any) -> Q:
        """Whatever nobody has agreed to, others assessed."""
        assessments = apps.get_model("intake", "Assessment").objects.filter(case=OuterRef("pk")).current()
        reviews = apps.get_model("intake", "Review").objects.all()
        return Q(~Exists(assessments.not_agreed_in(reviews).filter(assessor=user)))

    def _not_assessed_by(self, user: Any) -> Q:
        assessments = apps.get_model("intake", "Assessment").objects.filter(case=OuterRef("pk")).current()
        return Q(~Exists(assessments.filter(assessor=user)))

    def opened_by_thread(self, thread: UUID) -> "CaseQuerySet":
        """Cases not yet assessed that hold an address which this reporter was the first to name."""
        items = apps.get_model("intake", "ReportedItem").objects.filter(
            case=OuterRef("pk"), report__thread=thread, repeats__isnull=True
        )
        return self.filter(Exists(items), state__in=NOT_YET_ASSESSED).order_by("opened_at", "id")

    def held_by(self, user: Any) -> "CaseQuerySet":
        return self.filter(assignee=user)

    def locked(self, pk: Any) -> "Case":
        """The row, locked for the running transaction; others may still refer to it."""
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class ItemQuerySet(models.QuerySet["ReportedItem"]):
    def addresses(self) -> "ItemQuerySet":
        """Each address once: the first item that named it."""
        return self.filter(repeats__isnull=True).order_by("report__received_at", "position")

    def unsorted(self) -> "ItemQuerySet":
        return self.filter(state=ItemState.RECEIVED)

    def first_of(self, duplicate_key: bytes) -> "ReportedItem | None":
        """The item that named this address first, if it is known."""
        return self.filter(state=ItemState.SORTED, repeats__isnull=True, duplicate_key=duplicate_key).first()


class ClosureQuerySet(models.QuerySet["Closure"]):
    def asked(self) -> "ClosureQuerySet":
        """Waiting for a second person; where the case has moved on since, nobody waits any more."""
        moved_since = Q(asked_at__lt=F("case__moved_at"))
        return self.filter(~moved_since, state=ClosureState.ASKED, before=F("case__state"))

    def asked_of(self, user: Any) -> "ClosureQuerySet":
        return self.asked().exclude(asked_by=user)


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def current(self) -> "AssessmentQuerySet":
        """Not superseded by a later one."""
        return self.filter(superseded_by__isnull=True)

    def illegal(self) -> "AssessmentQuerySet":
        return self.filter(verdict__in=[verdict for verdict in Verdict if verdict.illegal])

    def not_agreed_in(self, reviews: "models.QuerySet[Review]") -> "AssessmentQuerySet":
        """To which none of these reviews, made since by another person than its assessor, agrees."""
        since = reviews.filter(
            case=OuterRef("case"), agrees=True, reviewed_at__gte=OuterRef("assessed_at")
        ).exclude(reviewer=OuterRef("assessor"))
        return self.filter(~Exists(since))

    def of(self, cases: "Iterable[Case]") -> "AssessmentQuerySet":
        return self.filter(case__in=list(cases))
