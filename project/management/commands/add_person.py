"""Add a person from the command line: the way in for the first administrator. Prints the password once."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import log
from audit.acts import Refusal
from project import people
from project.forms import AddPerson
from project.roles import Role


class Command(BaseCommand):
    help = "Add a person with a role and their teams or agency, and print a first password once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument("--team", action="append", default=[], help="may be given several times")
        parser.add_argument("--agency", default="", help="for a partner")

    def handle(self, *args: Any, **options: Any) -> None:
        form = _form(options)
        if not form.is_valid():
            raise CommandError("\n".join(_problems(form)))
        password = people.first_password()
        try:
            person = people.add_person(
                actor=log.SYSTEM,
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                role=form.cleaned_data["role"],
                password=password,
                groups=form.groups,
            )
        except Refusal as refusal:
            raise CommandError(str(refusal.sentence)) from refusal
        self.stdout.write(f"{person.name} ({person.role}) signs in as {person.email}")
        self.stdout.write(f"first password, shown only now: {password}")


def _problems(form: AddPerson) -> Iterator[str]:
    """One line for each: the name of the field as the page shows it, and the sentence."""
    for name, errors in form.errors.items():
        yield from (f"{form.fields[name].label}: {error}" for error in errors)


def _form(options: dict[str, Any]) -> AddPerson:
    """The same form as the page's, filled with the names that were typed."""
    teams = {people.place_name(group): str(group.pk) for group in people.team_groups()}
    agencies = {people.place_name(group): str(group.pk) for group in people.agency_groups()}
    return AddPerson(
        {
            "name": options["name"],
            "email": options["email"],
            "role": options["role"],
            "teams": [_key(teams, name) for name in options["team"]],
            "agency": _key(agencies, options["agency"]) if options["agency"] else "",
        }
    )


def _key(known: dict[str, str], name: str) -> str:
    if name not in known:
        raise CommandError(f"there is no {name!r}; known: {', '.join(sorted(known)) or 'none'}")
    return known[name]
