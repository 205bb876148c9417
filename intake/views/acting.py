"""What the desk's views share: do it, say so and go on; or show the form again with what was typed."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise

from audit.acts import Refusal
from audit.log import Actor
from intake.services.next_acts import action_bar


def posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def actor_of(request: HttpRequest) -> Actor:
    person: Any = request.user
    actor: Actor = person.actor
    return actor


def act(
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


def submit(
    request: HttpRequest, page: Callable[..., HttpResponse], verb: Callable[[], Any], done: str
) -> HttpResponse:
    """Do what the form asks and go to the case; a refusal shows the page again with everything that was typed."""
    try:
        changed = verb()
    except Refusal as refusal:
        return page(HTTPStatus.CONFLICT, refusal.sentence)
    messages.success(request, done)
    return redirect("case", case_id=getattr(changed, "case_id", changed.pk))


def form_page(
    request: HttpRequest,
    page: str,
    case: Any,
    form: Any,
    status: HTTPStatus,
    refusal: str | Promise = "",
    more: Mapping[str, object] | None = None,
) -> HttpResponse:
    """The page with its form; where it would be refused, why, and what would work instead. `more` is its own."""
    context = {
        "case": case,
        "form": form,
        "refusal": refusal,
        "acts": action_bar(case, actor_of(request).person).acts if refusal else [],
        "kept": request.method == "POST" and refusal,
        "now": timezone.now(),
        **(more or {}),
    }
    return render(request, f"desk/{page}.html", context, status=status)


def refusal_of(question: Callable[[Any, UUID], None], request: HttpRequest, case: Any) -> str | Promise:
    """Why the form would be refused now, said before anybody types."""
    try:
        question(case, actor_of(request).person)
    except Refusal as refusal:
        return refusal.sentence
    return ""
