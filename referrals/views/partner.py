"""The agency's doors: its inbox, the cover of a referral, and collecting the package. Nothing else of the case."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audit.acts import Refusal
from referrals import policies
from referrals.services import covers, handover
from referrals.views.package import download


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    received = policies.received_by(request.user).most_worrying_first(timezone.now())
    return render(request, "referrals/inbox.html", {"covers": covers.covers(received)})


@require_safe
def received(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Cover data only: the addresses are in the package."""
    found = policies.access_received(request.user, referral_id, to="referrals.see_inbox")
    return render(request, "referrals/received.html", {"cover": covers.cover(found)})


@require_POST
def collect(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Collecting sends the referral, so it is a confirmed POST; the answer is the package."""
    found = policies.access_received(request.user, referral_id, to="referrals.collect_package")
    person: Any = request.user
    try:
        taken = handover.collect_package(actor=person.actor, referral_id=referral_id)
    except Refusal as refusal:
        page = {"cover": covers.cover(found), "refused": refusal.sentence}
        return render(request, "referrals/received.html", page, status=409)
    return download(taken)
