"""Questions about cases and items, in the domain's words."""

from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.fields.tuple_lookups import TupleGreaterThan
from django.db.models.functions import Cast
from guardian.models import GroupObjectPermission

from intake.states import CaseState

if TYPE_CHECKING:
    from intake.models import Case, ReportedItem  # noqa: F401 - named in quotes below

WAITING = (CaseState.OPEN, CaseState.ASSIGNED, CaseState.ASSESSED, CaseState.IN_REVIEW, CaseState.CONFIRMED)


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: Any) -> "CaseQuerySet":
        """Cases of the teams that this person works in. The only way to a case that starts from a person."""
        grants = GroupObjectPermission.objects.filter(
            permission__codename="work_in_team",
            permission__content_type=ContentType.objects.get(app_label="intake", model="team"),
            group__user=user,
            object_pk=Cast(OuterRef("team_id"), models.CharField()),
        )
        if not user.has_perm("intake.read_case"):
            return self.none()
        return self.filter(Exists(grants))

    def waiting(self) -> "CaseQuerySet":
        """Not yet with an agency and not closed."""
        return self.filter(state__in=WAITING)

    def in_queue_order(self) -> "CaseQuerySet":
        return self.order_by("priority", "due_at", "id")

    def after(self, priority: int, due_at: Any, pk: Any) -> "CaseQuerySet":
        """The rest of the queue behind this row, by one row comparison that the index answers."""
        return self.filter(TupleGreaterThan(("priority", "due_at", "id"), (priority, due_at, pk)))

    def held_by(self, user: Any) -> "CaseQuerySet":
        return self.filter(assignee=user)

    def locked(self, pk: Any) -> "Case":
        """The row, locked for the running transaction; others may still refer to it."""
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class ItemQuerySet(models.QuerySet["ReportedItem"]):
    def addresses(self) -> "ItemQuerySet":
        """Each address once: the first item that named it."""
        return self.filter(repeats__isnull=True).order_by("report__received_at", "position")
