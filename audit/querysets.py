"""What can be asked of the log."""

import re
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import TruncDate

if TYPE_CHECKING:
    from audit.models import Line  # noqa: F401 - named in quotes below

# The first letters of an id, alone or after the word for the role: “Analyst 7f3a”.
_BEGINNING = re.compile(r"^(?:\S+ )?([0-9a-f][0-9a-f-]{3,35})$")


class LineQuerySet(models.QuerySet["Line"]):
    """Each question narrows the entries; none of them opens a text."""

    def mentioning(self, text: str, ids: Collection[UUID] = ()) -> Self:
        """Entries whose act, actor, object or case begins with the text, or is one of the ids."""
        wanted = Q(object_id__in=ids) | Q(case_id__in=ids) | Q(action__startswith=text) | Q(actor=text)
        beginning = _BEGINNING.match(text)
        if beginning:
            wanted |= _begins(beginning.group(1))
        return self.filter(wanted)

    def between(self, first: date | None, last: date | None) -> Self:
        """Entries written from the first day to the last, both in UTC and both included."""
        found = self
        if first:
            found = found.filter(recorded_at__gte=_midnight(first))
        if last:
            found = found.filter(recorded_at__lt=_midnight(last) + timedelta(days=1))
        return found

    def newest_before(self, index: int | None) -> Self:
        found = self if index is None else self.filter(seq__lt=index)
        return found.order_by("-seq")

    def oldest_after(self, index: int) -> Self:
        return self.filter(seq__gt=index).order_by("seq")

    def a_day(self, first: date, last: date) -> dict[date, int]:
        """How many entries each day (UTC) has. A day without entries is left out."""
        days = self.between(first, last).order_by().annotate(day=TruncDate("recorded_at", tzinfo=UTC))
        return dict(days.values_list("day").annotate(Count("pk")))


def _begins(beginning: str) -> Q:
    """An id is a number: those that begin alike lie between two others."""
    digits = beginning.replace("-", "")[:32]
    span = (UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f")))
    return Q(object_id__range=span) | Q(case_id__range=span) | Q(actor__startswith=beginning)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
