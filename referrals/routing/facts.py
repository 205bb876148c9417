"""What routing is given and what it gives: facts of a case, rules, proposals with their reasons. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from intake.states import Priority
from referrals.states import Obligation, RuleAddressee

Condition = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Party:
    """Whoever runs the platform, or the hosting, of an item: an agency of the directory."""

    agency_id: UUID
    name: str
    country: str


@dataclass(frozen=True)
class ItemFacts:
    """What routing may know of one item. `illegal`: probably, by the current assessment.

    `reported`: what its reporters say it is. `marks`: those of the assessment.
    """

    id: UUID
    kind: str
    verdict: str
    illegal: bool
    hosting_country: str
    host: str
    assessed: bool = True
    age: str = ""
    site_type: str = ""
    marks: frozenset[str] = frozenset()
    reported: frozenset[str] = frozenset()
    platform: Party | None = None
    provider: Party | None = None
    person_countries: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CaseFacts:
    """`ways`: for each mechanism the one that this house uses."""

    items: tuple[ItemFacts, ...]
    priority: str = Priority.NORMAL.value
    ways: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """A rule in force. Without `agency_id` it names whoever runs the platform or the hosting of each item."""

    code: str
    version: int
    condition: Condition
    agency_id: UUID | None
    agency_name: str
    obligation: Obligation
    reason: str
    addressee: RuleAddressee = RuleAddressee.AGENCY


@dataclass(frozen=True)
class Why:
    """The rule that brings one item here, and which word answered each of its questions."""

    item_id: UUID
    rule_code: str
    rule_version: int
    reason: str
    matched: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Proposal:
    """One agency, the items meant for it, and the rule that says so. `whys`: the same for each item."""

    agency_id: UUID
    agency_name: str
    item_ids: tuple[UUID, ...]
    rule_code: str
    rule_version: int
    obligation: Obligation
    reason: str
    whys: tuple[Why, ...] = ()

    @property
    def matched(self) -> tuple[tuple[str, str], ...]:
        """How the questions of the rule that is named were answered, for the first item that it brings."""
        named = (why for why in self.whys if why.rule_code == self.rule_code)
        return next((why.matched for why in named), ())


@dataclass(frozen=True)
class Gap:
    """A rule names the platform or the provider of these items, and nobody in the directory answers for it."""

    rule_code: str
    rule_version: int
    addressee: RuleAddressee
    obligation: Obligation
    reason: str
    item_ids: tuple[UUID, ...]
