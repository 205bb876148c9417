"""Adopt a rule book: `./run manage adopt_rules romania --use police="National police"`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.acts import Refusal
from audit.log import SYSTEM
from referrals.services import books, rulebooks
from referrals.services.rulebooks import Adoption, Missing

WHY = {
    Missing.NOBODY: "nobody of this kind is in the directory",
    Missing.SEVERAL: "several of this kind are in the directory; name one with --use",
}


class Command(BaseCommand):
    help = "Bring the rules of a rule book into force. A rule whose agency is missing is named, not adopted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("book", choices=books.names())
        parser.add_argument(
            "--use",
            action="append",
            default=[],
            metavar="WORD=AGENCY",
            help="the agency for an addressee of the book",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            pairs = [said.partition("=") for said in options["use"]]
            chosen = {word: rulebooks.agency_named(name) for word, _, name in pairs}
            outcome = rulebooks.adopt(SYSTEM, options["book"], chosen)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self._say(outcome)

    def _say(self, outcome: Adoption) -> None:
        self.stdout.write(f"{outcome.book.title}, version {outcome.book.version}")
        for code in outcome.adopted:
            self.stdout.write(f"  in force now   {code}")
        for code in outcome.unchanged:
            self.stdout.write(f"  unchanged      {code}")
        for missing in outcome.not_adopted:
            where = f" in {', '.join(missing.countries)}" if missing.countries else ""
            self.stdout.write(f"  NOT ADOPTED    {missing.code}: {missing.to}: {WHY[missing.why]}{where}")
        for code in outcome.others:
            self.stdout.write(f"  other rule     {code}: in force, and not of this book")
