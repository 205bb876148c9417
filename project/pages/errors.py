"""Pages for what went wrong, in plain words, with what to do next. None of them repeats what was sent."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _


def page(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    """A small page that needs no session, no person and no database."""
    body = loader.render_to_string(
        "errors/error.html", {"title": title, "advice": advice, "status": status}, request
    )
    return HttpResponse(body, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        HTTPStatus.BAD_REQUEST,
        _("We could not read this"),
        _("Part of what was sent is not text. Go back, type the link again and send it once more."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        HTTPStatus.NOT_FOUND,
        _("This page is not here"),
        _("The address may be wrong, or the page is not for you. Go back to the start."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        _("Something broke on our side"),
        _("Nothing was half-saved. Wait a minute and try again."),
    )


def method_refused(request: HttpRequest, allow: str = "GET, HEAD, POST") -> HttpResponse:
    response = page(
        request,
        HTTPStatus.METHOD_NOT_ALLOWED,
        _("This page cannot do that"),
        _("Go back and use the buttons on the page."),
    )
    response["Allow"] = allow
    return response


def file_refused(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        _("We cannot receive pictures or files"),
        _("The link is enough. Go back and send only the link. Nothing of what was sent was kept."),
    )


def form_refused(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        _("We can only read the form on our page"),
        _("Go back to the start and use the form there."),
    )


def too_large(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        _("This is too much at once"),
        _("Send fewer lines, up to 50 at a time. You can send another report afterwards."),
    )


def foreign_origin(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        HTTPStatus.FORBIDDEN,
        _("This did not come from our page"),
        _("Open the form again from our start page and send it from there."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(
        request,
        HTTPStatus.FORBIDDEN,
        _("This page was open for too long"),
        _("Go back, reload the page and try again. What you typed may still be there."),
    )
