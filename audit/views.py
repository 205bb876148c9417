"""The auditor's desk: every entry as a sentence, its bytes, and whether the log still holds. Read only."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit import chart, log, naming, rows
from audit.forms import LogFilter
from audit.models import Line
from audit.querysets import LineQuerySet
from audit.verify import verify as run_verification

PAGE = 50
MOST_ON_A_PAGE = 50_000
"""Entries that are verified while somebody waits for a page; more than that is for the command."""


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """The log, newest first."""
    form = LogFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found, newer, older = _page(asked) if form.is_valid() else ([], False, False)
    context = {
        "form": form,
        "rows": rows.rows(found),
        "filtered": any(asked.get(name) for name in ("q", "action", "first", "last")),
        "newer": _link(asked, after=found[0].seq) if newer else "",
        "older": _link(asked, before=found[-1].seq) if older else "",
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
    context = {"report": report, "too_long": too_long, "limit": MOST_ON_A_PAGE, "now": timezone.now()}
    return render(request, "audit/verify.html", context)


def _page(asked: dict[str, Any]) -> tuple[list[Line], bool, bool]:
    """One page by the place in the log, so that the last page costs what the first one costs."""
    matching = _matching(asked)
    if asked["after"] is not None:
        found = list(matching.oldest_after(asked["after"])[: PAGE + 1])
        return found[:PAGE][::-1], len(found) > PAGE, bool(found)
    found = list(matching.newest_before(asked["before"])[: PAGE + 1])
    return found[:PAGE], bool(found) and asked["before"] is not None, len(found) > PAGE


def _matching(asked: dict[str, Any]) -> LineQuerySet:
    found = log.entries_for(**({"action": asked["action"]} if asked["action"] else {}))
    if asked["q"]:
        found = found.mentioning(asked["q"], naming.numbered(asked["q"]))
    return found.between(asked["first"], asked["last"])


def _link(asked: dict[str, Any], **place: int) -> str:
    kept = {name: asked[name] for name in ("q", "action", "first", "last") if asked[name]}
    return "?" + urlencode(kept | place)


def _chart() -> chart.Chart:
    today = datetime.now(UTC).date()
    return chart.draw(log.entries_for().a_day(chart.days_until(today)[0], today), today)
