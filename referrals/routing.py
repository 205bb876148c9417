"""Who should know: facts of a case and stored rules in, proposals with their reason out. Pure.

A condition is data, each key of it a question that must be answered with yes:

    {"hosting": "home" | "abroad" | "unknown"}    where the item is hosted, seen from the hotline's country
    {"verdict": "illegal" | V}                    probably illegal, or V: one verdict of the scheme, exactly
    {"kind": K}                                   K: one kind of item, exactly

A key, or a word for `hosting`, that is not known here is an error: a rule is never half-read.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from referrals.states import Obligation

STRENGTH = {Obligation.FORBIDDEN: 0, Obligation.OBLIGATORY: 1, Obligation.SUGGESTED: 2}
SHOWN = [Obligation.OBLIGATORY, Obligation.SUGGESTED, Obligation.FORBIDDEN]


class UnknownCondition(ValueError):
    """A rule asks a question that the code cannot answer."""


@dataclass(frozen=True)
class ItemFacts:
    """What routing may know of one assessed item. `illegal`: probably, by the current assessment."""

    id: UUID
    kind: str
    verdict: str
    illegal: bool
    hosting_country: str
    host: str


@dataclass(frozen=True)
class CaseFacts:
    items: tuple[ItemFacts, ...]


@dataclass(frozen=True)
class Rule:
    code: str
    version: int
    condition: Mapping[str, str]
    agency_id: UUID
    agency_name: str
    obligation: Obligation
    reason: str


@dataclass(frozen=True)
class Proposal:
    """One agency, the items meant for it, and the rule that says so."""

    agency_id: UUID
    agency_name: str
    item_ids: tuple[UUID, ...]
    rule_code: str
    rule_version: int
    obligation: Obligation
    reason: str


def propose(facts: CaseFacts, rules: Iterable[Rule], home_country: str) -> list[Proposal]:
    """What the rules say about each item, gathered by agency: at most one proposal and one refusal for each.

    Where several rules name an agency for one item, the strictest decides: forbidden, obligatory, suggested, then
    the lowest code. A proposal carries the strictest rule of its items. Raises UnknownCondition.
    """
    ordered = sorted(rules, key=lambda rule: (STRENGTH[rule.obligation], rule.code, rule.version))
    gathered: dict[tuple[UUID, bool], tuple[Rule, list[UUID]]] = {}
    deciding = [(item, rule) for item in facts.items for rule in _deciding(item, ordered, home_country)]
    for item, rule in sorted(deciding, key=lambda pair: ordered.index(pair[1])):
        group = (rule.agency_id, rule.obligation is Obligation.FORBIDDEN)
        gathered.setdefault(group, (rule, []))[1].append(item.id)
    order = {item.id: place for place, item in enumerate(facts.items)}
    proposals = [_proposal(rule, sorted(ids, key=order.__getitem__)) for rule, ids in gathered.values()]
    return sorted(
        proposals, key=lambda found: (SHOWN.index(found.obligation), found.rule_code, found.agency_name)
    )


def check_condition(condition: Mapping[str, str]) -> None:
    """Raise UnknownCondition unless every question can be answered. An empty condition would match everything."""
    if not condition:
        raise UnknownCondition("a condition needs at least one question")
    for key, wanted in condition.items():
        if key not in QUESTIONS:
            raise UnknownCondition(f"no question is called {key!r}")
        if key == "hosting" and wanted not in HOSTING:
            raise UnknownCondition(f"hosting cannot be {wanted!r}")


def _deciding(item: ItemFacts, rules: list[Rule], home: str) -> list[Rule]:
    """For each agency, the first of the ordered rules that meets the item."""
    first: dict[UUID, Rule] = {}
    for rule in rules:
        if _meets(item, rule.condition, home):
            first.setdefault(rule.agency_id, rule)
    return list(first.values())


def _meets(item: ItemFacts, condition: Mapping[str, str], home: str) -> bool:
    check_condition(condition)
    return all(QUESTIONS[key](item, wanted, home) for key, wanted in condition.items())


def _hosting(item: ItemFacts, wanted: str, home: str) -> bool:
    if not item.hosting_country:
        return wanted == "unknown"
    return wanted == ("home" if item.hosting_country == home else "abroad")


def _verdict(item: ItemFacts, wanted: str, home: str) -> bool:
    del home
    return item.illegal if wanted == "illegal" else item.verdict == wanted


def _kind(item: ItemFacts, wanted: str, home: str) -> bool:
    del home
    return item.kind == wanted


def _proposal(rule: Rule, items: list[UUID]) -> Proposal:
    return Proposal(
        agency_id=rule.agency_id,
        agency_name=rule.agency_name,
        item_ids=tuple(items),
        rule_code=rule.code,
        rule_version=rule.version,
        obligation=rule.obligation,
        reason=rule.reason,
    )


HOSTING = frozenset({"home", "abroad", "unknown"})
QUESTIONS: dict[str, Callable[[ItemFacts, str, str], bool]] = {
    "hosting": _hosting,
    "kind": _kind,
    "verdict": _verdict,
}
