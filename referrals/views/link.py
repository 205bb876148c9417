"""The door for an agency without an account. A GET shows the cover and changes nothing; a POST answers.

There is no cookie: what proves the right to answer is the address itself, so a page elsewhere cannot forge a post.
"""

from collections.abc import Callable
from functools import partial, wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from audit.acts import Refusal
from referrals.forms.answers import LinkForm
from referrals.services import asked, links, replies
from referrals.services.asked import Asked
from referrals.services.replies import Ended, LinkGone, Replied, Reply
from referrals.views.replying import Sent, send

View = Callable[[HttpRequest, str], HttpResponse]


def in_their_language(view: View) -> View:
    """`?language=ro` stands in the place of the cookie that other pages of this door keep."""

    @wraps(view)
    def speaking(request: HttpRequest, token: str) -> HttpResponse:
        asked_for = request.GET.get("language", "")
        if asked_for not in dict(settings.LANGUAGES):
            return view(request, token)
        with translation.override(asked_for):
            return view(request, token)

    return speaking


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@in_their_language
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Wrong, closed, expired and forged links look the same."""
    link = links.find(token)
    if link is None:
        return _not_here(request)
    shown = asked.by_link(link)
    if request.method == "POST":
        return _take(request, link, shown)
    if shown.is_over:
        return _over(request, shown)
    return _page(request, link, shown, LinkForm.about(shown), HTTPStatus.OK)


def _take(request: HttpRequest, link: Any, shown: Asked) -> HttpResponse:
    """After the end only what we have already is taken once more; whatever else is sent is refused, right or wrong."""
    form = LinkForm.about(shown, request.POST)
    if shown.is_over and not form.is_valid():
        return _refused(request, link)
    if not form.is_valid():
        return _page(request, link, shown, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        sent = send(form, form.who, links.actor_of(link), partial(_reply, link.id))
    except LinkGone:
        return _not_here(request)
    except Ended:
        return _refused(request, link)
    except Refusal as refusal:
        form.add_error(None, str(refusal.sentence))
        return _page(request, link, asked.by_link(links.fresh(link)), form, HTTPStatus.CONFLICT)
    return _done(request, asked.by_link(links.fresh(link)), sent, form.who.name)


def _reply(link_id: UUID, reply: Reply) -> Replied:
    return replies.reply_by_link(link_id=link_id, reply=reply)


def _page(request: HttpRequest, link: Any, shown: Asked, form: LinkForm, status: int) -> HttpResponse:
    return _shown(request, "answer", status, asked=shown, form=form, expires_at=link.expires_at)


def _done(request: HttpRequest, shown: Asked, sent: Sent, name: str) -> HttpResponse:
    return _shown(request, "done", HTTPStatus.OK, asked=shown, sent=sent, who=name)


def _refused(request: HttpRequest, link: Any) -> HttpResponse:
    replies.note_refused(link)
    return _over(request, asked.by_link(links.fresh(link)))


def _over(request: HttpRequest, shown: Asked) -> HttpResponse:
    return _shown(request, "over", HTTPStatus.CONFLICT, asked=shown)


def _not_here(request: HttpRequest) -> HttpResponse:
    return _shown(request, "not_here", HTTPStatus.NOT_FOUND)


def _shown(request: HttpRequest, name: str, status: int, **page: Any) -> HttpResponse:
    page["contact"] = settings.TUTELA_HOTLINE_CONTACT or settings.TUTELA_MAIL_FROM
    return render(request, f"referrals/link/{name}.html", page, status=status)
