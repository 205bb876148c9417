"""Who may do what, and through which door: from the two statutes."""

from collections.abc import Iterator
from importlib import import_module

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import override

from project import roles
from project.doors import DOORS, OPEN, SIGNED_IN, STATUTE
from project.reference.tables import table

INTRO = """# Permissions and routes

A person has one role. The role says what they may do; a team or an agency says where. A route that is not in
these tables does not exist: a check at the start refuses it. What you may not use looks as if it were not there.
"""
NEEDS = {OPEN: "nothing", SIGNED_IN: "a person of this door"}


def permissions() -> str:
    parts = [INTRO, "## Roles\n", table(("permission", *roles.STATUTE), _role_rows()), ""]
    for name, door in DOORS.items():
        who = ", ".join(sorted(door.roles)) or "nobody; it knows no people and sets no cookie"
        parts += [
            f"## The {name} door\n",
            f"Signs in: {who}.\n",
            table(("route", "path", "needs"), _routes(name)),
            "",
        ]
    return "\n".join(parts)


def _role_rows() -> Iterator[list[str]]:
    for permission in sorted(frozenset().union(*roles.STATUTE.values())):
        yield [f"`{permission}`", *("yes" if permission in may else "" for may in roles.STATUTE.values())]


def _routes(door: str) -> Iterator[tuple[str, str, str]]:
    statute = STATUTE[door]
    import_module(f"project.urls.{door}")
    with override("en"):
        found = sorted(set(_paths(get_resolver(f"project.urls.{door}"), "/")))
    for name, path in found:
        needs = statute.get(name)
        if needs is not None:
            yield f"`{name}`", f"`{path}`", NEEDS.get(needs) or f"`{needs}`"


def _paths(resolver: URLResolver, before: str) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield pattern.name or "", path
        else:
            yield from _paths(pattern, path)
