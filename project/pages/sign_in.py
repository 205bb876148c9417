"""Signing in and out, the same at every door that knows people. No sign-up, and no reset by mail."""

from http import HTTPStatus

from allauth.account.views import LoginView, LogoutView
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

_login = LoginView.as_view()
_logout = LogoutView.as_view()

MISMATCH = _("This e-mail address and password do not belong together. Type both again.")
PROBLEMS: dict[tuple[str, str], str | Promise] = {
    ("login", "required"): _("Type your e-mail address"),
    ("login", "invalid"): _("This is no e-mail address. Type it like name@example.org"),
    ("password", "required"): _("Type your password"),
    ("__all__", "too_many_login_attempts"): _("Too many tries. Wait five minutes, then try again."),
}


def sign_in(request: HttpRequest) -> HttpResponse:
    """E-mail and password. A wrong pair is one sentence, whether or not there is such a person."""
    response: HttpResponse = _login(request)
    if not isinstance(response, TemplateResponse):
        return response
    form = (response.context_data or {})["form"]
    problems = _problems(form) if request.method == "POST" else {}
    response.context_data = {"form": form, "problems": problems, "next": _next(request)}
    if problems:
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = _logout(request)
    return response


def _problems(form: Form) -> dict[str, str | Promise]:
    """One sentence for each field, and one for the pair."""
    found: dict[str, str | Promise] = {}
    for field, errors in form.errors.as_data().items():
        code = errors[0].code or ""
        found[field.replace("__all__", "pair")] = PROBLEMS.get((field, code), MISMATCH)
    return found


def _next(request: HttpRequest) -> str:
    """Where the person wanted to go; allauth checks it before it follows."""
    return request.POST.get("next") or request.GET.get("next") or ""
