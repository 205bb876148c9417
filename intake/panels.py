"""The parts of a case's page that intake knows: its items, what reporters wrote, the second person, the trail."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit import log
from intake.actions import Action
from intake.kinds import ItemKind
from intake.models import Assessment, Case, Report, ReportedItem, ReportStep
from intake.normalise import defang
from intake.services import turns
from intake.services.next_acts import action_bar
from intake.states import CaseState
from intake.wording import KINDS, STILL_ONLINE, language

TRAIL_AT_MOST = 40
REPORTS_AT_MOST = 30
NOT_IN_THE_TRAIL = [
    Action.ASSESSMENT_RECORD,
    Action.CASE_READ,
    Action.CASE_REFUSE,
    Action.ITEM_SORT,
    Action.REVIEW_RECORD,
]
_END_OF_WORD = re.compile(r"\[\.\](?!\S)")


@dataclass(frozen=True)
class ItemLine:
    """One address of the case, with the assessment that counts now."""

    number: int
    item: ReportedItem
    assessment: Assessment | None
    reason: str
    seen: int
    last_seen: datetime


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


@dataclass(frozen=True)
class TrailLine:
    """One act, as a sentence."""

    sentence: str | Promise
    at: datetime
    who: str


@dataclass(frozen=True)
class SecondPerson:
    """Whether a second person is needed, who it is, or who it may be."""

    sentence: str
    note: str = ""


def case_page(person: Any, case: Case) -> dict[str, object]:
    """What the template of the case page shows."""
    return {
        "case": case,
        "items": items_of(case),
        "reports": reports_of(case),
        "second": second_person(case, person.id),
        "trail": trail_of(case),
        "bar": action_bar(case, person.id),
    }


def addresses_of(case: Case) -> list[ReportedItem]:
    """Each address of the case once, in the order that gives it its number."""
    return list(case.items.addresses())


def items_of(case: Case) -> list[ItemLine]:
    items = addresses_of(case)
    current = {assessment.item_id: assessment for assessment in case.assessments.current()}
    reasons = log.payloads(assessment.last_event_id for assessment in current.values())
    seen = _seen(case)
    return [
        ItemLine(
            number=number,
            item=item,
            assessment=current.get(item.id),
            reason=_reason(current.get(item.id), reasons),
            seen=len(seen[item.id]),
            last_seen=max(seen[item.id].values()),
        )
        for number, item in enumerate(items, 1)
    ]


def reports_of(case: Case) -> list[ReportLine]:
    """The reports of the case, newest first, with their words unsealed."""
    reports = list(
        Report.objects.filter(items__case=case).distinct().order_by("-received_at")[:REPORTS_AT_MOST]
    )
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


def second_person(case: Case, person: UUID) -> SecondPerson:
    if case.state == CaseState.IN_REVIEW and case.assignee:
        return SecondPerson(_("%(name)s reviews this case.") % {"name": case.assignee.name})
    review = case.reviews.select_related("reviewer").order_by("-reviewed_at").first()
    if review and case.state not in {CaseState.OPEN, CaseState.ASSESSED}:
        sentence = (
            _("%(name)s agreed.") if review.agrees else _("%(name)s did not agree and sent the case back.")
        )
        return SecondPerson(sentence % {"name": review.reviewer.name}, _review_reason(review.last_event_id))
    if case.state != CaseState.ASSESSED:
        return SecondPerson(
            _("Every verdict “illegal” is reviewed by a second person, never by the assessor.")
        )
    if not case.assessments.current().illegal().exists():
        return SecondPerson(_("Nothing was found illegal, so no review is needed."))
    names = ", ".join(turns.reviewers(case, person)) or _("nobody else of this team")
    return SecondPerson(_("A second person must review."), _("Besides you: %(names)s.") % {"names": names})


def trail_of(case: Case) -> list[TrailLine]:
    """What happened, newest first."""
    told = log.entries_for(case_id=case.id).exclude(action__in=NOT_IN_THE_TRAIL)
    entries = told.exclude(action__endswith=":read").order_by("-seq")
    lines = list(entries[:TRAIL_AT_MOST])
    names = names_of(line.actor for line in lines)
    return [TrailLine(_sentence(line), line.recorded_at, names[line.actor]) for line in lines]


def names_of(pseudonyms: Iterable[str]) -> dict[str, str]:
    """The people behind pseudonyms of the log, for those who work with them."""
    names = {"system": _("system"), "public": _("reporter")}
    wanted = set(pseudonyms)
    people = get_user_model().objects.filter(pk__in=wanted - names.keys()).values_list("pk", "name")
    return {word: word for word in wanted} | names | {str(pk): name for pk, name in people}


def _seen(case: Case) -> dict[UUID, dict[UUID, datetime]]:
    """For each address: the reporters who named it, and when last."""
    seen: dict[UUID, dict[UUID, datetime]] = {}
    rows = case.items.values_list("id", "repeats_id", "report__thread").annotate(
        at=Max("report__received_at")
    )
    for item_id, first_id, thread, at in rows:
        times = seen.setdefault(first_id or item_id, {})
        times[thread] = max(at, times.get(thread, at))
    return seen


def _reason(assessment: Assessment | None, reasons: dict[UUID, dict[str, Any]]) -> str:
    return str(reasons.get(assessment.last_event_id, {}).get("reason", "")) if assessment else ""


def _review_reason(event_id: UUID) -> str:
    return str(log.payloads([event_id]).get(event_id, {}).get("reason", ""))


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


def _sentence(line: Any) -> str | Promise:
    if line.action == Action.CASE_REVIEW and not json.loads(bytes(line.entry))["facts"].get("agrees"):
        return _("The second person did not agree; the case went back to its assessor")
    return log.sentence(line.action)
