"""Pages every door has: is it alive, where do I begin, how should it look."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language

from project.context import THEMES

YEAR = 365 * 24 * 3600


def healthz(request: HttpRequest) -> HttpResponse:
    """200 when this process can reach its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


def home(request: HttpRequest) -> HttpResponse:
    """Bring each person to the page their work begins on."""
    first = next((page for need, page in FIRST_PAGES if request.user.has_perm(need)), None)
    return redirect(first or settings.LOGIN_URL)


def look(request: HttpRequest) -> HttpResponse:
    """Keep the reader's language and theme in cookies of this door."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    response = redirect(target)
    language, theme = request.POST.get("language", ""), request.POST.get("theme", "")
    if check_for_language(language):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, language)
    if theme in THEMES | {"auto"}:
        _remember(response, "tutela-theme", theme)
    return response


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Strict"
    )


FIRST_PAGES = [
    ("intake.see_queue", "queue"),
    ("audit.read_log", "log"),
    ("project.manage_people", "people"),
    ("referrals.see_inbox", "inbox"),
]
