"""The desk's doors before sending: what will be sent, what is left out, undoing it, closing what is done."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from intake.policies import access_case
from intake.states import CaseState
from referrals import policies
from referrals.forms.routes import CloseForm, DecideForm, ForwardForm, LeaveOutForm, RoutesForm
from referrals.services import confirming, forwarding, overruling, reading, referrals
from referrals.services import undo as undoing
from referrals.services.referrals import REFERRED_STATES
from referrals.views.acting import actor_of, done, tried

CONFIRM = "referrals.confirm_routes"


def routes(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What will be sent, to whom and why; a POST confirms it."""
    if request.method != "POST":
        return _routes_page(request, access_case(request.user, case_id, to="intake.read_case"))
    case = access_case(request.user, case_id, to=CONFIRM)
    form = RoutesForm(request.POST)
    made = _made(request, case_id, form, referrals.create_referrals)
    if made is None:
        return _routes_page(request, case, form)
    messages.success(request, _said(made))
    return redirect("case" if made else "routes", case_id)


def forward_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Forward-only mode: what will be sent though nobody assesses it; a POST confirms it."""
    case = access_case(request.user, case_id, to=CONFIRM)
    form = ForwardForm(request.POST) if request.method == "POST" else ForwardForm()
    made = _made(request, case_id, form, forwarding.forward_case) if form.is_bound else None
    if made is not None:
        messages.success(request, _said(made))
        return redirect("case", case_id)
    page = confirming.forward_page(case, actor_of(request).person, form.typed)
    context = {"case": case, "page": page, "form": form, "is_forward": True}
    return render(request, "referrals/routes.html", context, status=422 if form.is_bound else 200)


@require_POST
def leave_out(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Leave one proposal out, or ask a second person to agree."""
    case = access_case(request.user, case_id, to=CONFIRM)
    form = LeaveOutForm(request.POST)
    return _back_to_routes(
        request,
        case,
        form,
        lambda given: overruling.leave_out(actor=actor_of(request), case_id=case_id, **given),
        _("Asked. A second person decides whether it is left out."),
    )


@require_POST
def decide_overruling(request: HttpRequest, overruling_id: UUID) -> HttpResponse:
    found = policies.access_overruling(request.user, overruling_id, to="referrals.overrule_route")
    form = DecideForm(request.POST)
    return _back_to_routes(
        request,
        found.case,
        form,
        lambda given: overruling.decide_overruling(
            actor=actor_of(request), overruling_id=overruling_id, **given
        ),
        _("Decided. The log says what, and that you did."),
    )


@require_POST
def take_back(request: HttpRequest, overruling_id: UUID) -> HttpResponse:
    found = policies.access_overruling(request.user, overruling_id, to=CONFIRM)
    tried(
        request,
        lambda: overruling.take_back(actor=actor_of(request), overruling_id=overruling_id),
        _("It is not left out any more."),
    )
    return _to_routes(found.case)


@require_POST
def undo_referrals(request: HttpRequest, case_id: UUID) -> HttpResponse:
    access_case(request.user, case_id, to=CONFIRM)
    tried(
        request,
        lambda: undoing.undo_referrals(actor=actor_of(request), case_id=case_id),
        _("Undone. Nothing has left the house."),
    )
    return redirect("case", case_id)


@require_POST
def close_reviewed_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    access_case(request.user, case_id, to="intake.close_case")
    form = CloseForm(request.POST)
    closed: list[Any] = []
    if done(
        form,
        lambda given: closed.append(
            referrals.close_reviewed_case(actor=actor_of(request), case_id=case_id, **given)
        ),
    ):
        is_closed = closed[0].state == CaseState.CLOSED
        messages.success(
            request,
            _("The case is closed.") if is_closed else _("Asked. A second person decides about closing."),
        )
    else:
        messages.error(request, _errors(form))
    return redirect("case", case_id)


def _made(request: HttpRequest, case_id: UUID, form: Any, verb: Callable[..., list[Any]]) -> list[Any] | None:
    """The referrals that the verb made; None where the form or the verb says no, and the form says why."""
    made: list[Any] = []
    agreed = done(form, lambda given: made.extend(verb(actor=actor_of(request), case_id=case_id, **given)))
    return made if agreed else None


def _said(made: list[Any]) -> str:
    if not made:
        return _("Everything is left out. The case can be closed.")
    return _("Confirmed: %(numbers)s.") % {"numbers": ", ".join(map(str, made))}


def _routes_page(request: HttpRequest, case: Any, refused: RoutesForm | None = None) -> HttpResponse:
    """What is proposed, or that nobody is; once referred, what was sent. A form that came back says what is wrong."""
    status = 422 if refused else 200
    if case.state in REFERRED_STATES:
        rows = reading.rows(policies.referrals_of(request.user).filter(case=case).order_by("number"))
        context = {"case": case, "rows": rows, "form": refused}
        return render(request, "referrals/routed.html", context, status=status)
    page = confirming.page_of(case, actor_of(request).person, refused.typed if refused else None)
    context = {
        "case": case,
        "page": page,
        "may_close": request.user.has_perm("intake.close_case") and not page.is_closing,
        "form": refused,
    }
    return render(request, "referrals/routes.html", context, status=status)


def _back_to_routes(
    request: HttpRequest, case: Any, form: Any, act: Callable[[dict[str, Any]], Any], sentence: str
) -> HttpResponse:
    if done(form, act):
        messages.success(request, sentence)
    else:
        messages.error(request, _errors(form))
    return _to_routes(case)


def _to_routes(case: Any) -> HttpResponse:
    """To the page where this case is decided about: before an assessment that is the one of forwarding."""
    unassessed = case.state in {CaseState.OPEN, CaseState.ASSIGNED}
    return redirect("forward_case" if unassessed else "routes", case.pk)


def _errors(form: Any) -> str:
    return " ".join(str(line) for lines in form.errors.values() for line in lines)
