"""The auditor's desk: every entry as a sentence, its bytes, and whether the log still holds. Read only."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit import chart, log, naming, reading, rows
from audit.forms import LogFilter
from audit.verify import verify as run_verification

KEPT = ("q", "action", "first", "last")
MOST_ON_A_PAGE = 50_000
"""Entries that are verified while somebody waits for a page; more than that is for the command."""


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """The log, newest first."""
    form = LogFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    page = reading.read(asked) if form.is_valid() else reading.Page([])
    context = {
        "form": form,
        "rows": page.rows,
        "filtered": any(asked.get(name) for name in KEPT),
        "newer": _link(asked, after=page.newer),
        "older": _link(asked, before=page.older),
        "chart": _chart(),
        "offset": timezone.localtime().isoformat()[-6:],
    }
    return render(request, "audit/log.html", context, status=200 if form.is_valid() else 422)


@require_safe
def entry(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """One entry: all its fields, its exact bytes, and its neighbours of the same object."""
    line = log.entries_for(event_id=event_id).first()
    if line is None:
        raise Http404
    same = log.entries_for(object_kind=line.object_kind, object_id=line.object_id)
    context = {
        "sheet": rows.sheet(line),
        "earlier": same.newest_before(line.seq).first(),
        "later": same.oldest_after(line.seq).first(),
    }
    return render(request, "audit/entry.html", context)


def verify(request: HttpRequest) -> HttpResponse:
    """Ask first (GET), verify then (POST), and say the verdict before anything else."""
    too_long = log.entries_for().count() > MOST_ON_A_PAGE
    report = run_verification() if request.method == "POST" and not too_long else None
    counted = [(naming.kind(kind), number) for kind, number in report.counted] if report else []
    context = {
        "report": report,
        "counted": counted,
        "too_long": too_long,
        "limit": MOST_ON_A_PAGE,
        "now": timezone.now(),
    }
    return render(request, "audit/verify.html", context)


def _link(asked: dict[str, Any], **place: int | None) -> str:
    """The address of a neighbouring page, with what was asked; empty where there is none."""
    if None in place.values():
        return ""
    return "?" + urlencode({name: asked[name] for name in KEPT if asked[name]} | place)


def _chart() -> chart.Chart:
    today = datetime.now(UTC).date()
    return chart.draw(log.entries_for().a_day(chart.days_until(today)[0], today), today)
