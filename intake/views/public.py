"""The public door. It knows nobody: a signed token in the form carries a reporter from step to step."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from http import HTTPStatus
from typing import TypeVar

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from intake import continuation
from intake.continuation import Broken, Continuation, Source
from intake.forms.public import PublicForm, ReceiptForm, ReturnForm, WhatForm, WhenForm, WhereForm
from intake.services import reports, visits
from intake.services.reports import AlreadySaved, Step

F = TypeVar("F", bound=PublicForm)
View = Callable[[HttpRequest], HttpResponse]


def start(request: HttpRequest) -> HttpResponse:
    return render(request, "public/start.html")


def about_me(request: HttpRequest) -> HttpResponse:
    return render(request, "public/about_me.html")


def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "public/privacy.html")


def hide_visit(request: HttpRequest) -> HttpResponse:
    return render(request, "public/hide_visit.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "public/accessibility.html")


def step(
    page: str, form_class: type[F]
) -> Callable[[Callable[[HttpRequest, F, Continuation], HttpResponse]], View]:
    """A post of one of our forms: the token opens, no field is unknown; `show` shows it in another language.

    What we never keep is not shown in another language either.
    """

    def decorate(answer: Callable[[HttpRequest, F, Continuation], HttpResponse]) -> View:
        @wraps(answer)
        def view(request: HttpRequest) -> HttpResponse:
            if request.method != "POST":
                return _start_again(request, HTTPStatus.OK)
            try:
                carried = continuation.unseal(request.POST.get("token", ""))
            except Broken:
                return _start_again(request, HTTPStatus.BAD_REQUEST)
            if page != "where" and not carried.reports:
                return _start_again(request, HTTPStatus.BAD_REQUEST)
            form = _filled(form_class, request)
            if "show" in request.POST and form.refused:
                return _page(request, page, form, carried, HTTPStatus.UNPROCESSABLE_ENTITY)
            if "show" in request.POST:
                return _page(request, page, form_class(initial=request.POST.dict()), carried)
            return answer(request, form, carried)

        return view

    return decorate


def where(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _save_where(request)
    organisation = request.GET.get("for") == Source.ORGANISATION
    begun = continuation.begin(Source.ORGANISATION if organisation else Source.PUBLIC)
    return _page(request, "where", WhereForm(), begun)


@step("where", WhereForm)
def _save_where(request: HttpRequest, form: WhereForm, carried: Continuation) -> HttpResponse:
    valid = form.is_valid()
    carried = _keep(form, carried)
    if valid:
        return _page(request, "what", WhatForm(), carried)
    return _page(request, "where", form, carried, HTTPStatus.UNPROCESSABLE_ENTITY)


@step("what", WhatForm)
def what(request: HttpRequest, form: WhatForm, carried: Continuation) -> HttpResponse:
    if "skip" in request.POST:
        return _page(request, "when", WhenForm(), carried)
    if not form.is_valid():
        return _page(request, "what", form, carried, HTTPStatus.UNPROCESSABLE_ENTITY)
    with suppress(AlreadySaved):
        reports.record_step(thread=carried.thread, name=Step.KIND, **form.cleaned_data)
    return _page(request, "when", WhenForm(), carried)


@step("when", WhenForm)
def when(request: HttpRequest, form: WhenForm, carried: Continuation) -> HttpResponse:
    if "skip" in request.POST:
        return _finish(request, carried)
    if not form.is_valid():
        return _page(request, "when", form, carried, HTTPStatus.UNPROCESSABLE_ENTITY)
    if any(form.cleaned_data.values()):
        with suppress(AlreadySaved):
            reports.record_step(thread=carried.thread, name=Step.WHEN, **form.cleaned_data)
    return _finish(request, carried)


@step("receipt", ReceiptForm)
def receipt(request: HttpRequest, form: ReceiptForm, carried: Continuation) -> HttpResponse:
    return render(request, "public/done.html")


def return_visit(request: HttpRequest) -> HttpResponse:
    """The words come by POST alone. Whatever is wrong with them, the answer and the work are the same."""
    if request.method != "POST":
        return render(request, "public/return_visit.html", {"form": ReturnForm()})
    form = _filled(ReturnForm, request)
    visit = visits.look_up(form.data.get("words", ""))
    if visit is None:
        wrong = {"form": form, "wrong": True}
        return render(request, "public/return_visit.html", wrong, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return render(request, "public/visit.html", {"visit": visit})


def _keep(form: WhereForm, carried: Continuation) -> Continuation:
    """Save the lines that are good and not saved yet, also where others are wrong."""
    fresh = carried.not_yet_saved([address.raw for address in form.good], form.answers)
    if not fresh:
        return carried
    found, access = form.answers
    with suppress(AlreadySaved):
        reports.receive_report(
            thread=carried.thread,
            addresses=[address for address in form.good if address.raw in fresh],
            language=get_language() or "en",
            source=carried.source,
            found=found,
            access=access,
        )
    return carried.having_saved(reports.report_id(carried.thread, fresh, found, access), fresh, form.answers)


def _finish(request: HttpRequest, carried: Continuation) -> HttpResponse:
    try:
        words = reports.complete_report(
            thread=carried.thread, language=get_language() or "en", reports=carried.reports
        )
    except AlreadySaved:
        words = ""
    return _page(request, "receipt", ReceiptForm(), carried, words=words.split())


def _page(
    request: HttpRequest,
    page: str,
    form: PublicForm,
    carried: Continuation,
    status: int = HTTPStatus.OK,
    words: list[str] | None = None,
) -> HttpResponse:
    context = {"page": page, "form": form, "token": continuation.seal(carried), "words": words}
    return render(request, f"public/{page}.html", context, status=status)


def _start_again(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, "public/again.html", status=status)


def _filled(form_class: type[F], request: HttpRequest) -> F:
    """The form as sent. A field that no page of ours has, or one sent twice, is a bad request."""
    form = form_class(request.POST)
    if form.unexpected() or any(len(values) > 1 for _name, values in request.POST.lists()):
        raise BadRequest
    return form
