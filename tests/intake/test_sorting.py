"""Every item finds its case, once, whoever sorts it and how often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from audit import log
from intake.models import Case, Report, ReportedItem
from intake.schemes import HostKnownBy, Verdict
from intake.services import assessing, cases, closing
from intake.services.reports import Step, complete_report, record_step
from intake.services.sorting import NoTeam, ready_reports, sort_item, sort_report
from intake.states import CaseState, ClosingOutcome, Priority
from intake.tasks import sweep_reports
from tests import line
from tests.cast import Cast
from tests.intake.reporting import case_of, report, reported
from tests.intake.test_cases import later

PAGE = "https://forum.example.org/t/1"
OTHER = "https://forum.example.org/t/2"


def close(case: Case, cast: Cast) -> Case:
    cases.assign_case(actor=cast.ana.actor, case_id=case.id)
    judgements = [
        assessing.Judgement(item.id, Verdict.NOT_FOUND, "", HostKnownBy.UNKNOWN, "It is gone.")
        for item in case.items.addresses()
    ]
    assessing.assess_case(actor=cast.ana.actor, case_id=case.id, judgements=judgements)
    closing.close_case(
        actor=cast.ana.actor, case_id=case.id, outcome=ClosingOutcome.NOT_FOUND, reason="It is gone."
    )
    return line.agree_to_close(cast, case.id)


def acts(case: Case) -> list[str]:
    return [line.action for line in log.entries_for(object_id=case.id)]


def test_an_unknown_address_opens_a_case_with_the_team_that_reads_the_language(cast: Cast) -> None:
    case = reported(PAGE, language="en")
    assert (case.state, case.team, case.reports) == (CaseState.OPEN, cast.international, 1)
    assert acts(case) == ["case:open"]


def test_a_language_nobody_reads_goes_to_the_first_team(cast: Cast) -> None:
    assert reported(PAGE, language="hu").team == cast.international


def test_without_a_team_the_report_waits(db: None) -> None:
    made = report(PAGE)
    with pytest.raises(NoTeam):
        sort_report(made)
    sweep_reports()
    assert Report.objects.get(pk=made).state == "received"


def test_the_new_addresses_of_one_report_make_one_case(cast: Cast) -> None:
    case = reported(PAGE, OTHER)
    assert case.items.addresses().count() == 2
    assert case.reports == 1
    assert acts(case) == ["case:open"]


def test_a_known_address_joins_its_case_and_points_to_the_first_item(cast: Cast) -> None:
    case = reported(PAGE)
    again = reported(PAGE, language="en")
    assert again == case
    assert (again.reports, again.team) == (2, cast.romanian)
    assert again.items.filter(repeats__isnull=False).count() == 1
    assert acts(case) == ["case:open", "case:join"]


def test_a_reporter_counts_once_however_often_they_name_the_address(cast: Cast) -> None:
    thread = uuid4()
    case = reported(PAGE, PAGE + "#top", thread=thread)
    sort_report(report(PAGE, thread=thread, kind="", finished=False, found="once more"))
    case.refresh_from_db()
    assert case.reports == 1


def test_a_new_address_beside_a_known_one_gets_a_case_of_its_own(cast: Cast) -> None:
    case = reported(PAGE)
    made = report(PAGE, OTHER)
    sort_report(made)
    assert case_of(made, 0) == case
    assert case_of(made, 1) != case


def test_words_without_an_address_go_to_the_case_of_their_thread(cast: Cast) -> None:
    made = report(PAGE, "a person who was mentioned in words only")
    sort_report(made)
    assert case_of(made, 0) == case_of(made, 1)


def test_words_alone_open_a_case_and_never_join_another(cast: Cast) -> None:
    words = "a person who was mentioned in words only"
    assert reported(words) != reported(words)


def test_priority_rises_and_the_due_time_comes_nearer_but_never_falls(cast: Cast) -> None:
    case = reported(PAGE, kind="other")
    assert case.priority == Priority.LOW.rank
    risen = reported(PAGE, kind="grooming", danger=True)
    assert (risen.priority, risen.kind) == (Priority.DANGER.rank, "grooming")
    assert risen.due_at < case.due_at
    later = reported(PAGE, kind="other")
    assert (later.priority, later.due_at, later.kind) == (risen.priority, risen.due_at, "grooming")


def test_a_step_that_came_before_the_end_is_read(cast: Cast) -> None:
    thread = uuid4()
    made = report(PAGE, kind="", finished=False, thread=thread)
    record_step(thread=thread, name=Step.KIND, kind="sextortion", danger=True)
    complete_report(thread=thread, language="ro")
    sort_report(made)
    assert case_of(made).priority == Priority.DANGER.rank


def test_danger_told_after_the_sorting_still_brings_the_case_to_the_front(cast: Cast) -> None:
    case = reported(PAGE)
    made = Report.objects.get(items__case=case)
    record_step(thread=made.thread, name=Step.WHEN, danger=True)
    sort_report(made.id)
    raised = Case.objects.get(pk=case.id)
    assert (raised.priority, raised.state) == (Priority.DANGER.rank, CaseState.OPEN)
    assert raised.due_at < case.due_at
    assert acts(case) == ["case:open", "case:raise"]


def test_a_report_of_a_closed_case_opens_it_again_once(cast: Cast) -> None:
    case = close(reported(PAGE), cast)
    assert reported(PAGE).state == CaseState.OPEN
    again = reported(PAGE)
    assert (again.state, again.assignee, again.outcome, again.reports) == (CaseState.OPEN, None, "", 3)
    assert acts(case).count("case:reopen") == 1


def test_after_a_second_closing_in_a_day_reports_only_count_unless_a_child_is_in_danger(cast: Cast) -> None:
    close(reported(PAGE), cast)
    close(reported(PAGE), cast)
    counted = reported(PAGE)
    assert (counted.state, counted.reports, counted.outcome) == (CaseState.CLOSED, 3, "not_found")
    assert acts(counted)[-1] == "case:join"
    assert reported(PAGE, danger=True).state == CaseState.OPEN


def test_a_day_later_a_report_opens_it_once_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    close(reported(PAGE), cast)
    closed = close(reported(PAGE), cast)
    later(monkeypatch, 25)
    assert reported(PAGE).state == CaseState.OPEN
    assert acts(closed).count("case:reopen") == 2


def test_danger_told_after_the_closing_opens_the_case_again_once(cast: Cast) -> None:
    case = close(reported(PAGE), cast)
    made = Report.objects.get(items__case=case)
    record_step(thread=made.thread, name=Step.WHEN, danger=True)
    for _time in range(2):
        sort_report(made.id)
    raised = Case.objects.get(pk=case.id)
    assert (raised.state, raised.priority, raised.reports) == (CaseState.OPEN, Priority.DANGER.rank, 1)
    assert acts(case).count("case:reopen") == 1


def test_nothing_new_is_added_to_a_case_that_was_assessed(cast: Cast) -> None:
    thread = uuid4()
    case = reported(PAGE, thread=thread)
    close(case, cast)
    more = reported(OTHER, thread=thread, kind="", finished=False)
    assert more != case


def test_sorting_twice_changes_nothing_more(cast: Cast) -> None:
    made = report(PAGE, OTHER)
    sort_report(made)
    before = list(log.entries_for())
    sort_report(made)
    for item in ReportedItem.objects.filter(report_id=made):
        sort_item(actor=log.SYSTEM, item_id=item.id)
    assert list(log.entries_for()) == before
    assert Report.objects.get(pk=made).state == "sorted"


def test_a_report_is_ready_when_it_is_finished_or_its_reporter_fell_silent(cast: Cast) -> None:
    finished, going = report(PAGE), report(OTHER, finished=False)
    now = timezone.now()
    assert ready_reports(now) == [finished]
    assert ready_reports(now + timedelta(minutes=14)) == [finished]
    assert ready_reports(now + timedelta(minutes=16)) == [finished, going]


def test_a_later_step_keeps_a_report_open_for_another_quarter_of_an_hour(cast: Cast) -> None:
    thread = uuid4()
    made = report(PAGE, kind="", finished=False, thread=thread)
    record_step(thread=thread, name=Step.KIND, kind="csam")
    at = Report.objects.get(pk=made).received_at + timedelta(minutes=15)
    assert made not in ready_reports(at)


def test_the_sweep_sorts_what_is_ready(cast: Cast) -> None:
    made = report(PAGE)
    sweep_reports()
    assert Report.objects.get(pk=made).state == "sorted"


@pytest.mark.commits
def test_many_workers_at_once_make_one_case_of_one_address(cast: Cast) -> None:
    made = [report(PAGE, OTHER, language=language) for language in ("ro", "en", "ro", "en")]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(_sort_and_leave, [*made, *made]))
    case = Case.objects.get()
    assert (case.reports, case.items.count(), case.items.addresses().count()) == (4, 8, 2)
    assert acts(case).count("case:open") == 1
    assert not Report.objects.exclude(state="sorted").exists()


def _sort_and_leave(report_id: UUID) -> None:
    try:
        sort_report(report_id)
    finally:
        connection.close()
