"""Who should know: facts of a case and stored rules in, proposals with their reason out. Pure.

Rules are data; what they may ask stands in `questions`. The order in which they are read never matters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from referrals.routing.facts import CaseFacts, Condition, Gap, ItemFacts, Party, Proposal, Rule, Why
from referrals.routing.questions import (
    MECHANISMS,
    QUESTIONS,
    Asked,
    UnknownCondition,
    answers_of,
    check_condition,
    is_met,
    meets,
    read_condition,
)
from referrals.states import Obligation, RuleAddressee

__all__ = [
    "MECHANISMS",
    "QUESTIONS",
    "CaseFacts",
    "Condition",
    "Gap",
    "ItemFacts",
    "Party",
    "Proposal",
    "Rule",
    "UnknownCondition",
    "Why",
    "check_condition",
    "find_gaps",
    "meets",
    "propose",
]

STRENGTH = {Obligation.FORBIDDEN: 0, Obligation.OBLIGATORY: 1, Obligation.SUGGESTED: 2}
SHOWN = [Obligation.OBLIGATORY, Obligation.SUGGESTED, Obligation.FORBIDDEN]


@dataclass(frozen=True)
class _Read:
    """A rule whose condition is understood. `place`: its rank among all, the strictest first."""

    place: int
    rule: Rule
    asked: Asked
    mechanism: str


@dataclass(frozen=True)
class _Met:
    """A rule that an item meets, and whom it names."""

    read: _Read
    item: ItemFacts
    party: Party
    answers: Asked


def propose(facts: CaseFacts, rules: Iterable[Rule], home_country: str) -> list[Proposal]:
    """What the rules say about each item, gathered by agency: at most one proposal and one refusal for each.

    Where several rules name an agency for one item, the strictest decides: forbidden, obligatory, suggested, then
    the lowest code. A proposal carries the strictest rule of its items. Raises UnknownCondition.
    """
    read = _read(rules)
    gathered: dict[tuple[UUID, bool], list[_Met]] = {}
    for item in facts.items:
        for met in _deciding(item, read, facts, home_country):
            group = (met.party.agency_id, met.read.rule.obligation is Obligation.FORBIDDEN)
            gathered.setdefault(group, []).append(met)
    return sorted(map(_proposal, gathered.values()), key=_in_order)


def find_gaps(facts: CaseFacts, rules: Iterable[Rule], home_country: str) -> list[Gap]:
    """Rules that name a platform or a provider nobody answers for; whom nobody knows, nobody can be kept from.

    Raises UnknownCondition.
    """
    understood = _read(rules)
    found: dict[int, tuple[_Read, list[UUID]]] = {}
    for item in facts.items:
        answers = answers_of(item, facts, home_country)
        for read in understood:
            unknown = read.rule.obligation is not Obligation.FORBIDDEN and _named(read.rule, item) is None
            if unknown and is_met(read.asked, answers):
                found.setdefault(read.place, (read, []))[1].append(item.id)
    return [_gap(read.rule, ids) for _, (read, ids) in sorted(found.items())]


def _read(rules: Iterable[Rule]) -> list[_Read]:
    """The strictest first, then the lowest code."""
    ordered = sorted(rules, key=lambda rule: (STRENGTH[rule.obligation], rule.code, rule.version))
    read = [(rule, read_condition(rule.condition)) for rule in ordered]
    return [
        _Read(place, rule, asked, next(iter(asked.get("mechanism", [""]))).partition(":")[0])
        for place, (rule, asked) in enumerate(read)
    ]


def _deciding(item: ItemFacts, rules: list[_Read], facts: CaseFacts, home: str) -> list[_Met]:
    """For each agency the strictest rule that the item meets; of one mechanism only the first agency."""
    answers = answers_of(item, facts, home)
    first: dict[UUID, _Met] = {}
    for read in rules:
        party = _named(read.rule, item)
        if party and party.agency_id not in first and is_met(read.asked, answers):
            first[party.agency_id] = _Met(read, item, party, answers)
    return _one_of_each_mechanism(first.values())


def _one_of_each_mechanism(found: Iterable[_Met]) -> list[_Met]:
    """`found` comes strictest first. A refusal uses up no mechanism."""
    kept: list[_Met] = []
    used: set[str] = set()
    for met in found:
        mechanism = met.read.mechanism if met.read.rule.obligation is not Obligation.FORBIDDEN else ""
        if mechanism in used:
            continue
        kept.append(met)
        used |= {mechanism} - {""}
    return kept


def _named(rule: Rule, item: ItemFacts) -> Party | None:
    if rule.addressee is RuleAddressee.PLATFORM:
        return item.platform
    if rule.addressee is RuleAddressee.PROVIDER:
        return item.provider
    return Party(rule.agency_id, rule.agency_name, "") if rule.agency_id else None


def _proposal(found: list[_Met]) -> Proposal:
    strictest = min(found, key=lambda met: met.read.place)
    rule = strictest.read.rule
    return Proposal(
        agency_id=strictest.party.agency_id,
        agency_name=strictest.party.name,
        item_ids=tuple(met.item.id for met in found),
        rule_code=rule.code,
        rule_version=rule.version,
        obligation=rule.obligation,
        reason=rule.reason,
        whys=tuple(map(_why, found)),
    )


def _why(met: _Met) -> Why:
    rule = met.read.rule
    matched = tuple(
        (key, _answer(key, wanted, met.answers)) for key, wanted in sorted(met.read.asked.items())
    )
    return Why(met.item.id, rule.code, rule.version, rule.reason, matched)


def _answer(key: str, wanted: frozenset[str], answers: Asked) -> str:
    true = answers[key] if QUESTIONS[key].negates else wanted & answers[key]
    return min(true)


def _gap(rule: Rule, ids: list[UUID]) -> Gap:
    return Gap(rule.code, rule.version, rule.addressee, rule.obligation, rule.reason, tuple(ids))


def _in_order(found: Proposal) -> tuple[int, str, str, UUID]:
    return (SHOWN.index(found.obligation), found.rule_code, found.agency_name, found.agency_id)
