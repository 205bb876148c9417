"""The agency's doors: its inbox, a referral's cover, collecting packages, answering. Nothing else of the case."""

from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.acts import Refusal
from referrals import policies
from referrals.forms.answers import ReplyForm, WhichForm
from referrals.services import asked, covers, handover, ready, replies
from referrals.services.answering import Who
from referrals.services.asked import Asked
from referrals.services.replies import Replied, Reply
from referrals.states import AnswerSource
from referrals.views.acting import actor_of
from referrals.views.package import download
from referrals.views.replying import Sent, send


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    received = policies.received_by(request.user).most_worrying_first(timezone.now())
    return render(request, "referrals/inbox.html", {"covers": covers.covers(ready.before_them(received))})


@require_safe
def received(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Cover data until the agency says that it received it; then the document; after the end a sentence."""
    found = _access(request, referral_id, to="referrals.see_inbox")
    return _page(request, found)


@require_POST
def collect(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Collecting sends the document, so it is a confirmed POST; the answer is the package."""
    found = _access(request, referral_id, to="referrals.collect_package")
    try:
        taken = handover.collect_package(
            actor=actor_of(request), referral_id=referral_id, follow_up_id=_which(request)
        )
    except Refusal as refusal:
        return _page(request, found, refused=refusal.sentence, status=HTTPStatus.CONFLICT)
    return download(taken)


@require_POST
def reply(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """An answer to the first document or to a follow-up, from a person of the agency."""
    found = _access(request, referral_id, to="referrals.collect_package")
    shown = asked.follow_up_of(found, _which(request))
    form = _form(shown, request.POST)
    if not form.is_valid():
        return _page(request, found, bound=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        sent = send(form, _who(request, found), actor_of(request), partial(_reply, request, shown))
    except Refusal as refusal:
        fresh = _access(request, referral_id, to="referrals.collect_package")
        return _page(request, fresh, refused=refusal.sentence, status=HTTPStatus.CONFLICT)
    _say(request, sent)
    return redirect("received", referral_id)


def _access(request: HttpRequest, referral_id: UUID, *, to: str) -> Any:
    """What may not leave the house yet is not there for the agency."""
    return policies.access_received(request.user, referral_id, to=to, unless=ready.is_kept)


def _reply(request: HttpRequest, shown: Asked, given: Reply) -> Replied:
    return replies.reply_in_portal(
        actor=actor_of(request),
        referral_id=shown.referral.id,
        follow_up_id=shown.follow_up.id if shown.follow_up else None,
        reply=given,
    )


def _page(
    request: HttpRequest,
    referral: Any,
    *,
    bound: ReplyForm | None = None,
    refused: Any = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page with a form for each document that can be answered; a bound one has come back with what is wrong."""
    shown = asked.received(referral)
    page = {
        "asked": shown.asked,
        "first": _offered(shown.asked, bound),
        "later": [{"asked": part, "form": _offered(part, bound)} for part in shown.later],
        "document": shown.document,
        "told": shown.told,
        "refused": refused,
        "wrong": bound,
    }
    return render(request, "referrals/received.html", page, status=status)


def _offered(part: Asked, bound: ReplyForm | None) -> ReplyForm | None:
    if bound and bound.asked.follow_up == part.follow_up:
        return bound
    return _form(part) if part.can_be_answered else None


def _form(part: Asked, data: Any = None) -> ReplyForm:
    name = f"later_{part.follow_up.number}" if part.follow_up else "first"
    return ReplyForm.about(part, data, auto_id=f"{name}_%s")


def _which(request: HttpRequest) -> UUID | None:
    form = WhichForm(request.POST)
    which: UUID | None = form.cleaned_data["follow_up"] if form.is_valid() else None
    return which


def _who(request: HttpRequest, referral: Any) -> Who:
    person: Any = request.user
    return Who(person.name, AnswerSource.PORTAL, unit=referral.agency.name)


def _say(request: HttpRequest, sent: Sent) -> None:
    """What is on record now, with the entry of the log; what could not be done, with the reason."""
    replied = sent.replied
    if sent.again and not sent.hold_refused:
        messages.info(request, _("We have this already. Nothing was changed."))
    elif replied:
        messages.success(request, _("Recorded. Entry in our log: %(entry)s") % {"entry": replied.event_id})
    if sent.hold_changed:
        messages.success(request, _("The hold is changed as you asked."))
    if sent.hold_refused:
        messages.error(request, str(sent.hold_refused))
