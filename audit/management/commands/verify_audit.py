"""Check the log and say in plain words what was found. Exit code 1 when something is wrong."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from audit.findings import Report
from audit.verify import verify


class Command(BaseCommand):
    help = (
        "Verify that the log is unchanged, that every act has its entry, and that replay equals today's rows."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify(progress=self._progress)
        self._print_verdict(report)
        for finding in report.findings.first:
            self.stdout.write(f"  {finding}")
        for warning in report.warnings.first:
            self.stdout.write(f"  warning: {warning}")
        self._print_rest("more like these", report.findings.total - len(report.findings.first))
        self._print_rest("more warnings", report.warnings.total - len(report.warnings.first))
        if not report.ok:
            sys.exit(1)

    def _progress(self, entries: int) -> None:
        self.stderr.write(f"{entries} entries checked")

    def _print_verdict(self, report: Report) -> None:
        counted = ", ".join(f"{kind} {number}" for kind, number in report.counted)
        self.stdout.write(
            f"{report.entries} entries, {sum(report.objects.values())} objects ({counted or 'none'}), "
            f"{report.texts} texts opened, {report.erased} erased; {report.seconds:.1f} s"
        )
        if report.ok:
            self.stdout.write("VERIFIED: nothing was changed, every act has its entry, replay equals state.")
        else:
            self.stdout.write(
                f"NOT VERIFIED: {report.findings.total} things are wrong. First: {report.first_bad}"
            )

    def _print_rest(self, what: str, number: int) -> None:
        if number > 0:
            self.stdout.write(f"  and {number} {what}")
