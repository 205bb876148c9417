"""The cast of every test, made through the verbs, as the product makes people.

Ana may, Bo may not (another team), Cleo supervises both, Dov audits, Ada administers, Pia answers for the police,
Pavel for another agency.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit import log
from project.people import add_person
from project.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import Group

    from intake.models import Team
    from project.models import User
    from referrals.models import Agency, RoutingRule

PASSWORD = "a long enough password for tests"
RULE = {"verdict": "illegal", "hosting": "home"}


@dataclass(frozen=True)
class Cast:
    """Seven people, two teams, two agencies, one rule: what is illegal and hosted at home goes to the police."""

    ana: "User"
    bo: "User"
    cleo: "User"
    dov: "User"
    ada: "User"
    pia: "User"
    pavel: "User"
    romanian: "Team"
    international: "Team"
    police: "Agency"
    clearing: "Agency"
    rule: "RoutingRule"

    @property
    def people(self) -> dict[str, "User"]:
        names = ("ana", "bo", "cleo", "dov", "ada", "pia", "pavel")
        return {name: getattr(self, name) for name in names}


def assemble() -> Cast:
    """Everybody, in a database where nobody is yet."""
    romanian, international = _team("Romanian desk", "ro"), _team("International desk", "en")
    police = _agency("Police", "police")
    clearing = _agency("Clearing house", "clearing_house")
    return Cast(
        ana=person("ana", Role.ANALYST, romanian.group),
        bo=person("bo", Role.ANALYST, international.group),
        cleo=person("cleo", Role.SUPERVISOR, romanian.group, international.group),
        dov=person("dov", Role.AUDITOR),
        ada=person("ada", Role.ADMINISTRATOR),
        pia=person("pia", Role.PARTNER, police.group),
        pavel=person("pavel", Role.PARTNER, clearing.group),
        romanian=romanian,
        international=international,
        police=police,
        clearing=clearing,
        rule=_rule(police),
    )


def person(name: str, role: Role, *groups: "Group") -> "User":
    """One more person, `<name>@example.org`, with the password of all."""
    return add_person(
        actor=log.SYSTEM,
        email=f"{name}@example.org",
        name=name.capitalize(),
        role=role,
        password=PASSWORD,
        groups=list(groups),
    )


def _team(name: str, language: str) -> "Team":
    from intake.services.teams import open_team

    return open_team(actor=log.SYSTEM, name=name, languages=[language])


def _agency(name: str, kind: str) -> "Agency":
    from referrals.services.directory import Terms, open_agency
    from referrals.states import AgencyKind

    terms = Terms(destination="file_export", answer_days=3, agreement="A test's agreement")
    return open_agency(actor=log.SYSTEM, name=name, kind=AgencyKind(kind), country="RO", terms=terms)


def _rule(police: "Agency") -> "RoutingRule":
    from referrals.services.rules import Draft, adopt_rule
    from referrals.states import Obligation

    draft = Draft("RO-01", RULE, Obligation.OBLIGATORY, "hosted_at_home", police.id)
    return adopt_rule(actor=log.SYSTEM, rule=draft)
