"""The desk's doors to referrals: what was sent, and what came back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from referrals import policies
from referrals.forms.answers import MessageForm
from referrals.forms.desk import AcknowledgementForm, OutcomeForm
from referrals.forms.follow_ups import ReminderForm
from referrals.forms.sendings import DecideForm, HandOverForm, NumberForm
from referrals.services import answers, known_agencies, reading
from referrals.views.acting import actor_of, done

A_PAGE = 50
FORMS: dict[str, Any] = {
    "hand_over": HandOverForm,
    "acknowledgement": AcknowledgementForm,
    "outcome": OutcomeForm,
    "number": NumberForm,
    "reminder": ReminderForm,
    "decide": DecideForm,
    "message": MessageForm,
}


@require_safe
def referral_list(request: HttpRequest) -> HttpResponse:
    visible = policies.referrals_of(request.user).most_worrying_first(timezone.now())
    page = Paginator(visible, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "referrals/list.html", {"page": page, "rows": reading.rows(page.object_list)})


@require_safe
def referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    policies.access_referral(request.user, referral_id, to="referrals.read_referral")
    return referral_page(request, referral_id)


@require_POST
def acknowledge(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    policies.access_referral(request.user, referral_id, to="referrals.record_answer")
    form = AcknowledgementForm(request.POST, auto_id="acknowledgement_%s")
    if done(
        form,
        lambda given: answers.record_acknowledgement(
            actor=actor_of(request), referral_id=referral_id, **given
        ),
    ):
        messages.success(request, _("The answer is recorded."))
        return redirect("referral", referral_id)
    return referral_page(request, referral_id, acknowledgement=form)


@require_POST
def outcome(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    policies.access_referral(request.user, referral_id, to="referrals.record_answer")
    form = OutcomeForm(request.POST, auto_id="outcome_%s")
    if done(
        form,
        lambda given: answers.record_outcome(actor=actor_of(request), referral_id=referral_id, **given),
    ):
        messages.success(request, _("The outcome is recorded. The referral is concluded."))
        return redirect("referral", referral_id)
    return referral_page(request, referral_id, outcome=form)


@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "referrals/agencies.html",
        {"agencies": known_agencies.directory(policies.agencies_known(request.user))},
    )


def referral_page(request: HttpRequest, referral_id: UUID, **bound: Any) -> HttpResponse:
    """The referral with its forms; a bound one has come back with what is wrong in it."""
    shown = reading.picture(policies.referrals_of(request.user).get(pk=referral_id))
    forms = {
        name: bound.get(name) or form(auto_id=f"{name}_%s", initial=shown.begun(name))
        for name, form in FORMS.items()
    }
    forms["acknowledgement"].offer(shown.to_answer)
    page = {
        "shown": shown,
        "referral": shown.referral,
        **forms,
        "wrong": next(iter(bound.values()), None),
    }
    return render(request, "referrals/referral.html", page, status=422 if bound else 200)
