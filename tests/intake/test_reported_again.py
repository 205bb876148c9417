"""A case that is with agencies and is reported again waits until a person has read the new report."""

import pytest

from audit.acts import Refusal
from intake.models import Case, Report
from intake.services import cases, queue
from intake.services.reports import Step, record_step
from intake.services.sorting import sort_report
from intake.states import CaseState, Priority
from referrals.services.referrals import close_reviewed_case
from tests import line
from tests.cast import Cast
from tests.doors import DoorClient
from tests.intake.reporting import report, reported, submit

PAGE = "https://forum.example.org/t/1"


@pytest.fixture
def desk(cast: Cast, desk_client: DoorClient) -> DoorClient:
    return desk_client.sign_in(cast.ana)


@pytest.fixture
def referred(cast: Cast) -> Case:
    return line.a_sent_referral(cast, PAGE).case


def first(cast: Cast, view: str = "waiting") -> Case:
    return queue.read(cast.ana, queue.Wish(view=view)).rows[0].case


def waits(cast: Cast, case: Case) -> bool:
    return case in [row.case for row in queue.read(cast.ana, queue.Wish()).rows]


@pytest.mark.parametrize("danger", [True, False])
def test_it_is_in_the_queue_until_a_person_has_read_it(
    cast: Cast, desk: DoorClient, referred: Case, *, danger: bool
) -> None:
    line.a_case(kind="other")
    assert not waits(cast, referred)
    again = reported(PAGE, danger=danger)
    assert (again, again.state) == (referred, CaseState.REFERRED)
    assert first(cast) == referred
    found = queue.read(cast.ana, queue.Wish())
    assert found.counts["waiting"] == sum(found.due.values()) == 2
    assert found.counts["danger"] == danger
    assert "reported again" in desk.get(desk.url("queue")).content.decode()
    page = desk.get(desk.url("case", case_id=referred.id)).content.decode()
    assert "If a child is in danger, call the agency now." in page
    assert submit(desk, desk.url("heed", case_id=referred.id)).status_code == 302
    assert not waits(cast, referred)
    assert "I have read it" not in desk.get(desk.url("case", case_id=referred.id)).content.decode()
    assert submit(desk, desk.url("heed", case_id=referred.id)).status_code == 409


def test_it_is_due_as_the_new_report_is(cast: Cast, referred: Case) -> None:
    before = Case.objects.get(pk=referred.pk).due_at
    again = reported(PAGE, kind="other")
    assert again.due_at > before
    assert reported(PAGE, danger=True).due_at < before


def test_a_report_from_before_the_referral_that_is_sorted_after_it_is_new(cast: Cast) -> None:
    case = line.a_confirmed_case(cast, PAGE)
    early = report(PAGE)
    line.refer(cast, case)
    sort_report(early)
    assert waits(cast, case)


def test_danger_told_after_the_referral_is_new_once(cast: Cast, referred: Case) -> None:
    made = Report.objects.get(items__case=referred)
    record_step(thread=made.thread, name=Step.WHEN, danger=True)
    sort_report(made.id)
    assert first(cast, "danger") == referred
    cases.heed_reports(actor=cast.ana.actor, case_id=referred.id)
    sort_report(made.id)
    assert not waits(cast, referred)


def test_sorting_the_new_report_twice_does_not_bring_it_back(cast: Cast, referred: Case) -> None:
    again = report(PAGE, danger=True)
    sort_report(again)
    cases.heed_reports(actor=cast.ana.actor, case_id=referred.id)
    sort_report(again)
    assert not waits(cast, referred)


def test_an_answer_of_the_agency_does_not_hide_it_and_it_is_not_closed_unread(cast: Cast) -> None:
    referral = line.a_sent_referral(cast, PAGE)
    reported(PAGE, danger=True)
    line.acknowledge(cast, referral)
    line.conclude(cast, referral)
    case = Case.objects.get(pk=referral.case_id)
    assert first(cast) == case
    assert case.priority == Priority.DANGER.rank
    with pytest.raises(Refusal, match="Read the new report first"):
        close_reviewed_case(actor=cast.ana.actor, case_id=case.id, reason=line.REASON)
    cases.heed_reports(actor=cast.ana.actor, case_id=case.id)
    close_reviewed_case(actor=cast.ana.actor, case_id=case.id, reason=line.REASON)
    assert line.agree_to_close(cast, case.id).state == "closed"
