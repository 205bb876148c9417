"""Reading the queue: views with their counts, one page of rows, and how much waits by due time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from intake.models import Assessment, Case, Closure, ReportedItem, Team
from intake.querysets import CaseQuerySet
from intake.services import house
from intake.states import PolicyCode, Priority
from intake.wording import COUNTED_AT_MOST

PAGE = 25

SALT = "intake.queue"


@dataclass(frozen=True)
class Wish:
    """What the person wants to see. A filter hides no case with a child in danger."""

    view: str = "waiting"
    team: UUID | None = None
    kind: str = ""
    priority: int | None = None
    after: str = ""

    @property
    def filters(self) -> Q:
        wanted = {"team_id": self.team, "kind": self.kind or None, "priority": self.priority}
        chosen = Q(**{name: value for name, value in wanted.items() if value is not None})
        return chosen | Q(priority=Priority.DANGER.rank) if chosen else chosen


@dataclass(frozen=True)
class Row:
    """One case of the list, with its first address."""

    case: Case
    item: ReportedItem | None
    items: int
    countries: list[str] = field(default_factory=list)
    closing: bool = False
    """Somebody asks to close it, and a second person decides."""


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    counts: dict[str, int]
    due: dict[str, int]
    next: str


def read(person: Any, wish: Wish) -> Page:
    """One page of the queue. The number of queries does not depend on what is found."""
    now = timezone.now()
    views = _views(Case.objects.visible_to(person), person, now)
    found = views.get(wish.view, views["waiting"]).filter(wish.filters)
    shown = list(_with_items(_behind(found, wish.after).in_queue_order())[: PAGE + 1])
    return Page(
        rows=_rows(shown[:PAGE]),
        counts={name: _capped(cases) for name, cases in views.items()},
        due=_by_due(views["waiting"], now),
        next=_cursor(shown[PAGE - 1]) if len(shown) > PAGE else "",
    )


def teams_of(person: Any) -> list[Team]:
    return list(Team.objects.filter(group__user=person).order_by("name"))


def my_work(person: Any) -> tuple[list[Row], list[Row]]:
    """What this person holds, and what waits for a second person and may be them."""
    visible = Case.objects.visible_to(person)
    mine = _with_items(visible.waiting().held_by(person).in_queue_order())
    review = _with_items(_second(visible, person, timezone.now()).in_queue_order())
    return _rows(list(mine[:PAGE])), _rows(list(review[:PAGE]))


def _views(visible: CaseQuerySet, person: Any, now: datetime) -> dict[str, CaseQuerySet]:
    return {
        "waiting": visible.waiting(),
        "mine": visible.waiting().held_by(person),
        "danger": visible.in_danger(),
        "late": visible.late(now),
        "again": visible.seen_again(),
        "review": _second(visible, person, now),
    }


def _second(visible: CaseQuerySet, person: Any, now: datetime) -> CaseQuerySet:
    """What waits for this person's word as the second one, as far as the house's policies take it."""
    return visible.for_second_look_by(
        person,
        now,
        reviews=house.may_be_second(PolicyCode.SECOND_REVIEW, person.id),
        closings=house.may_be_second(PolicyCode.CLOSURE, person.id),
    )


def _capped(cases: CaseQuerySet) -> int:
    """Counting stops where the number no longer changes what anybody does."""
    return cases.order_by()[: COUNTED_AT_MOST + 1].count()


def _with_items(cases: CaseQuerySet) -> CaseQuerySet:
    addresses = ReportedItem.objects.filter(case=OuterRef("pk")).addresses()
    counted = addresses.order_by().values("case").annotate(n=Count("pk")).values("n")
    return cases.select_related("assignee", "team").annotate(
        first_item=Subquery(addresses.values("pk")[:1]), items_count=Coalesce(Subquery(counted), 0)
    )


def _rows(cases: list[Case]) -> list[Row]:
    items = ReportedItem.objects.in_bulk([getattr(case, "first_item", None) for case in cases])
    countries = _countries(cases)
    closing = set(Closure.objects.asked().filter(case__in=cases).values_list("case", flat=True))
    return [
        Row(
            case=case,
            item=items.get(getattr(case, "first_item", None)),
            items=getattr(case, "items_count", 0),
            countries=countries.get(case.id, []),
            closing=case.id in closing,
        )
        for case in cases
    ]


def _countries(cases: Iterable[Case]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    pairs = Assessment.objects.of(cases).current().values_list("case_id", "hosting_country").distinct()
    for case_id, country in pairs.order_by("hosting_country"):
        found.setdefault(case_id, []).append(country)
    return found


def _by_due(waiting: CaseQuerySet, now: datetime) -> dict[str, int]:
    day = timedelta(days=1)
    counts = waiting.order_by().aggregate(
        late=Count("pk", filter=Q(due_at__lt=now)),
        day=Count("pk", filter=Q(due_at__gte=now, due_at__lt=now + day)),
        days=Count("pk", filter=Q(due_at__gte=now + day, due_at__lt=now + 3 * day)),
        later=Count("pk", filter=Q(due_at__gte=now + 3 * day)),
    )
    return dict(counts)


def _cursor(case: Case) -> str:
    return signing.dumps([case.priority, case.due_at.isoformat(), str(case.id)], salt=SALT)


def _behind(cases: CaseQuerySet, cursor: str) -> CaseQuerySet:
    """The rest of the list behind a row; a cursor that is not ours begins at the top."""
    try:
        priority, due, case_id = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        return cases
    return cases.after(priority, parse_datetime(due), UUID(case_id))
