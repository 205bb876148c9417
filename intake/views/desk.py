"""The desk of intake: the queue, my work, and the acts on a case."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.acts import Refusal
from audit.log import Actor
from intake import panels
from intake.forms.desk import CloseForm, QueueForm, ReviewForm
from intake.forms.judging import AssessForm
from intake.policies import access_case, look_at_queue
from intake.services import assessing, cases, queue, turns
from intake.services.next_acts import action_bar
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
    return _act(request, lambda: cases.take_next(actor=_actor(request)), _taken)


@require_POST
def take_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.assign_case")
    return _act(request, lambda: cases.assign_case(actor=_actor(request), case_id=case.id), _taken, case)


@require_POST
def release_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.assign_case")
    return _act(
        request,
        lambda: cases.release_case(actor=_actor(request), case_id=case.id),
        lambda case: _("%(number)s is back in the queue.") % {"number": case.number},
        case,
    )


@require_POST
def start_review(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.review_assessment")
    return _act(
        request,
        lambda: cases.start_review(actor=_actor(request), case_id=case.id),
        lambda case: _("You review %(number)s.") % {"number": case.number},
        case,
        then="review",
    )


@require_POST
def heed(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.assess_case")
    return _act(
        request,
        lambda: cases.heed_reports(actor=_actor(request), case_id=case.id),
        lambda case: _("You have read what is new in %(number)s.") % {"number": case.number},
        case,
    )


def assess(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.assess_case")
    form = AssessForm(panels.addresses_of(case), _posted(request))
    if request.method != "POST":
        return _form_page(
            request, "assess", case, form, HTTPStatus.OK, _refusal_of(turns.may_assess, request, case)
        )
    if not form.is_valid():
        return _form_page(request, "assess", case, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _submit(
        request,
        "assess",
        case,
        form,
        lambda: assessing.assess_case(actor=_actor(request), case_id=case.id, judgements=form.judgements()),
        _("Your assessment is recorded."),
    )


def review(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.review_assessment")
    form = ReviewForm(_posted(request))
    if request.method != "POST":
        return _form_page(
            request, "review", case, form, HTTPStatus.OK, _refusal_of(turns.may_review, request, case)
        )
    if not form.is_valid():
        return _form_page(request, "review", case, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    given = form.cleaned_data
    return _submit(
        request,
        "review",
        case,
        form,
        lambda: cases.review_assessment(actor=_actor(request), case_id=case.id, **given),
        _("Your review is recorded."),
    )


def close_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.close_case")
    form = CloseForm(_posted(request))
    if request.method != "POST":
        return _form_page(
            request, "close", case, form, HTTPStatus.OK, _refusal_of(turns.may_close, request, case)
        )
    if not form.is_valid():
        return _form_page(request, "close", case, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    given = form.cleaned_data
    return _submit(
        request,
        "close",
        case,
        form,
        lambda: cases.close_case(actor=_actor(request), case_id=case.id, **given),
        _("The case is closed."),
    )


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _actor(request: HttpRequest) -> Actor:
    person: Any = request.user
    actor: Actor = person.actor
    return actor


def _act(
    request: HttpRequest,
    verb: Callable[[], Any],
    done: Callable[[Any], str],
    case: Any = None,
    then: str = "case",
) -> HttpResponse:
    """Do it, say so and go on; a refusal is a page with its sentence."""
    try:
        changed = verb()
    except Refusal as refusal:
        context = {"sentence": refusal.sentence, "case": case}
        return render(request, "desk/refused.html", context, status=HTTPStatus.CONFLICT)
    messages.success(request, done(changed))
    return redirect(then, case_id=changed.id)


def _submit(
    request: HttpRequest, page: str, case: Any, form: Any, verb: Callable[[], Any], done: str
) -> HttpResponse:
    """Do what the form asks; a refusal shows the form again with everything that was typed."""
    try:
        verb()
    except Refusal as refusal:
        return _form_page(request, page, case, form, HTTPStatus.CONFLICT, refusal.sentence)
    messages.success(request, done)
    return redirect("case", case_id=case.id)


def _form_page(
    request: HttpRequest, page: str, case: Any, form: Any, status: HTTPStatus, refusal: str | Promise = ""
) -> HttpResponse:
    context = {
        "case": case,
        "form": form,
        "refusal": refusal,
        "acts": action_bar(case, _actor(request).person).acts if refusal else [],
        "kept": request.method == "POST" and refusal,
        "items": panels.items_of(case) if page != "assess" else [],
        "countries": countries() if page == "assess" else {},
        "now": timezone.now(),
    }
    return render(request, f"desk/{page}.html", context, status=status)


def _refusal_of(question: Callable[[Any, UUID], None], request: HttpRequest, case: Any) -> str | Promise:
    """Why the form would be refused now, said before anybody types."""
    try:
        question(case, _actor(request).person)
    except Refusal as refusal:
        return refusal.sentence
    return ""


def _taken(case: Any) -> str:
    until = turns.time_of(case.lease_until)
    return _("%(number)s is yours until %(time)s.") % {"number": case.number, "time": until}
