"""Each address of a case with all that is known of it: reports, assessments, where it is hosted."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise

from audit import log
from intake.actions import Action
from intake.models import Assessment, Case, HostingTrace, ReportedItem
from intake.scheme_words import scheme_word
from intake.schemes import NOT_DETERMINED
from intake.services import scheme, traces
from intake.steps import facts_of
from intake.wording import COMMERCIAL

DAYS_AT_MOST = 10
ASSESSES = (Action.CASE_ASSESS, Action.CASE_CORRECT)
CHOSEN = ("age", "sex", "site_type", "commercial", "payment_methods", "flags")


@dataclass(frozen=True)
class Judged:
    """One assessment as people read it. `chosen`: each question of the scheme with what was chosen."""

    row: Assessment
    reason: str
    chosen: list[tuple[str, str]]
    is_undone: bool = False

    @property
    def words(self) -> list[str | Promise]:
        """The short form: what was determined, and nothing else."""
        row = self.row
        said = [
            ("age", row.age),
            ("sex", row.sex),
            *(("flags", flag) for flag in row.flags),
            ("site_type", row.site_type),
            *(("payment_methods", way) for way in row.payment_methods),
        ]
        told: list[str | Promise] = [
            _word(row, name, code) for name, code in said if code and code != NOT_DETERMINED
        ]
        return told + [COMMERCIAL[code] for code in (row.commercial,) if code in COMMERCIAL]


@dataclass(frozen=True)
class Seen:
    """By how many reporters an address was named, on which days, newest first, and how often before those."""

    reports: int
    last: datetime
    days: list[tuple[date, int]]
    earlier: int = 0


@dataclass(frozen=True)
class ItemLine:
    """One address of the case. `history`: its assessments, the one that counts first."""

    number: int
    item: ReportedItem
    seen: Seen
    history: list[Judged] = field(default_factory=list)
    traces: list[HostingTrace] = field(default_factory=list)

    @property
    def judged(self) -> Judged | None:
        """What counts now."""
        return self.history[0] if self.history and not self.history[0].is_undone else None

    @property
    def undone(self) -> Judged | None:
        """The newest assessment, where its assessor took it back."""
        return self.history[0] if self.history and self.history[0].is_undone else None

    @property
    def assessment(self) -> Assessment | None:
        return self.judged.row if self.judged else None

    @property
    def trace(self) -> HostingTrace | None:
        return self.traces[0] if self.traces else None


def addresses_of(case: Case) -> list[ReportedItem]:
    """Each address of the case once, in the order that gives it its number."""
    return list(case.items.addresses())


def own_assessments(case: Case, person: UUID) -> dict[UUID, Assessment]:
    """What this person found before of each address, and nobody has replaced since."""
    return {row.item_id: row for row in case.assessments.current().filter(assessor=person)}


def items_of(case: Case) -> list[ItemLine]:
    """A fixed number of questions, however many reports there are."""
    judged, found, seen = _judged(case), traces.history(case), _seen(case)
    return [
        ItemLine(
            number=number,
            item=item,
            seen=seen[item.id],
            history=judged.get(item.id, []),
            traces=found.get(item.id, []),
        )
        for number, item in enumerate(addresses_of(case), 1)
    ]


def _judged(case: Case) -> dict[UUID, list[Judged]]:
    rows = list(case.assessments.select_related("assessor").order_by("-assessed_at"))
    superseded = {row.supersedes_id for row in rows}
    reasons = log.payloads(row.last_event_id for row in rows)
    undone = _undone(case, rows)
    judged: dict[UUID, list[Judged]] = {}
    for row in sorted(rows, key=lambda row: row.id in superseded):
        judged.setdefault(row.item_id, []).append(
            Judged(row, _reason(row, reasons), _chosen(row), row.id in undone)
        )
    return judged


def _undone(case: Case, rows: list[Assessment]) -> set[UUID]:
    """Those whose recording was taken back. What one verb records comes in the log right before its act."""
    if not rows:
        return set()
    acts = [Action.ASSESSMENT_RECORD, *ASSESSES, Action.CASE_UNDO]
    lines = list(log.entries_for(case_id=case.id, action__in=acts))
    back = {facts_of(line).get("undoes") for line in lines if line.action == Action.CASE_UNDO}
    undone: set[UUID] = set()
    recorded: set[UUID] = set()
    for line in lines:
        if line.action == Action.ASSESSMENT_RECORD:
            recorded.add(line.object_id)
        elif line.action in ASSESSES:
            undone |= recorded if str(line.event_id) in back else set()
            recorded = set()
    return undone


def _reason(row: Assessment, reasons: Mapping[UUID, Mapping[str, Any]]) -> str:
    return str(reasons.get(row.last_event_id, {}).get("reason", ""))


def _chosen(row: Assessment) -> list[tuple[str, str]]:
    """In the words of the scheme under which it was made."""
    given = [(name, getattr(row, name)) for name in CHOSEN]
    return [
        (scheme_word(scheme.question(row.scheme, name)), ", ".join(_words(row, name, codes)))
        for name, codes in given
        if codes
    ]


def _words(row: Assessment, name: str, codes: str | list[str]) -> list[str]:
    return [_word(row, name, code) for code in ([codes] if isinstance(codes, str) else codes)]


def _word(row: Assessment, name: str, code: str) -> str:
    return scheme_word(scheme.label(row.scheme, name, code))


def _seen(case: Case) -> dict[UUID, Seen]:
    """A reporter who names an address again later counts once, on the last day."""
    last: dict[UUID, dict[UUID, datetime]] = {}
    rows = case.items.values_list("id", "repeats_id", "report__thread", "report__received_at")
    for item_id, first_id, thread, at in rows:
        times = last.setdefault(first_id or item_id, {})
        times[thread] = max(at, times.get(thread, at))
    return {item_id: _counted(times.values()) for item_id, times in last.items()}


def _counted(times: Iterable[datetime]) -> Seen:
    moments = list(times)
    days = sorted(Counter(map(timezone.localdate, moments)).items(), reverse=True)
    shown = days[:DAYS_AT_MOST]
    return Seen(len(moments), max(moments), shown, len(moments) - sum(count for _day, count in shown))
