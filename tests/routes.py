"""The routes of a door, read from its URL map, and a path for each with the objects one has."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from tests.doors import at_door


@dataclass(frozen=True)
class Route:
    door: str
    name: str
    needs: tuple[str, ...]

    def path(self, objects: Mapping[str, object] | None = None, language: str = "en") -> str:
        """Its path. What is not given is an id that nothing has."""
        given = {name: (objects or {}).get(name) or uuid4() for name in self.needs}
        with at_door(self.door), translation.override(language):
            return reverse(self.name, kwargs=given)

    def __str__(self) -> str:
        return f"{self.door}:{self.name}"


def routes_of(door: str) -> list[Route]:
    """Every named route of the door, with the names of the parts of its path that vary."""
    return [
        Route(door, pattern.name or str(pattern.pattern), tuple(needs))
        for pattern, needs in _below(get_resolver(f"project.urls.{door}"), [])
    ]


def _below(resolver: URLResolver, above: list[str]) -> list[tuple[URLPattern, list[str]]]:
    found: list[tuple[URLPattern, list[str]]] = []
    for pattern in resolver.url_patterns:
        needs = [*above, *pattern.pattern.regex.groupindex]
        if isinstance(pattern, URLPattern):
            found.append((pattern, needs))
        else:
            found += _below(pattern, needs)
    return found
