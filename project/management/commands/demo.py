"""The main job without a person, from the shipped sample or from a hotline's own list."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.acts import Refusal
from project.demo import house, line, waiting
from project.demo.rows import NotAList, read_rows
from project.demo.visitor import Refused

SAMPLE = Path(__file__).resolve().parents[2] / "demo" / "reports.csv"


class Command(BaseCommand):
    help = "Take reports all the way: public door, sort, assess, confirm, send, acknowledge, verify."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "list", nargs="?", type=Path, default=SAMPLE, help="CSV: URL;REFERER;WORKUSER-EMAIL;…"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            content = options["list"].read_bytes()
            house.set_up()
            handled = line.run(read_rows(content), self._say)
        except OSError as error:
            raise CommandError(f"{options['list']} cannot be read: {error.strerror}") from error
        except (NotAList, house.NotADemo, waiting.NotDone, Refused, Refusal) as error:
            raise CommandError(str(error)) from error
        if not handled.reports:
            raise CommandError("no line of the list could be used; nothing was reported")
        self.stdout.write(
            f"done: {handled.reports} reports, {len(handled.cases)} cases, {handled.referrals} referrals acknowledged, "
            f"{len(handled.refused)} lines left out, {time.monotonic() - began:.1f} s"
        )

    def _say(self, step: str, about: str, what: str) -> None:
        self.stdout.write(f"{step:<13} {about:<12} {what}")
        self.stdout.flush()
