"""Adopting a rule book: its addressees are looked up in the directory, its rules brought into force one by one.

A rule whose agency is missing is not adopted, and said so: nothing is dropped in silence.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from audit.acts import Refusal
from audit.log import Actor
from referrals.models import Agency, RoutingRule
from referrals.services import books
from referrals.services.books import Book, BookRule, Entry
from referrals.services.drafting import STAYS
from referrals.services.rules import Draft, adopt_rule
from referrals.states import RuleAddressee, RuleState


class Missing(StrEnum):
    """Why a rule was not adopted."""

    NOBODY = "nobody"
    SEVERAL = "several"


@dataclass(frozen=True)
class NotAdopted:
    """`countries`: for which of them, where a book has one rule for each country."""

    code: str
    to: str
    why: Missing
    countries: tuple[str, ...] = ()


@dataclass
class Adoption:
    """What became of a book. `others`: rules in force that the book does not know; they stay in force."""

    book: Book
    adopted: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    not_adopted: list[NotAdopted] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def adopt(actor: Actor, name: str, chosen: Mapping[str, UUID] | None = None) -> Adoption:
    """Bring the rules of a book into force, each as the next version of its code, unless it is in force already.

    `chosen`: the agency for an addressee of the book, where the directory has several of its kind and country.
    Raises Refusal.
    """
    book = _opened(name, chosen or {})
    outcome = Adoption(book)
    for rule in book.rules:
        _adopt(rule, book.addressees[rule.to], chosen or {}, actor, outcome)
    named = {*outcome.adopted, *outcome.unchanged}
    outcome.others = [rule.code for rule in RoutingRule.objects.current() if rule.code not in named]
    return outcome


def agency_named(name: str) -> UUID:
    """The agency of this name in the directory. Raises Refusal."""
    found = Agency.objects.filter(name=name).values_list("pk", flat=True).first()
    if found is None:
        raise Refusal(_("The directory knows no agency “%(name)s”.") % {"name": name})
    return found


def _opened(name: str, chosen: Mapping[str, UUID]) -> Book:
    try:
        book = books.read(name)
    except books.BadBook as bad:
        raise Refusal(_("This rule book cannot be used: %(why)s") % {"why": bad}) from bad
    if book.country and book.country != settings.TUTELA_HOME_COUNTRY:
        raise Refusal(
            _("This rule book is for hotlines of %(country)s. Adopt another one.") % {"country": book.country}
        )
    unknown = sorted(set(chosen) - set(book.addressees))
    if unknown:
        raise Refusal(_("This rule book knows no addressee “%(word)s”.") % {"word": unknown[0]})
    kept = {left.what for left in STAYS}
    if not book.never_leaves <= kept:
        raise Refusal(_("This rule book keeps something in the house that this release cannot keep."))
    return book


def _adopt(rule: BookRule, entry: Entry, chosen: Mapping[str, UUID], actor: Actor, outcome: Adoption) -> None:
    missing: dict[Missing, list[str]] = {}
    for code, country, each in _variants(rule, entry):
        found = _addressed(rule.to, entry, country, chosen)
        if isinstance(found, Missing):
            missing.setdefault(found, []).append(country if each else "")
            continue
        draft = Draft(
            code=code,
            condition=books.filled(rule.condition, each),
            obligation=rule.obligation,
            reason=rule.reason,
            agency_id=found,
            addressee=entry.names,
        )
        _bring_into_force(draft, actor, outcome)
    outcome.not_adopted += [
        NotAdopted(rule.code, rule.to, why, tuple(filter(None, countries)))
        for why, countries in missing.items()
    ]


def _variants(rule: BookRule, entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Code, country of the agency, and the country that the condition is about where there is one rule for each."""
    if entry.country != books.MEMBERS:
        yield rule.code, entry.country.replace(books.HOME, settings.TUTELA_HOME_COUNTRY), ""
        return
    for country in books.members():
        if country not in {settings.TUTELA_HOME_COUNTRY, *entry.but}:
            yield f"{rule.code}-{country}", country, country


def _addressed(word: str, entry: Entry, country: str, chosen: Mapping[str, UUID]) -> UUID | Missing | None:
    """The one agency of this kind and country; None where the rule names a platform or provider."""
    if entry.names is not RuleAddressee.AGENCY:
        return None
    if word in chosen:
        return chosen[word]
    found = list(Agency.objects.filter(kind=entry.kind, country=country).values_list("pk", flat=True)[:2])
    if not found:
        return Missing.NOBODY
    return found[0] if len(found) == 1 else Missing.SEVERAL


def _bring_into_force(draft: Draft, actor: Actor, outcome: Adoption) -> None:
    if _is_in_force(draft):
        outcome.unchanged.append(draft.code)
        return
    adopt_rule(actor=actor, rule=draft)
    outcome.adopted.append(draft.code)


def _is_in_force(draft: Draft) -> bool:
    now = RoutingRule.objects.filter(code=draft.code, state=RuleState.IN_FORCE).first()
    return now is not None and draft.is_said_by(now)
