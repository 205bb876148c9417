"""A case through the front door: reading, taking, assessing, reviewing, closing."""

from typing import Any

import pytest

from audit import log
from intake.models import Case
from intake.schemes import Verdict
from intake.services import cases, closing
from intake.states import CaseState
from tests.cast import Cast
from tests.doors import DoorClient
from tests.intake.reporting import report, reported, submit
from tests.intake.test_cases import assessed, judge
from tests.line import TYPED

PAGE = "https://forum.example.org/t/1"
OTHER = "https://forum.example.org/t/2"


@pytest.fixture
def case(cast: Cast) -> Case:
    return reported(PAGE, OTHER, found="I saw this in a group.", kind="grooming", danger=True)


@pytest.fixture
def desk(cast: Cast, desk_client: DoorClient) -> DoorClient:
    return desk_client.sign_in(cast.ana)


def see(desk: DoorClient, route: str, case: Case) -> str:
    response = desk.get(desk.url(route, case_id=case.id))
    assert response.status_code == 200
    return str(response.content.decode())


def answers(case: Case, **changed: str) -> dict[str, str]:
    """What a person types for every address."""
    given = {"verdict": "national_csam", "country": "ro", "known_by": "lookup", "reason": "Seen."}
    given |= TYPED | changed
    return {
        f"item-{item.id}-{name}": value for item in case.items.addresses() for name, value in given.items()
    }


def send(desk: DoorClient, route: str, case: Case, data: dict[str, str] | None = None) -> Any:
    return submit(desk, desk.url(route, case_id=case.id), data)


def state(case: Case) -> str:
    return str(Case.objects.get(pk=case.pk).state)


def test_the_page_shows_what_is_known_and_that_it_was_read(desk: DoorClient, case: Case, cast: Cast) -> None:
    shown = see(desk, "case", case)
    for words in (
        "forum[.]example[.]org",
        "2 items",
        "I saw this in a group.",
        "Danger now",
        "A case was opened",
    ):
        assert words in shown
    assert "A child is in danger now, the reporter says." in shown
    assert PAGE not in shown
    assert log.entries_for(action="case:read", object_id=case.id, actor=str(cast.ana.id)).count() == 1
    assert "The case was read" not in see(desk, "case", case)


def test_a_step_that_came_after_sorting_is_on_the_page(desk: DoorClient, cast: Cast) -> None:
    from intake.models import Report
    from intake.services.reports import Step, record_step
    from intake.services.sorting import sort_report

    made = report(PAGE, kind="", finished=False)
    sort_report(made)
    record_step(thread=Report.objects.get(pk=made).thread, name=Step.KIND, kind="grooming", danger=True)
    assert "A child is in danger now, the reporter says." in see(desk, "case", Case.objects.get())


@pytest.mark.parametrize("route", ["case", "assess", "review", "close_case"])
def test_the_case_of_another_team_is_not_there(
    desk_client: DoorClient, cast: Cast, case: Case, route: str
) -> None:
    bo = desk_client.sign_in(cast.bo)
    assert bo.get(bo.url(route, case_id=case.id)).status_code == 404
    assert log.entries_for(action="case:refuse", actor=str(cast.bo.id)).count() == 1


@pytest.mark.parametrize("route", ["take_case", "release_case", "start_review"])
def test_nobody_acts_on_the_case_of_another_team(
    desk_client: DoorClient, cast: Cast, case: Case, route: str
) -> None:
    assert send(desk_client.sign_in(cast.bo), route, case).status_code == 404


def test_taking_and_giving_back(desk: DoorClient, case: Case) -> None:
    assert send(desk, "take_case", case).status_code == 302
    assert state(case) == CaseState.ASSIGNED
    assert "Give it back" in see(desk, "case", case)
    assert send(desk, "release_case", case).status_code == 302
    assert state(case) == CaseState.OPEN


def test_a_case_that_somebody_has_is_refused_in_plain_words(desk: DoorClient, case: Case, cast: Cast) -> None:
    cases.assign_case(actor=cast.cleo.actor, case_id=case.id)
    assert "Take this case" not in see(desk, "case", case)
    response = send(desk, "take_case", case)
    assert response.status_code == 409
    assert "Cleo has this case until" in response.content.decode()


def test_assessing_through_the_form(desk: DoorClient, case: Case, cast: Cast) -> None:
    send(desk, "take_case", case)
    assert send(desk, "assess", case, answers(case)).status_code == 302
    assert state(case) == CaseState.ASSESSED
    shown = see(desk, "case", case)
    assert "National CSAM" in shown
    assert "Romania" in shown
    assert "A second person must review." in shown


def test_what_is_missing_is_said_by_item_and_what_was_typed_is_kept(desk: DoorClient, case: Case) -> None:
    send(desk, "take_case", case)
    data = answers(case, reason="Seen on the front page.")
    second = case.items.addresses()[1]
    data[f"item-{second.id}-verdict"] = ""
    response = send(desk, "assess", case, data)
    shown = response.content.decode()
    assert response.status_code == 422
    assert "Item 2: Choose a verdict" in shown
    assert f'href="#id_item-{second.id}-verdict"' in shown
    assert shown.count("Seen on the front page.") == 2
    assert state(case) == CaseState.ASSIGNED


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("RO", "RO"), ("romania", "RO"), ("ro Romania", "RO"), ("unknown", ""), ("UNKNOWN", "")],
)
def test_a_country_is_understood_by_code_name_or_unknown(
    desk: DoorClient, case: Case, typed: str, kept: str
) -> None:
    send(desk, "take_case", case)
    assert send(desk, "assess", case, answers(case, country=typed)).status_code == 302
    assert set(case.assessments.values_list("hosting_country", flat=True)) == {kept}


