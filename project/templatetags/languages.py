"""The languages of the public door, each with the address of this same page in it."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse
from django.utils import translation

register = template.Library()


@dataclass(frozen=True)
class Choice:
    code: str
    label: str
    url: str
    current: bool


@register.simple_tag(takes_context=True)
def languages_here(context: Context) -> list[Choice]:
    """One choice a language. `page` names the route shown, where a form answered with the next page."""
    request = context["request"]
    route = context.get("page") or request.resolver_match.url_name
    query = f"?{request.GET.urlencode()}" if request.GET and request.method == "GET" else ""
    return [
        Choice(
            code=code,
            label=translation.get_language_info(code)["name_local"].capitalize(),
            url=_address(route, code) + query,
            current=code == translation.get_language(),
        )
        for code, _name in settings.LANGUAGES
    ]


def _address(route: str, language: str) -> Any:
    with translation.override(language):
        return reverse(route)
