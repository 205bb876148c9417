"""Every item of a report finds its case: a known address joins, an unknown one opens.

Two workers may sort the same report, and two reports may name the same address at the same moment: a lock on the
reporter's thread, then one on the address, put them in order. Sorting twice changes nothing more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from audit import log
from audit.acts import verb
from audit.log import Actor, Fact
from intake.actions import Action
from intake.models import Case, Report, ReportedItem, ReportStep, Team
from intake.services import rejecting
from intake.states import WITH_AGENCIES, CaseState, ItemState, ReportState
from intake.steps import change_case, lock, move_case, next_case_number
from intake.triage import ReportKind, due_at, priority_of

THREAD_LOCK, ADDRESS_LOCK = 1, 2
REOPENED_ONCE_IN = timedelta(hours=24)
"""Within this time further reports of a case that was opened again and closed only count; danger always opens."""


class NoTeam(LookupError):
    """No team is set up yet, so nobody could see the case. The report waits and is tried again."""


@dataclass(frozen=True)
class Claim:
    """What the reporter says it is, and whether a child is in danger now. Read from all their steps."""

    kind: ReportKind
    danger: bool

    @property
    def rank(self) -> int:
        return priority_of(self.kind, danger=self.danger).rank

    def due(self, received: datetime) -> datetime:
        return due_at(received, priority_of(self.kind, danger=self.danger))


def ready_reports(now: datetime, *, most: int = 200) -> list[UUID]:
    """Reports that can be sorted now, the oldest first."""
    return list(Report.objects.ready(now).values_list("id", flat=True)[:most])


def sort_report(report_id: UUID) -> None:
    """Bring every item of the report to its case, one transaction each; then the report is sorted."""
    items = ReportedItem.objects.filter(report_id=report_id).unsorted().order_by("position")
    for item_id in items.values_list("id", flat=True):
        sort_item(actor=log.SYSTEM, item_id=item_id)
    settle_report(actor=log.SYSTEM, report_id=report_id)
    raise_cases(actor=log.SYSTEM, report_id=report_id)


@verb(Action.ITEM_SORT, Action.CASE_OPEN, Action.CASE_JOIN, Action.CASE_REOPEN, Action.REPORT_TAKE_UP)
def sort_item(*, actor: Actor, item_id: UUID) -> Case:
    """Bring one item to its case. Raises NoTeam."""
    item = ReportedItem.objects.select_related("report").get(pk=item_id)
    lock(THREAD_LOCK, item.report.thread.bytes)
    if item.duplicate_key is not None:
        lock(ADDRESS_LOCK, bytes(item.duplicate_key))
    item.refresh_from_db(fields=["state", "case"])
    if item.case:
        return item.case
    first = (
        ReportedItem.objects.first_of(bytes(item.duplicate_key)) if item.duplicate_key is not None else None
    )
    case = _join(first.case_id, item, actor) if first and first.case_id else _cluster(item, actor)
    _settle_item(item, case, first, actor)
    return case


@verb(Action.REPORT_SORT)
def settle_report(*, actor: Actor, report_id: UUID) -> Report:
    """Mark a report whose items all have a case as sorted."""
    report = Report.objects.select_for_update(no_key=True).get(pk=report_id)
    if report.state != ReportState.RECEIVED or report.items.filter(state=ItemState.RECEIVED).exists():
        return report
    before, report.state = report.state, ReportState.SORTED
    log.change(
        report,
        Action.REPORT_SORT,
        columns=["state"],
        actor=actor,
        before=before,
        after=report.state,
    )
    return report


@verb(Action.CASE_RAISE, Action.CASE_REOPEN, Action.REPORT_TAKE_UP)
def raise_cases(*, actor: Actor, report_id: UUID) -> list[Case]:
    """What a reporter says after the sorting may make their cases more urgent, never less. Gives those it did."""
    report = Report.objects.get(pk=report_id)
    cases = Case.objects.filter(items__report=report).distinct().order_by("id")
    locked = [Case.objects.locked(case_id) for case_id in cases.values_list("id", flat=True)]
    return [case for case in locked if _raise(case, report, actor)]


def claim_of(thread: UUID) -> Claim:
    """The most serious thing the reporter says; "not sure" if they say nothing."""
    steps = list(ReportStep.objects.filter(thread=thread).values_list("kind", "danger"))
    kinds = [ReportKind(kind) for kind, _danger in steps if kind] or [ReportKind.NOT_SURE]
    return Claim(min(kinds, key=_seriousness), any(danger for _kind, danger in steps))


def _cluster(item: ReportedItem, actor: Actor) -> Case:
    """An address nobody named before: with the reporter's other new addresses, or in a case of its own."""
    for case_id in Case.objects.opened_by_thread(item.report.thread).values_list("id", flat=True):
        case = Case.objects.locked(case_id)
        if case.state in {CaseState.OPEN, CaseState.ASSIGNED}:
            return _add(case, item, actor)
    return _open(item.report, actor)


def _join(case_id: UUID, item: ReportedItem, actor: Actor) -> Case:
    case = Case.objects.locked(case_id)
    return _reopen(case, item, actor) if _opens_again(case, item.report) else _add(case, item, actor)


def _opens_again(case: Case, report: Report) -> bool:
    if case.state != CaseState.CLOSED or claim_of(report.thread).danger:
        return case.state == CaseState.CLOSED
    since = timezone.now() - REOPENED_ONCE_IN
    reopened = log.entries_for(object_id=case.id, action=Action.CASE_REOPEN, recorded_at__gt=since)
    return not reopened.exists()


