"""Rule books: versioned files of rules that a hotline can adopt, with the offences of the country. Read and checked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from referrals import wording
from referrals.routing import Condition, check_condition
from referrals.states import AgencyKind, Obligation, RuleAddressee

SHELF = Path(__file__).parent.parent / "rulebooks"
EACH = "@each"
HOME = "@home"
MEMBERS = "@inhope"
LONGEST_CODE = 20


class BadBook(ValueError):
    """A rule book that cannot be used; the message says what is wrong in it."""


@dataclass(frozen=True)
class Entry:
    """One addressee of a book: an agency by kind and country, or whoever runs the platform or hosting (`names`).

    `country`: two letters, `@home`, or `@inhope`: one rule for each country of the network but `but`.
    """

    kind: AgencyKind | None
    country: str
    names: RuleAddressee
    but: frozenset[str]


@dataclass(frozen=True)
class BookRule:
    """`line`: of the routing rules of hotlines. `to`: an addressee of the book, by its word there."""

    line: int
    code: str
    condition: Condition
    to: str
    obligation: Obligation
    reason: str


@dataclass(frozen=True)
class Offence:
    condition: Condition
    words: str


@dataclass(frozen=True)
class Book:
    """`country`: the book is for hotlines of this country alone. `never_leaves`: what no referral carries."""

    name: str
    title: str
    version: int
    country: str
    addressees: Mapping[str, Entry]
    rules: tuple[BookRule, ...]
    offences: tuple[Offence, ...]
    never_leaves: frozenset[str]


def names() -> list[str]:
    """The books on the shelf."""
    return sorted(path.stem for path in SHELF.glob("*.json") if "rules" in _raw(path.stem))


@cache
def read(name: str) -> Book:
    """The book of this name, every rule of it understood. Raises BadBook."""
    if name not in names():
        raise BadBook(f"there is no rule book {name!r}; there are {', '.join(names())}")
    raw = _raw(name)
    try:
        book = Book(
            name=raw["name"],
            title=raw["title"],
            version=raw["version"],
            country=raw["country"],
            addressees={word: _entry(entry) for word, entry in raw["addressees"].items()},
            rules=tuple(map(_rule, raw["rules"])),
            offences=tuple(Offence(found["condition"], found["offence"]) for found in raw["offences"]),
            never_leaves=frozenset(raw["never_leaves"]),
        )
        _check(book)
    except (KeyError, TypeError, ValueError) as wrong:
        raise BadBook(f"{name}: {wrong}") from wrong
    return book


def book_of(country: str) -> Book:
    """The book of this country; without one, that for any country."""
    own = [name for name in names() if _raw(name)["country"] == country]
    return read(own[0] if own else "default")


@cache
def members() -> tuple[str, ...]:
    """The countries with a hotline of the INHOPE network, as this release knows them."""
    return tuple(sorted(_raw("inhope")["countries"]))


def filled(condition: Condition, each: str = "") -> dict[str, str | list[str]]:
    """The condition with its placeholders replaced by countries."""
    return {key: _filled(wanted, each) for key, wanted in condition.items()}


def _filled(wanted: str | Sequence[str], each: str) -> str | list[str]:
    if not isinstance(wanted, str):
        return list(wanted)
    if wanted == MEMBERS:
        return list(members())
    return each if wanted == EACH else wanted


def _raw(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SHELF / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _entry(raw: dict[str, Any]) -> Entry:
    if "names" in raw:
        return Entry(None, "", RuleAddressee(raw["names"]), frozenset())
    return Entry(
        AgencyKind(raw["kind"]), raw["country"], RuleAddressee.AGENCY, frozenset(raw.get("except", []))
    )


def _rule(raw: dict[str, Any]) -> BookRule:
    return BookRule(
        line=raw["line"],
        code=raw["code"],
        condition=raw["condition"],
        to=raw["addressee"],
        obligation=Obligation(raw["obligation"]),
        reason=raw["reason"],
    )


def _check(book: Book) -> None:
    """Codes are unique and fit; conditions, reasons and addressees are known."""
    codes = [rule.code for rule in book.rules]
    if len(codes) != len(set(codes)):
        raise BadBook("a code is there twice")
    for rule in book.rules:
        each = book.addressees[rule.to].country == MEMBERS
        if len(rule.code) + 3 * each > LONGEST_CODE:
            raise BadBook(f"{rule.code} is too long")
        if rule.reason not in wording.REASONS:
            raise BadBook(f"{rule.code}: there is no reason {rule.reason!r}")
        check_condition(filled(rule.condition, "XX" if each else EACH))
    for offence in book.offences:
        check_condition(offence.condition)
