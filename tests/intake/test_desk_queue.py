"""The queue and my work through the front door."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intake.models import Case
from intake.services import cases, queue
from tests.cast import Cast
from tests.doors import DoorClient
from tests.intake.reporting import reported, submit
from tests.intake.test_cases import assessed


@pytest.fixture
def desk(cast: Cast, desk_client: DoorClient) -> DoorClient:
    return desk_client.sign_in(cast.ana)


def page(desk: DoorClient, query: str = "") -> str:
    response = desk.get(desk.url("queue") + query)
    assert response.status_code == 200
    return str(response.content.decode())


def address(number: int) -> str:
    return f"https://forum.example.org/t/{number}"


def test_the_queue_is_empty_and_says_why_that_is_good(desk: DoorClient) -> None:
    assert "No case waits" in page(desk)


def test_addresses_stand_defanged_and_are_never_links(desk: DoorClient) -> None:
    reported(address(1))
    shown = page(desk)
    assert "hxxps://" in shown
    assert "forum[.]example[.]org" in shown
    assert "https://forum.example.org" not in shown


def test_danger_comes_first_and_no_filter_hides_it(desk: DoorClient) -> None:
    low, danger = reported(address(1), kind="other"), reported(address(2), kind="grooming", danger=True)
    shown = page(desk, "?kind=csam&priority=low")
    assert danger.number in shown
    assert low.number not in shown
    assert page(desk).index(danger.number) < page(desk).index(low.number)


def test_the_cases_of_another_team_are_not_there(desk: DoorClient) -> None:
    theirs = reported(address(1), language="en")
    assert theirs.number not in page(desk)


def test_a_filter_that_nobody_knows_still_gives_a_page(desk: DoorClient) -> None:
    number = reported(address(1)).number
    assert number in page(desk, "?view=nothing&team=x&kind=y&priority=z&after=forged")


def test_views_count_and_hold_what_they_say(desk: DoorClient, cast: Cast) -> None:
    mine, review, again = reported(address(1)), reported(address(2)), reported(address(3))
    reported(address(3))
    cases.assign_case(actor=cast.ana.actor, case_id=mine.id)
    assessed(review, cast.cleo)
    counts = queue.read(cast.ana, queue.Wish()).counts
    assert counts == {"waiting": 3, "mine": 1, "danger": 0, "late": 0, "again": 1, "review": 1}
    assert [row.case for row in queue.read(cast.ana, queue.Wish(view="again")).rows] == [again]
    assert review.number in page(desk, "?view=review")


def test_further_pages_follow_without_gap_or_repetition(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    everything = {reported(address(number)).number for number in range(5)}
    seen: list[str] = []
    cursor = ""
    while True:
        found = queue.read(cast.ana, queue.Wish(after=cursor))
        seen += [row.case.number for row in found.rows]
        cursor = found.next
        if not cursor:
            break
    assert len(seen) == 5
    assert set(seen) == everything


def test_counting_stops_where_it_no_longer_matters(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "COUNTED_AT_MOST", 2)
    for number in range(4):
        reported(address(number))
    assert queue.read(cast.ana, queue.Wish()).counts["waiting"] == 3


def test_a_full_queue_asks_the_database_as_often_as_an_empty_one(desk: DoorClient, cast: Cast) -> None:
    reported(address(0))
    page(desk)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(desk)
    for number in range(1, 9):
        assessed(reported(address(number), address(number + 100)), cast.ana if number % 2 else cast.cleo)
    with CaptureQueriesContext(connection) as many:
        page(desk)
    assert len(many) == len(few)


def test_the_next_case_is_taken_with_one_button(desk: DoorClient, cast: Cast) -> None:
    case = reported(address(1))
    response = submit(desk, desk.url("take_next"))
    assert response.status_code == 302
    assert response["Location"] == desk.url("case", case_id=case.id)
    assert Case.objects.get().assignee == cast.ana
    assert f"{case.number} is yours until" in desk.get(response["Location"]).content.decode()


def test_when_nothing_waits_the_button_says_so(desk: DoorClient) -> None:
    response = submit(desk, desk.url("take_next"))
    assert response.status_code == 409
    assert "No case waits to be taken" in response.content.decode()


def test_an_act_is_a_post(desk: DoorClient) -> None:
    case = reported(address(1))
    assert desk.get(desk.url("take_next")).status_code == 405
    assert desk.get(desk.url("take_case", case_id=case.id)).status_code == 405
    assert Case.objects.get().assignee is None


def test_my_work_holds_what_i_have_and_what_i_may_review(desk: DoorClient, cast: Cast) -> None:
    mine, review, own = reported(address(1)), reported(address(2)), reported(address(3))
    cases.assign_case(actor=cast.ana.actor, case_id=mine.id)
    assessed(review, cast.cleo)
    assessed(own, cast.ana)
    held, waiting = queue.my_work(cast.ana)
    assert {row.case for row in held} == {mine, own}
    assert [row.case for row in waiting] == [review]
    assert mine.number in desk.get(desk.url("my_work")).content.decode()
