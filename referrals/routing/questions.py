"""The questions that a rule can ask of an item, and the words that can be answers. Pure.

A condition is data. Each key is a question that must be answered with yes; its value is one word, or several of
which one must be true:

    {"hosting": "home" | "abroad" | "unknown"}        where the item is hosted, seen from the hotline's country
    {"hosting_in": C} {"hosting_not_in": C}           C: countries; both want the country to be known
    {"verdict": "illegal" | "csam" | V}               by the current assessment; V: one verdict of the scheme
    {"assessed": "yes" | "no"}                        "no" is met where the house refers without assessing
    {"kind": K} {"site_type": S} {"priority": P}      K: kind of address; P: of the case
    {"age": "child" | "in_doubt" | A}                 who is not known to be of age is presumed a child by the rules
    {"indicator": "child_in_danger" | I}              I: what its reporters say, or a mark of the assessment
    {"platform_country_in": C}                        the country of whoever runs the platform
    {"person_country_in": C}                          the country of a suspect or victim, where it is known
    {"mechanism": "inhope:direct" | "inhope:iccam"}   the way that this house uses; one referral per item and mechanism

A question or a word that is not known here is an error: a rule is never half-read.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from intake.kinds import ItemKind
from intake.schemes import NOT_DETERMINED, SCHEME, Verdict, read_shipped
from intake.states import Priority
from intake.triage import ReportKind
from referrals.routing.facts import CaseFacts, Condition, ItemFacts

Asked = Mapping[str, frozenset[str]]

MECHANISMS: Mapping[str, tuple[str, ...]] = {"inhope": ("direct", "iccam")}
"""Ways to bring one item before one network. Which of them this house uses is a setting."""
CHILD_IN_DANGER = "child_in_danger"
CHILDREN = frozenset({"infant", "pre_pubescent", "pubescent"})
CSAM = frozenset({Verdict.BASELINE_CSAM.value, Verdict.NATIONAL_CSAM.value})


class UnknownCondition(ValueError):
    """A rule asks a question that the code cannot answer."""


@dataclass(frozen=True)
class Asking:
    """Of which item, in which case, seen from which country."""

    item: ItemFacts
    facts: CaseFacts
    home: str


@dataclass(frozen=True)
class Question:
    """`answer`: every word that is true of the item. `knows`: whether a word can be an answer at all."""

    answer: Callable[[Asking], Iterable[str]]
    knows: Callable[[str], object]
    negates: bool = False
    one_word: bool = False


def check_condition(condition: Condition) -> None:
    """Raise UnknownCondition unless every question can be answered. An empty condition would match everything."""
    read_condition(condition)


def read_condition(condition: Condition) -> Asked:
    """Question -> the words of which one must be true. Raises UnknownCondition."""
    if not condition:
        raise UnknownCondition("a condition needs at least one question")
    return {key: _words(key, wanted) for key, wanted in condition.items()}


def answers_of(item: ItemFacts, facts: CaseFacts, home: str) -> Asked:
    """Question -> every word that is true of this item."""
    asking = Asking(item, facts, home)
    return {key: frozenset(question.answer(asking)) for key, question in QUESTIONS.items()}


def meets(condition: Condition, item: ItemFacts, facts: CaseFacts, home: str) -> bool:
    """Whether every question is answered with yes. Raises UnknownCondition."""
    return is_met(read_condition(condition), answers_of(item, facts, home))


def _words(key: str, wanted: str | Sequence[str]) -> frozenset[str]:
    if key not in QUESTIONS:
        raise UnknownCondition(f"no question is called {key!r}")
    words = [wanted] if isinstance(wanted, str) else wanted
    if not isinstance(words, list | tuple) or not words:
        raise UnknownCondition(f"{key} needs a word or a list of words")
    for word in words:
        if not isinstance(word, str) or not QUESTIONS[key].knows(word):
            raise UnknownCondition(f"{key} cannot be {word!r}")
    if QUESTIONS[key].one_word and len(words) > 1:
        raise UnknownCondition(f"{key} takes one word")
    return frozenset(words)


def is_met(asked: Asked, answers: Asked) -> bool:
    for key, wanted in asked.items():
        if QUESTIONS[key].negates:
            if not answers[key] or not wanted.isdisjoint(answers[key]):
                return False
        elif wanted.isdisjoint(answers[key]):
            return False
    return True


def _one(word: str) -> tuple[str, ...]:
    return (word,) if word else ()


def _hosting(asking: Asking) -> Iterable[str]:
    country = asking.item.hosting_country
    if not country:
        return ("unknown",)
    return ("home",) if country == asking.home else ("abroad",)


def _verdict(asking: Asking) -> Iterable[str]:
    item = asking.item
    if not item.assessed:
        return ()
    illegal, csam = ["illegal"] * item.illegal, ["csam"] * (item.verdict in CSAM)
    return (item.verdict, *illegal, *csam)


def _age(asking: Asking) -> Iterable[str]:
    age = asking.item.age
    if age in CHILDREN:
        return (age, "child")
    return ("in_doubt", NOT_DETERMINED) if age in {"", NOT_DETERMINED} else (age,)


def _indicator(asking: Asking) -> Iterable[str]:
    danger = [CHILD_IN_DANGER] * (asking.facts.priority == Priority.DANGER)
    return (*asking.item.reported, *asking.item.marks, *danger)


def _mechanism(asking: Asking) -> Iterable[str]:
    return [f"{name}:{way}" for name, way in asking.facts.ways.items()]


def _platform_country(asking: Asking) -> Iterable[str]:
    return _one(asking.item.platform.country) if asking.item.platform else ()


def _among(*words: str) -> Callable[[str], object]:
    return frozenset(words).__contains__


def _codes(dimension: str) -> tuple[str, ...]:
    return read_shipped(SCHEME).dimension(dimension).codes


_country = re.compile(r"[A-Z]{2}").fullmatch
_ways = [f"{name}:{way}" for name, ways in MECHANISMS.items() for way in ways]

QUESTIONS: dict[str, Question] = {
    "age": Question(_age, _among(*_codes("age"), "child", "in_doubt")),
    "assessed": Question(lambda asking: _one("yes" if asking.item.assessed else "no"), _among("yes", "no")),
    "hosting": Question(_hosting, _among("home", "abroad", "unknown")),
    "hosting_in": Question(lambda asking: _one(asking.item.hosting_country), _country),
    "hosting_not_in": Question(lambda asking: _one(asking.item.hosting_country), _country, negates=True),
    "indicator": Question(_indicator, _among(*ReportKind, *_codes("flags"), CHILD_IN_DANGER)),
    "kind": Question(lambda asking: _one(asking.item.kind), _among(*ItemKind)),
    "mechanism": Question(_mechanism, _among(*_ways), one_word=True),
    "person_country_in": Question(lambda asking: asking.item.person_countries, _country),
    "platform_country_in": Question(_platform_country, _country),
    "priority": Question(lambda asking: _one(asking.facts.priority), _among(*Priority)),
    "site_type": Question(lambda asking: _one(asking.item.site_type), _among(*_codes("site_type"))),
    "verdict": Question(_verdict, _among(*Verdict, "illegal", "csam")),
}
