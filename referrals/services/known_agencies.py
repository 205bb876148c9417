"""The list of agencies: how each is reached, which rules name it today, and how the line to it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from referrals import destinations, wording
from referrals.models import Agency, RoutingRule
from referrals.services.health import Health, health
from referrals.states import HOST_SIDE, RuleAddressee
from referrals.wording import Pill, Words


@dataclass(frozen=True)
class Named:
    """A rule in force that names the agency; `as_whom`: because it runs or hosts what an item is on."""

    rule: RoutingRule
    obligation: Pill
    reason: Words
    as_whom: Words


@dataclass(frozen=True)
class Listed:
    """An agency in the directory."""

    agency: Agency
    kind: Words
    state: Pill
    destination: Words
    rules: list[Named]
    health: Health


def directory(agencies: Iterable[Agency]) -> list[Listed]:
    found = list(agencies)
    in_force = list(RoutingRule.objects.current())
    lines = health(found)
    return [
        Listed(
            agency=agency,
            kind=wording.AGENCY_KINDS.get(agency.kind, agency.kind),
            state=wording.AGENCY_STATES[agency.state],
            destination=wording.DESTINATIONS.get(
                agency.destination, destinations.find(agency.destination).label
            ),
            rules=[_named(rule) for rule in in_force if _names(rule, agency)],
            health=lines[agency.id],
        )
        for agency in found
    ]


def _names(rule: RoutingRule, agency: Agency) -> bool:
    """By itself, or as whoever answers for the hosts of an item."""
    if rule.addressee == RuleAddressee.AGENCY:
        return rule.agency_id == agency.id
    return agency.kind in HOST_SIDE and bool(agency.domains)


def _named(rule: RoutingRule) -> Named:
    by_host = rule.addressee != RuleAddressee.AGENCY
    return Named(
        rule=rule,
        obligation=wording.OBLIGATIONS[rule.obligation],
        reason=wording.REASONS.get(rule.reason, rule.reason),
        as_whom=wording.ADDRESSEES[rule.addressee] if by_host else "",
    )
