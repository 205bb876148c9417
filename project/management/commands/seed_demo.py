"""The demo hotline: its people with their way in, and a few cases in different states."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from intake.models import Report
from project.demo import cases, each_agency, house, letter


class Command(BaseCommand):
    help = "Set up the demo hotline once and print the demo sign-ins. Refused in production."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            passwords = house.set_up()
        except house.NotADemo as error:
            raise CommandError(str(error)) from error
        if not Report.objects.exists():
            people = [
                house.person(email) for email in ("ana@hotline.test", "cleo@hotline.test", "pia@police.test")
            ]
            cases.tell(cases.STORIES, *[person for person in people if person])
            if house.has_its_own_mailbox():
                letter.tell(each_agency.People(*[person for person in people if person]), _silent)
        for member in house.MEMBERS:
            door = settings.TUTELA_URLS["partner" if member.agency else "desk"]
            self.stdout.write(
                f"  {member.role:<14} {member.email:<20} {passwords.get(member.email, '?'):<22} {door}"
            )


def _silent(step: str, about: str, what: str) -> None:
    """The seed tells people's sign-ins, not what it made."""
