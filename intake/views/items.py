"""The desk's pages beside a case: an item assessed again, where it is hosted, and every entry."""

from functools import partial
from http import HTTPStatus
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from intake import panels
from intake.forms.desk import PlaceForm
from intake.forms.judging import ReassessForm
from intake.forms.tracing import TraceForm
from intake.policies import access_case
from intake.services import corrections, traces
from intake.views.acting import actor_of, form_page, posted, refusal_of, submit
from intake.wording import countries


def reassess(request: HttpRequest, case_id: UUID, item_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.assess_case")
    line = _line(panels.items_of(case), item_id)
    form = ReassessForm(line.number, line.item, line.assessment, posted(request))
    page = partial(form_page, request, "reassess", case, form, more={"line": line, "countries": countries()})
    if request.method != "POST":
        return page(HTTPStatus.OK, refusal_of(corrections.may_reassess, request, case))
    if not form.is_valid():
        return page(HTTPStatus.UNPROCESSABLE_ENTITY)
    return submit(
        request,
        page,
        lambda: corrections.reassess(actor=actor_of(request), case_id=case.id, judgements=form.judgements()),
        _("The new assessment counts now. See which referrals said otherwise."),
    )


def trace(request: HttpRequest, case_id: UUID, item_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.assess_case")
    line = _line(panels.items_of(case), item_id)
    form = TraceForm(case.opened_at, posted(request))
    page = partial(form_page, request, "trace", case, form, more={"line": line, "countries": countries()})
    if request.method != "POST":
        return page(HTTPStatus.OK, refusal_of(traces.may_trace, request, case))
    if not form.is_valid():
        return page(HTTPStatus.UNPROCESSABLE_ENTITY)
    return submit(
        request,
        page,
        lambda: traces.record_trace(
            actor=actor_of(request), case_id=case.id, item_id=item_id, found=form.found()
        ),
        _("It is written down where the item is hosted."),
    )


@require_safe
def entries(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.read_case")
    place = PlaceForm(request.GET)
    page = panels.entries_of(case, **place.asked())
    return render(request, "desk/entries.html", {"case": case, "entries": page})


def _line(lines: list[panels.ItemLine], item_id: UUID) -> panels.ItemLine:
    """The item as the page of its case shows it; one of another case is not there."""
    for line in lines:
        if line.item.id == item_id:
            return line
    raise Http404
