"""Bring the catalogue of strings up to date, or compile it for the running product."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from project import catalogue


class Command(BaseCommand):
    help = "Collect the strings for people into the .po files; --compile only writes the .mo files."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--compile", action="store_true", help="only compile, change no source")

    def handle(self, *args: Any, **options: Any) -> None:
        for language, _name in settings.LANGUAGES:
            if language == settings.LANGUAGE_CODE:
                continue
            if not options["compile"]:
                catalogue.update(settings.BASE_DIR, language)
                missing = catalogue.untranslated(settings.BASE_DIR, language)
                self.stdout.write(f"{language}: {len(missing)} strings without a translation")
            catalogue.compile_catalogue(settings.BASE_DIR, language)
