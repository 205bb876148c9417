"""How the log's pages name actors and objects: by role and number, never by a person's name.

The log knows no case and no person. Whoever does tells it here, from AppConfig.ready().
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from audit.entries import LINK, PUBLIC, SYSTEM

Roles = Callable[[set[UUID]], Mapping[UUID, str | Promise]]
SHORT = 4

_NOBODY: dict[str, Promise] = {PUBLIC.pseudonym: _("public"), SYSTEM.pseudonym: _("system")}


@dataclass(frozen=True)
class Numbers:
    """The public numbers of one kind of object: of these ids, and the id behind a number somebody typed."""

    of: Callable[[set[UUID]], Mapping[UUID, str]]
    find: Callable[[str], UUID | None]


_people: list[Roles] = []
_numbers: dict[str, Numbers] = {}
_kinds: dict[str, str | Promise] = {}


def register_people(roles: Roles) -> None:
    """Teach the log the role behind a person's id."""
    _people[:] = [roles]


def register_numbers(kind: str, numbers: Numbers) -> None:
    """Teach the log the public numbers of one kind of object."""
    _numbers[kind] = numbers


def register_kinds(words: Mapping[str, str | Promise]) -> None:
    """Teach the log the words for the kinds of objects that entries are about."""
    _kinds.update(words)


def kind(name: str) -> str | Promise:
    """The word for a kind of object. An unknown kind is shown as it is."""
    return _kinds.get(name, name)


def pseudonyms(actors: Iterable[str]) -> dict[str, str]:
    """Each actor as the log shows them: “Analyst 7f3a”, “Answer link 7f3a”, “system”, “public”."""
    actors = set(actors)
    ids = {actor: UUID(actor) for actor in actors - _NOBODY.keys() if _is_id(actor)}
    roles: dict[UUID, str | Promise] = {}
    for ask in _people:
        roles |= ask(set(ids.values()))
    named = {actor: str(word) for actor, word in _NOBODY.items()}
    for actor in (actor for actor in actors if actor.startswith(LINK)):
        named[actor] = str(_("Answer link %(number)s") % {"number": actor.removeprefix(LINK)[:SHORT]})
    for actor, person in ids.items():
        named[actor] = f"{capfirst(str(roles.get(person, _('person'))))} {actor[:SHORT]}"
    return named


def actor_called(text: str) -> str:
    """The actor that the log's pages call so in the reader's language; any other text as it is."""
    return next((actor for actor, word in _NOBODY.items() if str(word).lower() == text), text)


def numbers(objects: Iterable[tuple[str, UUID]]) -> dict[UUID, str]:
    """The public numbers of those objects that have one."""
    by_kind: dict[str, set[UUID]] = {}
    for kind, object_id in objects:
        by_kind.setdefault(kind, set()).add(object_id)
    known: dict[UUID, str] = {}
    for kind, ids in by_kind.items():
        if kind in _numbers:
            known |= _numbers[kind].of(ids)
    return known


def numbered(text: str) -> set[UUID]:
    """The objects that carry this number."""
    found = {numbers.find(text) for numbers in _numbers.values()}
    return {object_id for object_id in found if object_id}


def _is_id(actor: str) -> bool:
    try:
        UUID(actor)
    except ValueError:
        return False
    return True
