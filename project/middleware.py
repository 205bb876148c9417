"""What stands before every view: hostile input, headers, the origin of a post, and deny-by-default."""

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from audit import log
from project.actions import Action
from project.context import here
from project.doors import OPEN, SIGNED_IN, STATUTE
from project.pages import errors

Next = Callable[[HttpRequest], HttpResponse]
METHODS = {"GET", "HEAD", "POST"}
FORM_TYPES = {"", "application/x-www-form-urlencoded"}


class HostileInput:
    """Refuse, before anything reads it, what no form of ours sends: files, other methods, broken bytes."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refuse = _refusal(request) or (_refusal_of_post(request) if request.method == "POST" else None)
        return refuse(request) if refuse else self.get_response(request)


def _refusal(request: HttpRequest) -> Next | None:
    if request.method not in METHODS:
        return errors.method_refused
    if not _is_text(request.path):
        return errors.bad_request
    return None


def _refusal_of_post(request: HttpRequest) -> Next | None:
    """The page that refuses this post, judged by its head first: a file is never read, let alone kept."""
    content_type = request.content_type or ""
    if content_type.startswith("multipart/"):
        return errors.file_refused
    if content_type not in FORM_TYPES or request.headers.get("Content-Encoding"):
        return errors.form_refused
    try:
        return None if _is_readable(request) else errors.bad_request
    except RequestDataTooBig:
        return errors.too_large
    except (TooManyFieldsSent, BadRequest):
        return errors.bad_request


def _is_readable(request: HttpRequest) -> bool:
    texts = [text for name, values in request.POST.lists() for text in (name, *values)]
    return not _has_broken_bytes(request) and all(_is_text(text) for text in texts)


def _is_text(value: str) -> bool:
    """No NUL, no lone surrogate, no replacement of broken bytes: text that every later part can hold."""
    return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _has_broken_bytes(request: HttpRequest) -> bool:
    """Bytes that are no UTF-8, in the body or behind its percent signs; Django would quietly replace them."""
    try:
        unquote_to_bytes(request.body.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


class MethodRefused:
    """A view that refuses a method answers without a word. A person gets the page that says what to do."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        return errors.method_refused(request, response["Allow"])


class Headers:
    """Headers that Django has no setting for."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            add_never_cache_headers(response)
        response.headers.setdefault("X-Frame-Options", "DENY")
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Cross-Origin-Embedder-Policy"] = "require-corp"
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        response["X-Robots-Tag"] = "noindex, nofollow" if settings.TUTELA_DOOR != "public" else "noarchive"
        response["Strict-Transport-Security"] = (
            f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
        )
        return response


class SameOrigin:
    """A post comes from our own page. Where there is no cookie (public door, answer links), this and a signed token
    are all its proof.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and not self._is_ours(request):
            return errors.foreign_origin(request)
        return self.get_response(request)

    def _is_ours(self, request: HttpRequest) -> bool:
        site = request.headers.get("Sec-Fetch-Site")
        if site not in {None, "same-origin", "none"}:
            return False
        origin = request.headers.get("Origin")
        # Under no-referrer browsers send "null" from our own page. Sec-Fetch-Site then vouches for it; an old
        # browser that does not know that header is not shut out, since the form's signed token is still asked.
        return origin in {None, "null", f"{request.scheme}://{request.get_host()}"}


class NullOrigin:
    """Under no-referrer a browser posts our own forms with "Origin: null", which Django's check refuses.

    The browser's own word, Sec-Fetch-Site, which no page can forge, then stands in for it; the token is still asked.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.headers.get("Origin") == "null" and request.headers.get("Sec-Fetch-Site") == "same-origin":
            request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
        return self.get_response(request)


class DenyByDefault:
    """Ask the statute before every view. What you may not use looks as if it were not there."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        route = request.resolver_match.view_name if request.resolver_match else ""
        needs = STATUTE[settings.TUTELA_DOOR].get(route)
        if needs == OPEN:
            return None
        user = getattr(request, "user", None)
        if needs is None or user is None:
            raise Http404
        if not user.is_authenticated:
            return redirect_to_login(here(request))
        if needs == SIGNED_IN or user.has_perm(needs):
            return None
        tried = next((value for value in kwargs.values() if isinstance(value, uuid.UUID)), None)
        log.note(Action.DOOR_REFUSE, actor=user.actor, kind="door", id=_named(route), facts={"object": tried})
        raise Http404


def _named(route: str) -> uuid.UUID:
    """The stable id of a route in the log: a name-based UUID, so that entries stay free of text."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"tutela:{settings.TUTELA_DOOR}:{route}")
