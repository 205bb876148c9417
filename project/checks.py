"""A route that the statute does not name is a mistake, found before the first request."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from project.doors import STATUTE


@register()
def every_route_is_on_the_map(app_configs: Any, **kwargs: Any) -> list[Error]:
    statute = STATUTE[settings.TUTELA_DOOR]
    return [
        Error(f"the route {name!r} is not on the map of the {settings.TUTELA_DOOR} door", id="tutela.E001")
        for name in route_names(get_resolver())
        if name not in statute
    ]


def route_names(resolver: URLResolver) -> list[str]:
    """Every named route below the resolver; an unnamed one as its pattern."""
    names = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            names.append(pattern.name or str(pattern.pattern))
        else:
            names += route_names(pattern)
    return names