@pytest.mark.parametrize("typed", ["XX", "Atlantis", "R", "roman", "", "🇷🇴"])
def test_a_country_nobody_knows_is_refused(desk: DoorClient, case: Case, typed: str) -> None:
    send(desk, "take_case", case)
    assert send(desk, "assess", case, answers(case, country=typed)).status_code == 422


def test_when_somebody_was_faster_the_page_says_who_and_keeps_the_text(
    desk: DoorClient, case: Case, cast: Cast
) -> None:
    assessed(case, cast.cleo)
    response = send(desk, "assess", case, answers(case, reason="My own words."))
    shown = response.content.decode()
    assert response.status_code == 409
    assert "Cleo assessed this case at" in shown
    assert "What you typed is kept." in shown
    assert "My own words." in shown


def test_an_address_that_came_while_typing_is_asked_for(desk: DoorClient, case: Case, cast: Cast) -> None:
    send(desk, "take_case", case)
    data = answers(case)
    thread = case.items.addresses()[0].report.thread
    reported("https://forum.example.org/t/3", thread=thread, kind="", finished=False)
    response = send(desk, "assess", case, data)
    assert response.status_code == 422
    assert "Item 3: Choose a verdict" in response.content.decode()


def test_the_second_person_reviews_and_confirms(desk: DoorClient, case: Case, cast: Cast) -> None:
    assessed(case, cast.cleo)
    assert "Start the review" in see(desk, "case", case)
    response = send(desk, "start_review", case)
    assert response["Location"] == desk.url("review", case_id=case.id)
    assert "Seen." in see(desk, "review", case)
    assert send(desk, "review", case, {"agrees": "yes"}).status_code == 302
    assert state(case) == CaseState.CONFIRMED
    assert "Ana agreed." in see(desk, "case", case)


def test_a_review_needs_a_word_and_a_no_needs_a_reason(desk: DoorClient, case: Case, cast: Cast) -> None:
    assessed(case, cast.cleo)
    send(desk, "start_review", case)
    assert "Choose yes or no" in send(desk, "review", case).content.decode()
    assert send(desk, "review", case, {"agrees": "no"}).status_code == 422
    assert send(desk, "review", case, {"agrees": "no", "reason": "Another law."}).status_code == 302
    assert state(case) == CaseState.ASSIGNED
    shown = see(desk, "case", case)
    assert "The second person did not agree" in shown
    assert "Another law." in shown


def test_nobody_reviews_their_own_assessment(desk: DoorClient, case: Case, cast: Cast) -> None:
    assessed(case, cast.ana)
    response = send(desk, "start_review", case)
    assert response.status_code == 409
    assert "You cannot review your own assessment. Cleo can." in response.content.decode()


def test_closing_a_case_in_which_nothing_illegal_was_found(desk: DoorClient, case: Case, cast: Cast) -> None:
    assessed(case, cast.ana, Verdict.NOT_FOUND)
    assert "Close the case" in see(desk, "case", case)
    assert send(desk, "close_case", case).status_code == 422
    assert send(desk, "close_case", case, {"outcome": "national_csam", "reason": "x"}).status_code == 422
    assert (
        send(desk, "close_case", case, {"outcome": "not_found", "reason": "It is gone."}).status_code == 302
    )
    closing.decide_closure(actor=cast.cleo.actor, case_id=case.id, agrees=True)
    shown = see(desk, "case", case)
    assert "This case is closed." in shown
    assert "It is gone." in shown


def test_a_form_that_would_be_refused_says_so_before_anybody_types(desk: DoorClient, case: Case) -> None:
    assert "Take it first" in see(desk, "assess", case)
    assert "does not wait for a review" in see(desk, "review", case)
    assert "can be closed here" in see(desk, "close_case", case)


def test_a_review_that_nobody_began_waits_and_can_be_started_there(
    desk: DoorClient, case: Case, cast: Cast
) -> None:
    assessed(case, cast.cleo)
    shown = see(desk, "review", case)
    assert "This case waits for a review, and nobody has begun it." in shown
    assert f'action="{desk.url("start_review", case_id=case.id)}"' in shown
    assert "does not wait for a review" not in shown
    early = send(desk, "review", case, {"agrees": "yes"})
    assert early.status_code == 409
    assert "Start the review first." in early.content.decode()
    assert state(case) == CaseState.ASSESSED


def test_an_assessor_at_the_page_of_the_review_hears_who_can(
    desk: DoorClient, case: Case, cast: Cast
) -> None:
    assessed(case, cast.ana)
    shown = see(desk, "review", case)
    assert "You cannot review your own assessment. Cleo can." in shown
    assert "Start the review" not in shown


@pytest.mark.parametrize(
    "stage", [CaseState.OPEN, CaseState.ASSIGNED, CaseState.IN_REVIEW, CaseState.CONFIRMED]
)
def test_every_stage_has_a_page(desk: DoorClient, case: Case, cast: Cast, stage: CaseState) -> None:
    if stage != CaseState.OPEN:
        cases.assign_case(actor=cast.cleo.actor, case_id=case.id)
    if stage in {CaseState.IN_REVIEW, CaseState.CONFIRMED}:
        judge(case, cast.cleo)
        cases.start_review(actor=cast.ana.actor, case_id=case.id)
    if stage == CaseState.CONFIRMED:
        cases.review_assessment(actor=cast.ana.actor, case_id=case.id, agrees=True)
    assert case.number in see(desk, "case", case)
    assert state(case) == stage
