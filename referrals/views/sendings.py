"""The desk's doors to one delivery: handed over, typed into a form of theirs, tried again, or asked about."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from referrals import policies
from referrals.forms.sendings import CarriedForm, DecideForm, HandOverForm, NumberForm
from referrals.services import again, by_hand, deciding, handover, reading
from referrals.views.acting import actor_of, done, tried
from referrals.views.desk import referral_page
from referrals.views.package import download


@require_POST
def hand_over(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Write down who takes the package and how; the answer is the package itself."""
    policies.access_referral(request.user, referral_id, to="referrals.hand_over_package")
    form = HandOverForm(request.POST, auto_id="hand_over_%s")
    taken: list[handover.Collected] = []
    if done(
        form,
        lambda given: taken.append(
            handover.hand_over_package(actor=actor_of(request), referral_id=referral_id, **given)
        ),
    ):
        return download(taken[0])
    return referral_page(request, referral_id, hand_over=form)


@require_POST
def open_package(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """The files, to be typed into the agency's own form; nothing is sent by it."""
    policies.access_referral(request.user, referral_id, to="referrals.hand_over_package")
    form = CarriedForm(request.POST)
    taken: list[handover.Collected] = []
    if done(
        form,
        lambda given: taken.append(
            by_hand.open_package(actor=actor_of(request), referral_id=referral_id, **given)
        ),
    ):
        return download(taken[0])
    return referral_page(request, referral_id, opened=form)


@require_POST
def record_number(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """The number that the agency's own form gave: with it, it counts as sent."""
    policies.access_referral(request.user, referral_id, to="referrals.hand_over_package")
    form = NumberForm(request.POST, auto_id="number_%s")
    if done(
        form,
        lambda given: handover.record_number(actor=actor_of(request), referral_id=referral_id, **given),
    ):
        messages.success(request, _("The number is recorded. It counts as sent."))
        return redirect("referral", referral_id)
    return referral_page(request, referral_id, number=form)


@require_POST
def send_again(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    policies.access_referral(request.user, referral_id, to="referrals.hand_over_package")
    form = CarriedForm(request.POST)
    which: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    tried(
        request,
        lambda: again.send_again(actor=actor_of(request), referral_id=referral_id, **which),
        _("The delivery is queued again."),
    )
    return redirect("referral", referral_id)


@require_POST
def decide_delivery(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """A person asked the agency whether an unknown delivery arrived, and says what they found out."""
    policies.access_referral(request.user, referral_id, to="referrals.decide_delivery")
    form = DecideForm(request.POST, auto_id="decide_%s", about=reading.unknown_of(referral_id))
    if done(form, lambda given: deciding.decide_unknown(actor=actor_of(request), **given)):
        messages.success(request, _("Written down. The delivery goes on from there."))
        return redirect("referral", referral_id)
    return referral_page(request, referral_id, decide=form)