def _open(report: Report, actor: Actor) -> Case:
    claim, now = claim_of(report.thread), timezone.now()
    case = Case(
        number=next_case_number(now),
        team=_team_for(report.language),
        kind=claim.kind,
        priority=claim.rank,
        opened_at=now,
        moved_at=now,
        due_at=claim.due(report.received_at),
        reported_at=report.received_at,
    )
    log.add(
        case,
        Action.CASE_OPEN,
        actor=actor,
        case=case.id,
        after=case.state,
        facts={
            "team": case.team_id,
            "kind": claim.kind,
            "priority": case.priority,
            "due": case.due_at,
            "assignee": None,
            "outcome": "",
        },
    )
    return case


def _add(case: Case, item: ReportedItem, actor: Actor) -> Case:
    """One more item. Priority may rise and the due time come nearer; neither ever falls back."""
    changes = _raised(case, item.report)
    if case.state in WITH_AGENCIES and not case.items.filter(report=item.report).exists():
        changes |= _news(case, changes["due_at"])
    else:
        changes["due_at"] = min(case.due_at, changes["due_at"])
    if not _differ(case, changes):
        return case  # one more address of a report that is counted already
    return change_case(
        case, action=Action.CASE_JOIN, actor=actor, facts=_facts(item, changes), changes=changes
    )


def _news(case: Case, due: datetime) -> dict[str, Any]:
    """A case with agencies waits again: new since now, and due as its new reports are, not as it once was."""
    return {"reported_at": timezone.now(), "due_at": min(case.due_at, due) if case.reported_again else due}


def _raise(case: Case, report: Report, actor: Actor) -> bool:
    if case.state == CaseState.CLOSED:
        return _reopen_in_danger(case, report, actor)
    raised = _raised(case, report)
    changes = {"kind": raised["kind"], "priority": raised["priority"]}
    if case.state not in WITH_AGENCIES:
        changes["due_at"] = min(case.due_at, raised["due_at"])
    elif _differ(case, changes) or _danger_told_since(case, report):
        changes |= _news(case, raised["due_at"])
    if not _differ(case, changes):
        return False
    due = changes.get("due_at", case.due_at)
    facts = {"kind": changes["kind"], "priority": changes["priority"], "due": due}
    change_case(case, action=Action.CASE_RAISE, actor=actor, facts=facts, changes=changes)
    return True


def _differ(case: Case, changes: dict[str, Any]) -> bool:
    return any(getattr(case, name) != value for name, value in changes.items())


def _reopen_in_danger(case: Case, report: Report, actor: Actor) -> bool:
    """A closed case lives again when its reporter says, after it was closed, that a child is in danger."""
    item = case.items.filter(report=report).first()
    if item is None or not _danger_told_since(case, report):
        return False
    _reopen(case, item, actor)
    return True


def _danger_told_since(case: Case, report: Report) -> bool:
    since = max(case.moved_at, case.reported_at)
    return ReportStep.objects.filter(thread=report.thread, danger=True, at__gt=since).exists()


def _reopen(case: Case, item: ReportedItem, actor: Actor) -> Case:
    """A closed case lives again, with a due time of its own; while it is open, further reports only join it."""
    rejecting.take_up_reports(case, actor)
    changes = _raised(case, item.report) | {"assignee": None, "lease_until": None, "outcome": ""}
    changes |= {"review_owed_at": None, "disputed": False}
    return move_case(
        case,
        to=CaseState.OPEN,
        action=Action.CASE_REOPEN,
        actor=actor,
        facts=_facts(item, changes) | {"assignee": None, "outcome": ""},
        changes=changes,
    )


def _raised(case: Case, report: Report) -> dict[str, Any]:
    claim = claim_of(report.thread)
    counted = case.items.filter(report__thread=report.thread).exists()
    return {
        "kind": min([ReportKind(case.kind), claim.kind], key=_seriousness),
        "priority": min(case.priority, claim.rank),
        "due_at": claim.due(report.received_at),
        "reported_at": max(case.reported_at, report.received_at),
        "reports": case.reports + (not counted),
    }


def _facts(item: ReportedItem, changes: dict[str, Any]) -> dict[str, Fact]:
    return {
        "item": item.id,
        "kind": changes["kind"],
        "priority": changes["priority"],
        "due": changes["due_at"],
        "reports": changes["reports"],
    }


def _settle_item(item: ReportedItem, case: Case, first: ReportedItem | None, actor: Actor) -> None:
    before = item.state
    item.state, item.case, item.repeats = ItemState.SORTED, case, first
    log.change(
        item,
        Action.ITEM_SORT,
        columns=["state", "case", "repeats"],
        actor=actor,
        case=case.id,
        before=before,
        after=ItemState.SORTED,
        facts={"case": case.id, "repeats": first.id if first else None},
    )


def _team_for(language: str) -> Team:
    teams = Team.objects.order_by("name")
    team = teams.filter(languages__contains=[language]).first() or teams.first()
    if team is None:
        raise NoTeam("set up a team first: nobody could see this case")
    return team


def _seriousness(kind: ReportKind) -> tuple[int, int]:
    return priority_of(kind, danger=False).rank, list(ReportKind).index(kind)
