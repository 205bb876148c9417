"""The desk's doors to what agencies say beside their answers: the thread, what was read, and links gone astray."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from referrals import policies
from referrals.forms.answers import MessageForm, ReadForm
from referrals.services import links, thread, unread
from referrals.views.acting import actor_of, done, tried
from referrals.views.desk import referral_page

MAY = "referrals.record_answer"


@require_POST
def record_message(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    policies.access_referral(request.user, referral_id, to=MAY)
    form = MessageForm(request.POST, auto_id="message_%s")
    if done(
        form,
        lambda given: thread.record_message(actor=actor_of(request), referral_id=referral_id, **given),
    ):
        return redirect("referral", referral_id)
    return referral_page(request, referral_id, message=form)


@require_POST
def mark_read(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    policies.access_referral(request.user, referral_id, to=MAY)
    form = ReadForm(request.POST)
    up_to = form.cleaned_data["up_to"] if form.is_valid() else None
    tried(
        request,
        lambda: unread.mark_read(actor=actor_of(request), referral_id=referral_id, up_to=up_to),
        _("It counts as read."),
    )
    return redirect("referral", referral_id)


@require_POST
def close_links(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    policies.access_referral(request.user, referral_id, to=MAY)
    tried(
        request,
        lambda: links.close_open_links(actor=actor_of(request), referral_id=referral_id),
        _("The answer links of this referral open nothing any more."),
    )
    return redirect("referral", referral_id)
