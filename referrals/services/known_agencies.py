"""The list of agencies: how each is reached, which rules name it today, and how the line to it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from referrals import destinations, wording
from referrals.models import Agency, RoutingRule
from referrals.services.health import Health, health
from referrals.wording import Pill, Words


@dataclass(frozen=True)
class Listed:
    """An agency in the directory."""

    agency: Agency
    kind: Words
    destination: Words
    rules: list[tuple[RoutingRule, Pill, Words]]
    health: Health


def directory(agencies: Iterable[Agency]) -> list[Listed]:
    found = list(agencies)
    in_force = list(RoutingRule.objects.current())
    lines = health(found)
    return [
        Listed(
            agency=agency,
            kind=wording.AGENCY_KINDS.get(agency.kind, agency.kind),
            destination=wording.DESTINATIONS.get(
                agency.destination, destinations.find(agency.destination).label
            ),
            rules=[
                (rule, wording.OBLIGATIONS[rule.obligation], wording.REASONS.get(rule.reason, rule.reason))
                for rule in in_force
                if rule.agency_id == agency.id
            ],
            health=lines[agency.id],
        )
        for agency in found
    ]
