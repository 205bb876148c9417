"""A small hotline for the demo, made through the verbs: two teams, their people, one agency, one rule."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from audit import log
from intake.models import Team
from intake.services.teams import open_team
from project.models import User
from project.people import add_person
from project.roles import Role
from referrals.models import Agency
from referrals.services.directory import Terms, open_agency
from referrals.services.rules import Draft, adopt_rule
from referrals.states import AgencyKind, Obligation

HOME_TEAM = "Echipa română"
SECOND_TEAM = "International desk"
POLICE = "National police, cybercrime unit"


@dataclass(frozen=True)
class Member:
    email: str
    name: str
    role: Role
    teams: tuple[str, ...] = ()
    agency: str = ""


MEMBERS = (
    Member("ana@hotline.test", "Ana Marin", Role.ANALYST, (HOME_TEAM, SECOND_TEAM)),
    Member("bogdan@hotline.test", "Bogdan Pop", Role.ANALYST, (SECOND_TEAM,)),
    Member("cleo@hotline.test", "Cleo Ionescu", Role.SUPERVISOR, (HOME_TEAM, SECOND_TEAM)),
    Member("dov@hotline.test", "Dov Dumitru", Role.AUDITOR),
    Member("ada@hotline.test", "Ada Stan", Role.ADMINISTRATOR),
    Member("pia@police.test", "Pia Radu", Role.PARTNER, agency=POLICE),
)


class NotADemo(RuntimeError):
    """Demo people never enter a production system."""


def set_up() -> dict[str, str]:
    """Make what is not there yet; give the demo passwords by e-mail, also on later starts. Raises NotADemo."""
    if settings.TUTELA_MODE == "production":
        raise NotADemo("demo data is refused in production")
    passwords = _remembered()
    missing = [member for member in MEMBERS if person(member.email) is None]
    passwords |= {
        member.email: secrets.token_urlsafe(15) for member in missing if member.email not in passwords
    }
    if missing:
        _remember(passwords)
    teams = {HOME_TEAM: _team(HOME_TEAM, "ro"), SECOND_TEAM: _team(SECOND_TEAM, "en")}
    police = _police()
    for member in missing:
        _add(member, teams, police, passwords[member.email])
    return passwords


def person(email: str) -> User | None:
    return User.objects.filter(email__iexact=email).first()


def _team(name: str, language: str) -> Team:
    found = Team.objects.filter(name=name).first()
    return found or open_team(actor=log.SYSTEM, name=name, languages=[language])


def _police() -> Agency:
    """The one agency, with the one rule that proposes it."""
    police = Agency.objects.filter(name=POLICE).first() or open_agency(
        actor=log.SYSTEM,
        name=POLICE,
        kind=AgencyKind.POLICE,
        country="RO",
        terms=Terms(destination="file_export", answer_days=3, agreement="Protocol of the demo"),
    )
    if not police.rules.exists():
        adopt_rule(
            actor=log.SYSTEM,
            rule=Draft(
                "RO-01",
                {"verdict": "illegal", "hosting": "home"},
                Obligation.OBLIGATORY,
                "hosted_at_home",
                police.id,
            ),
        )
    return police


def _add(member: Member, teams: dict[str, Team], police: Agency, password: str) -> None:
    groups = [teams[name].group for name in member.teams] + ([police.group] if member.agency else [])
    add_person(
        actor=log.SYSTEM,
        email=member.email,
        name=member.name,
        role=member.role,
        password=password,
        groups=groups,
    )


def _file() -> Path:
    return Path(os.environ.get("TUTELA_STATE", ".")) / "demo-sign-ins.json"


def _remember(passwords: dict[str, str]) -> None:
    draft = _file().with_suffix(f".{uuid4().hex}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(passwords, file)
    draft.replace(_file())


def _remembered() -> dict[str, str]:
    return dict(json.loads(_file().read_text())) if _file().exists() else {}
