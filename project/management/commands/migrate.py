"""Django's migrate, and then the database rights: a new table without its rights would be a closed door."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if not args and not options["plan"] and not options["check_unapplied"] and not options["app_label"]:
            call_command("setup_roles", verbosity=options["verbosity"], stdout=self.stdout)
