"""Write docs/reference from the code."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from project.reference import pages


class Command(BaseCommand):
    help = "Write docs/reference from the code; --check changes nothing and names the pages that are out of date."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only compare")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = settings.BASE_DIR / "docs" / "reference"
        with override("en"):
            fresh = pages()
        stale = [name for name, text in fresh.items() if not _says(folder / name, text)]
        if options["check"] and stale:
            raise CommandError(f"out of date: {', '.join(stale)}; run `./run manage reference`")
        for name in stale:
            (folder / name).write_text(fresh[name], encoding="utf-8")
        self.stdout.write(f"{len(fresh)} pages, {len(stale)} written")


def _says(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
