"""Mistakes found before the first request: a route that the statute does not name, a door with the owner's key."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from project.doors import STATUTE

OWNS_SOMETHING = """
SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
    OR pg_has_role(current_user, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'MEMBER')
    OR EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace
               AND pg_has_role(current_user, relowner, 'MEMBER'))
"""


@register()
def every_route_is_on_the_map(app_configs: Any, **kwargs: Any) -> list[Error]:
    statute = STATUTE[settings.TUTELA_DOOR]
    return [
        Error(f"the route {name!r} is not on the map of the {settings.TUTELA_DOOR} door", id="tutela.E001")
        for name in route_names(get_resolver())
        if name not in statute
    ]


def refuse_the_owner(**_signal: Any) -> None:
    """Stop a door or a worker whose database role could change or drop the log. Raises ImproperlyConfigured.

    Without its database the process stops too, and whoever keeps it up starts it again: it never serves unasked.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(OWNS_SOMETHING)
            (owns,) = cursor.fetchone()
    finally:
        connection.close()
    if owns:
        raise ImproperlyConfigured(
            "DATABASE_URL holds the owner's key: a door runs as tutela_app or tutela_public"
        )


def route_names(resolver: URLResolver) -> list[str]:
    """Every named route below the resolver; an unnamed one as its pattern."""
    names = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            names.append(pattern.name or str(pattern.pattern))
        else:
            names += route_names(pattern)
    return names
