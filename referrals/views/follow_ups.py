"""The desk's doors after sending: new facts, a correction, taking it back. First what would leave, then the act."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from intake.policies import access_case
from referrals import policies
from referrals.forms.follow_ups import CorrectionForm, FollowUpForm, ReminderForm, WithdrawalForm
from referrals.services import deadlines, follow_ups, preview
from referrals.states import FollowUpKind
from referrals.views.acting import actor_of, done, tried
from referrals.views.desk import referral_page

PERMISSION = "referrals.withdraw_referral"


def supplement(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return _page(request, case_id, FollowUpKind.SUPPLEMENT, FollowUpForm, follow_ups.supplement)


def correct(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return _page(request, case_id, FollowUpKind.CORRECTION, CorrectionForm, follow_ups.correct)


def withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """All referrals of the case, or with `?referral_id=` one of them."""
    return _page(request, case_id, FollowUpKind.WITHDRAWAL, WithdrawalForm, follow_ups.withdraw)


@require_POST
def reminded(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    policies.access_referral(request.user, referral_id, to="referrals.record_answer")
    form = ReminderForm(request.POST, auto_id="reminder_%s")
    if done(
        form,
        lambda given: deadlines.record_reminder(actor=actor_of(request), referral_id=referral_id, **given),
    ):
        messages.success(request, _("Written down. The agency was reminded."))
        return redirect("referral", referral_id)
    return referral_page(request, referral_id, reminder=form)


@require_POST
def take_care(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    policies.access_referral(request.user, referral_id, to="referrals.record_answer")
    tried(
        request,
        lambda: deadlines.take_care(actor=actor_of(request), referral_id=referral_id),
        _("You see to this. The others know."),
    )
    return redirect("worklist")


def _page(
    request: HttpRequest,
    case_id: UUID,
    kind: FollowUpKind,
    form_of: type[FollowUpForm],
    verb: Callable[..., Any],
) -> HttpResponse:
    """What would leave, for whom; a POST that says it was seen lets it leave."""
    case = access_case(request.user, case_id, to=PERMISSION)
    form = form_of(request.POST) if request.method == "POST" else form_of(initial=request.GET.dict())
    if form.is_bound and form.is_confirmed:
        if done(form, lambda given: verb(actor=actor_of(request), case_id=case_id, **given)):
            messages.success(request, preview.DONE[kind])
            return redirect("case", case_id)
    elif form.is_bound:
        form.is_valid()
    shown = preview.preview(case, kind, form.chosen)
    status = 422 if form.is_bound and form.errors else 200
    page = {"case": case, "form": form, "kind": kind, "shown": shown}
    return render(request, "referrals/follow_up.html", page, status=status)
