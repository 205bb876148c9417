"""A small hotline for the demo, made through the verbs: two teams, their people, agencies and a rule book."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings

from audit import log
from intake.models import Team
from intake.services.teams import open_team
from project.demo import agencies
from project.models import User
from project.people import add_person
from project.roles import Role
from referrals.models import Agency
from referrals.services.rulebooks import adopt

HOME_TEAM = "Echipa română"
SECOND_TEAM = "International desk"
RULE_BOOK = "romania"


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
    Member("pia@police.test", "Pia Radu", Role.PARTNER, agency=agencies.POLICE),
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
    for member in [member for member in missing if not member.agency]:
        _add(member, teams, [], passwords[member.email])
    entered = _directory()
    for member in [member for member in missing if member.agency]:
        _add(member, teams, [entered[member.agency]], passwords[member.email])
    return passwords


def has_its_own_mailbox() -> bool:
    """Demo notices go to the mailbox of this machine, never to a mail server that could send them on."""
    return urlsplit(settings.TUTELA_SMTP_URL).hostname in {"localhost", "127.0.0.1"}


def person(email: str) -> User | None:
    return User.objects.filter(email__iexact=email).first()


def _team(name: str, language: str) -> Team:
    found = Team.objects.filter(name=name).first()
    return found or open_team(actor=log.SYSTEM, name=name, languages=[language])


def _directory() -> dict[str, Agency]:
    """The agencies of the demo, and the rule book that names them. Cleo and Ada agree, where two must."""
    cleo, ada = person("cleo@hotline.test"), person("ada@hotline.test")
    if cleo is None or ada is None:
        return {}
    entered = agencies.enter(cleo.actor, ada.actor)
    adopt(log.SYSTEM, RULE_BOOK)
    return entered


def _add(member: Member, teams: dict[str, Team], entered: list[Agency], password: str) -> None:
    groups = [*(teams[name].group for name in member.teams), *(agency.group for agency in entered)]
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
