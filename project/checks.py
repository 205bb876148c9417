"""Mistakes found before the first request: a route that the statute does not name, a door with the owner's key."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from django.urls import URLPattern, URLResolver, get_resolver

from project.doors import STATUTE

OWNS_THE_LOG = """
SELECT coalesce(bool_or(pg_has_role(current_user, relowner, 'MEMBER')), false)
FROM pg_class WHERE relname = 'audit_event'
"""


@register()
def every_route_is_on_the_map(app_configs: Any, **kwargs: Any) -> list[Error]:
    statute = STATUTE[settings.TUTELA_DOOR]
    return [
        Error(f"the route {name!r} is not on the map of the {settings.TUTELA_DOOR} door", id="tutela.E001")
        for name in route_names(get_resolver())
        if name not in statute
    ]


def refuse_the_owner() -> None:
    """Stop a web process whose database role could change or drop the log. Raises ImproperlyConfigured."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(OWNS_THE_LOG)
            (owns,) = cursor.fetchone()
    except OperationalError:
        return  # No database yet: every page will say so, and the process is asked again when it restarts.
    finally:
        connection.close()
    if owns:
        raise ImproperlyConfigured("DATABASE_URL holds the owner's key: a web process runs as tutela_app")


def route_names(resolver: URLResolver) -> list[str]:
    """Every named route below the resolver; an unnamed one as its pattern."""
    names = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            names.append(pattern.name or str(pattern.pattern))
        else:
            names += route_names(pattern)
    return names
