"""Handing a case on and deciding about it, through the front door."""

from collections.abc import Callable
from typing import Any

import pytest

from audit import log
from intake.models import Case, Note
from intake.states import CaseState
from tests import line
from tests.cast import Cast
from tests.doors import DoorClient
from tests.intake.reporting import submit

Made = Callable[[Cast], Case]
WHY = {"reason": "For a reason."}
# Who does what to which case, the button that leads there, and the state in which the case is afterwards.
DEEDS: dict[str, tuple[str, Made, dict[str, str], CaseState]] = {
    "take_over": ("ana", line.a_case_of_somebody_else, WHY, CaseState.ASSIGNED),
    "close_case": (
        "ana",
        lambda cast: line.an_assessed_case(cast, verdict="not_found", country=""),
        WHY | {"outcome": "not_found"},
        CaseState.ASSESSED,
    ),
    "reject_case": ("ana", line.a_taken_case, WHY | {"outcome": "spam"}, CaseState.ASSIGNED),
    "decide_closure": ("cleo", line.a_case_to_be_closed, {"agrees": "yes"}, CaseState.CLOSED),
    "reopen_case": ("ana", line.a_closed_case, WHY, CaseState.OPEN),
    "review_later": ("cleo", line.a_case_confirmed_alone, {"agrees": "yes"}, CaseState.CONFIRMED),
    "send_back": ("ana", line.a_confirmed_case, WHY, CaseState.ASSIGNED),
    "agree_after_all": ("cleo", line.a_disputed_case, WHY, CaseState.CONFIRMED),
    "decide_dispute": ("cleo", line.a_disputed_case, WHY | {"upholds": "yes"}, CaseState.CONFIRMED),
}


def in_danger(cast: Cast) -> Case:
    """Assessed by Ana; nobody has reviewed it."""
    from intake.services.undo import undo

    return undo(actor=cast.ana.actor, case_id=line.a_case_confirmed_alone(cast).id)


DEEDS["confirm_alone"] = ("ana", in_danger, WHY, CaseState.CONFIRMED)


def see(desk: DoorClient, route: str, case: Case) -> str:
    response = desk.get(desk.url(route, case_id=case.id))
    assert response.status_code == 200
    return str(response.content.decode())


def send(desk: DoorClient, route: str, case: Case, data: dict[str, str] | None = None) -> Any:
    return submit(desk, desk.url(route, case_id=case.id), data)


@pytest.mark.parametrize("route", DEEDS)
def test_the_case_offers_it_the_form_asks_for_it_and_it_is_done_once(
    cast: Cast, desk_client: DoorClient, route: str
) -> None:
    who, make, given, after = DEEDS[route]
    case = make(cast)
    desk = desk_client.sign_in(cast.people[who])
    link = f'href="{desk.url(route, case_id=case.id)}"'
    assert link in see(desk, "case", case)
    assert '<form class="card stack" method="post">' in see(desk, route, case)
    assert send(desk, route, case).status_code == 422
    assert send(desk, route, case, given).status_code == 302
    case.refresh_from_db()
    assert case.state == after
    assert link not in see(desk, "case", case)
    again = send(desk, route, case, given)
    assert again.status_code == 409
    assert "What you typed is kept." in again.content.decode()
    assert '<form class="card stack" method="post">' not in see(desk, route, case)


@pytest.mark.parametrize("route", [*DEEDS, "write_note"])
def test_the_case_of_another_team_is_not_there(cast: Cast, desk_client: DoorClient, route: str) -> None:
    case = line.a_taken_case(cast)
    bo = desk_client.sign_in(cast.bo)
    assert bo.get(bo.url(route, case_id=case.id)).status_code == 404
    assert send(bo, route, case, WHY).status_code == 404


def test_an_analyst_never_comes_to_the_page_of_a_dispute(cast: Cast, desk_client: DoorClient) -> None:
    case = line.a_disputed_case(cast)
    ana = desk_client.sign_in(cast.ana)
    assert ana.get(ana.url("decide_dispute", case_id=case.id)).status_code == 404
    assert "Two people disagree about this case. A supervisor decides." in see(ana, "case", case)


def test_undo_stands_on_the_case_with_its_minutes_and_works_once(cast: Cast, desk_client: DoorClient) -> None:
    case = line.an_assessed_case(cast)
    ana = desk_client.sign_in(cast.ana)
    assert "Undo the assessment (15 min)" in see(ana, "case", case)
    assert send(ana, "undo_case", case).status_code == 302
    case.refresh_from_db()
    assert case.state == CaseState.ASSIGNED
    assert "Undo the assessment" not in see(ana, "case", case)
    assert send(ana, "undo_case", case).status_code == 409


def test_a_note_is_kept_sealed_and_read_on_the_case(cast: Cast, desk_client: DoorClient) -> None:
    case = line.a_taken_case(cast)
    ana = desk_client.sign_in(cast.ana)
    assert "Nobody has written a note." in see(ana, "case", case)
    assert send(ana, "write_note", case, {"text": " "}).status_code == 422
    assert send(ana, "write_note", case, {"text": "x" * 4001}).status_code == 422
    assert send(ana, "write_note", case, {"text": "The platform answers at <b>night</b>."}).status_code == 302
    shown = see(ana, "case", case)
    assert "The platform answers at &lt;b&gt;night&lt;/b&gt;." in shown
    entry = log.entries_for(action="note:write").get()
    assert b"platform" not in bytes(entry.entry)
    assert "platform" not in str(list(Note.objects.values()))


def test_a_picture_typed_in_as_a_note_is_refused_and_not_shown_again(
    cast: Cast, desk_client: DoorClient
) -> None:
    case = line.a_taken_case(cast)
    ana = desk_client.sign_in(cast.ana)
    typed = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    answer = send(ana, "write_note", case, {"text": typed})
    assert answer.status_code == 422
    assert "iVBORw0KGgo" not in answer.content.decode()
    assert not Note.objects.exists()


def test_an_owed_review_is_seen_in_the_queue_and_on_the_case(cast: Cast, desk_client: DoorClient) -> None:
    case = line.a_case_confirmed_alone(cast)
    cleo = desk_client.sign_in(cast.cleo)
    assert "Review owed by" in see(cleo, "case", case)
    assert "A review is owed by" in see(cleo, "case", case)
    queue = cleo.get(cleo.url("queue") + "?view=review").content.decode()
    assert "Review owed by" in queue
    assert case.number in cleo.get(cleo.url("my_work")).content.decode()


def test_a_waived_review_is_said_where_it_matters(cast: Cast, desk_client: DoorClient) -> None:
    line.a_policy(cast, "second_review", "waived")
    case = line.an_assessed_case(cast)
    ana = desk_client.sign_in(cast.ana)
    for route in ("case", "confirm_alone", "review"):
        shown = see(ana, route, case)
        assert "The second review is waived here" in shown, route
        assert line.REASON in shown, route
    assert send(ana, "confirm_alone", case).status_code == 302
