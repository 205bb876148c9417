"""Reports of a case that is spam or out of remit: rejected, which means kept and counted; and taken up again.

A report is rejected only while each case it is part of is closed so. Steps of the verbs that close and re-open.
"""

from audit import log
from audit.log import Actor
from intake.actions import Action
from intake.models import Case, Report
from intake.states import REPORT_MOVES, CaseState, ClosingOutcome, ReportState, check_move

REJECTING = [outcome.value for outcome in ClosingOutcome if outcome.rejects]


def reject_reports(case: Case, actor: Actor) -> None:
    """Reject every report that this case shares with no case that lives, or that ended otherwise."""
    for report in _reports(case, ReportState.SORTED):
        others = Case.objects.filter(items__report=report).exclude(pk=case.pk)
        if not others.exclude(state=CaseState.CLOSED, outcome__in=REJECTING).exists():
            _move(report, ReportState.REJECTED, Action.REPORT_REJECT, case, actor)


def take_up_reports(case: Case, actor: Actor) -> None:
    """The case lives again, and so do its reports."""
    for report in _reports(case, ReportState.REJECTED):
        _move(report, ReportState.SORTED, Action.REPORT_TAKE_UP, case, actor)


def _reports(case: Case, state: ReportState) -> list[Report]:
    """Locked in one order, so that two cases which share reports wait for each other instead of stopping."""
    ids = case.items.values("report")
    found = Report.objects.filter(pk__in=ids, state=state).order_by("id")
    return list(found.select_for_update(no_key=True, of=("self",)))


def _move(report: Report, to: ReportState, action: Action, case: Case, actor: Actor) -> None:
    before = report.state
    check_move(REPORT_MOVES, before, to)
    report.state = to
    log.change(
        report,
        action,
        columns=["state"],
        actor=actor,
        case=case.id,
        before=before,
        after=to,
    )
