"""What reporters sent: their own words, unsealed for who handles the case, and what they answered later."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from audit import log
from intake.actions import Action
from intake.kinds import ItemKind
from intake.models import Case, Report, ReportedItem, ReportStep
from intake.normalise import defang
from intake.wording import KINDS, STILL_ONLINE, language

REPORTS_AT_MOST = 30
_END_OF_WORD = re.compile(r"\[\.\](?!\S)")


@dataclass(frozen=True)
class ReportLine:
    """What one reporter sent: their own words, and what they answered later. `lines`: typed among addresses."""

    report: Report
    language: str
    text: str
    access: str = ""
    lines: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    danger: bool = False
    seen_on: date | None = None

    @property
    def words(self) -> int:
        return sum(len(text.split()) for text in (self.text, *self.lines))


def reports_of(case: Case) -> list[ReportLine]:
    """The reports of the case, newest first, with their words unsealed."""
    reports = list(_reports(case).order_by("-received_at")[:REPORTS_AT_MOST])
    texts, steps = _texts(reports), _steps(reports)
    items = _items_by_report(case, reports)
    return [
        ReportLine(
            report=report,
            language=language(report.language),
            text=str(texts.get(report.id, {}).get("found", "")),
            lines=_lines(items[report.id], texts.get(report.id, {})),
            access=str(texts.get(report.id, {}).get("access", "")),
            claims=_claims(steps.get(report.thread, [])),
            danger=any(step.danger for step in steps.get(report.thread, [])),
            seen_on=next((step.seen_on for step in steps.get(report.thread, []) if step.seen_on), None),
        )
        for report in reports
    ]


def older_than_shown(case: Case) -> int:
    """How many reports are counted and not shown."""
    return max(0, _reports(case).count() - REPORTS_AT_MOST)


def _reports(case: Case) -> QuerySet[Report]:
    return Report.objects.filter(items__case=case).distinct()


def _texts(reports: list[Report]) -> dict[UUID, dict[str, Any]]:
    entries = log.entries_for(
        object_kind=Report.audit_kind,
        object_id__in=[report.id for report in reports],
        action=Action.REPORT_RECEIVE,
    )
    owners = dict(entries.values_list("event_id", "object_id"))
    return {owners[event]: text for event, text in log.payloads(owners).items()}


def _items_by_report(case: Case, reports: list[Report]) -> dict[UUID, list[ReportedItem]]:
    items: dict[UUID, list[ReportedItem]] = {report.id: [] for report in reports}
    for item in case.items.filter(report__in=reports).order_by("position"):
        items[item.report_id].append(item)
    return items


def _lines(items: list[ReportedItem], text: dict[str, Any]) -> list[str]:
    """The lines of this case that hold more than an address, whole and defanged."""
    typed = text.get("addresses", [])
    told = [
        typed[item.position]
        for item in items
        if item.position < len(typed) and typed[item.position] != item.raw
    ]
    return [_END_OF_WORD.sub(".", defang(line, ItemKind.TEXT)) for line in told]


def _steps(reports: list[Report]) -> dict[UUID, list[ReportStep]]:
    steps: dict[UUID, list[ReportStep]] = {}
    for step in ReportStep.objects.filter(thread__in=[report.thread for report in reports]).order_by("-at"):
        steps.setdefault(step.thread, []).append(step)
    return steps


def _claims(steps: list[ReportStep]) -> list[str]:
    kinds = [str(KINDS[step.kind]) for step in steps if step.kind]
    online = [str(STILL_ONLINE.get(step.still_online, "")) for step in steps if step.still_online]
    return list(dict.fromkeys([*kinds, *(word for word in online if word)]))
