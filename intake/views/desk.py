"""The desk of intake: the queue, my work, and the acts on a case."""

from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from intake import panels
from intake.forms.desk import QueueForm, ReviewForm
from intake.forms.judging import AssessForm
from intake.policies import access_case, look_at_queue
from intake.services import assessing, cases, queue, turns
from intake.views.acting import act, actor_of, form_page, posted, refusal_of, submit
from intake.wording import QUEUE_VIEWS, countries


def show_queue(request: HttpRequest) -> HttpResponse:
    form = QueueForm(request.GET, queue.teams_of(request.user))
    wish = form.wish()
    look_at_queue(request.user)
    page = queue.read(request.user, wish)
    context = {
        "form": form,
        "wish": wish,
        "page": page,
        "views": [(name, label, page.counts[name]) for name, label in QUEUE_VIEWS.items()],
        "more": urlencode({**request.GET.dict(), "after": page.next}) if page.next else "",
        "now": timezone.now(),
    }
    return render(request, "desk/queue.html", context)


def my_work(request: HttpRequest) -> HttpResponse:
    look_at_queue(request.user)
    mine, review = queue.my_work(request.user)
    return render(request, "desk/my_work.html", {"mine": mine, "review": review, "now": timezone.now()})


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    return act(request, lambda: cases.take_next(actor=actor_of(request)), _taken)


@require_POST
def take_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.assign_case")
    return act(request, lambda: cases.assign_case(actor=actor_of(request), case_id=case.id), _taken, case)


@require_POST
def release_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.assign_case")
    return act(
        request,
        lambda: cases.release_case(actor=actor_of(request), case_id=case.id),
        lambda case: _("%(number)s is back in the queue.") % {"number": case.number},
        case,
    )


@require_POST
def start_review(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.review_assessment")
    return act(
        request,
        lambda: cases.start_review(actor=actor_of(request), case_id=case.id),
        lambda case: _("You review %(number)s.") % {"number": case.number},
        case,
        then="review",
    )


@require_POST
def heed(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.assess_case")
    return act(
        request,
        lambda: cases.heed_reports(actor=actor_of(request), case_id=case.id),
        lambda case: _("You have read what is new in %(number)s.") % {"number": case.number},
        case,
    )


def assess(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.assess_case")
    former = panels.own_assessments(case, actor_of(request).person)
    form = AssessForm(panels.addresses_of(case), posted(request), former)
    more = {"countries": countries(), "reviews": panels.reviews_of(case)}
    page = partial(form_page, request, "assess", case, form, more=more)
    if request.method != "POST":
        return page(HTTPStatus.OK, refusal_of(turns.may_assess, request, case))
    if not form.is_valid():
        return page(HTTPStatus.UNPROCESSABLE_ENTITY)
    return submit(
        request,
        page,
        lambda: assessing.assess_case(actor=actor_of(request), case_id=case.id, judgements=form.judgements()),
        _("Your assessment is recorded."),
    )


def review(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.review_assessment")
    form = ReviewForm(posted(request))
    page = partial(form_page, request, "review", case, form, more={"items": panels.items_of(case)})
    if request.method != "POST":
        return page(HTTPStatus.OK, refusal_of(turns.may_review, request, case))
    if not form.is_valid():
        return page(HTTPStatus.UNPROCESSABLE_ENTITY)
    return submit(
        request,
        page,
        lambda: cases.review_assessment(actor=actor_of(request), case_id=case.id, **form.cleaned_data),
        _("Your review is recorded."),
    )


def _taken(case: Any) -> str:
    until = turns.time_of(case.lease_until)
    return _("%(number)s is yours until %(time)s.") % {"number": case.number, "time": until}
