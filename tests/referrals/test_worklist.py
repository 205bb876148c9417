"""The work list: what waits for a person after sending, with what to do, and nothing else."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intake.services import closing
from intake.services.corrections import reassess
from intake.states import ClosingOutcome
from referrals.services import deadlines, worklist
from referrals.states import AttemptResult
from tests import line
from tests.doors import DoorClient
from tests.referrals import after
from tests.referrals.test_health import broken

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast: "Cast", desk_client: DoorClient) -> DoorClient:
    return desk_client.sign_in(cast.ana)


def page(desk: DoorClient) -> str:
    found: Any = desk.get(desk.url("worklist"))
    body: str = found.content.decode()
    return body.split("<main")[1]


def later(monkeypatch: pytest.MonkeyPatch, moment: Any) -> None:
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_when_nothing_waits_the_page_is_calm(cast: "Cast", desk: DoorClient) -> None:
    line.a_sent_referral(cast)
    assert "Nothing waits for you here" in page(desk)
    assert worklist.waiting(cast.ana) == 0


def test_what_failed_says_what_happened_and_what_to_do(cast: "Cast", desk: DoorClient) -> None:
    referral = line.a_referral(cast)
    broken(referral, AttemptResult.FIX_CONFIG)
    (row,) = worklist.worklist(cast.ana).failed
    assert row.referral == referral
    shown = page(desk)
    for said in (
        "Failed",
        referral.number,
        "is not set up as it should be",
        "Correct the terms of the agency",
    ):
        assert said in shown
    assert desk.url("send_again", referral_id=referral.id) in shown
    assert worklist.waiting(cast.ana) == 1


def test_what_is_late_stands_there_until_somebody_cares_and_after(
    cast: "Cast", desk: DoorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = line.a_sent_referral(cast)
    later(monkeypatch, sent.due_at + timedelta(hours=2))
    desk.sign_in(cast.ana)
    deadlines.expire(referral_id=sent.id)
    deadlines.escalate(referral_id=sent.id)
    shown = page(desk)
    assert "Late 2 h" in shown
    assert "A supervisor is asked" in shown
    assert desk.submit(desk.url("take_care", referral_id=sent.id)).status_code == 302
    assert "Ana sees to this." in page(desk)


def test_whom_to_remind_stands_there_until_it_is_written_down(
    cast: "Cast", desk: DoorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = line.a_sent_referral(cast)
    later(monkeypatch, sent.confirmed_at + (sent.due_at - sent.confirmed_at) * 0.8)
    desk.sign_in(cast.ana)
    deadlines.remind(referral_id=sent.id)
    assert "Remind them" in page(desk)
    url = desk.url("reminded", referral_id=sent.id)
    assert desk.submit(url, how="phone", by_name="", words="").status_code == 422
    assert desk.submit(url, how="phone", by_name="Duty desk", words="It is due soon.").status_code == 302
    assert "Remind them" not in page(desk)


def test_who_was_told_otherwise_stands_there_until_corrected(cast: "Cast", desk: DoorClient) -> None:
    sent = line.a_sent_referral(cast)
    after.found_otherwise(cast, sent.case)
    shown = page(desk)
    assert "Referrals that said otherwise" in shown
    assert "They were told: Other illegal CSEA, RO. It says now: National CSAM, DE." in shown
    assert desk.url("correct", case_id=sent.case_id) in shown
    after.corrected(cast, sent.case)
    assert "Nothing waits for you here" in page(desk)


def test_a_second_person_is_asked_and_never_the_first(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    reassess(
        actor=cast.ana.actor,
        case_id=sent.case_id,
        judgements=line.judgements_of(sent.case, verdict="national_csam"),
    )
    assert worklist.worklist(cast.ana).owed == []
    assert worklist.worklist(cast.cleo).owed == [sent.case]
    case = line.an_assessed_case(cast, verdict="not_illegal")
    closing.close_case(
        actor=cast.ana.actor, case_id=case.id, outcome=ClosingOutcome.NOT_ILLEGAL, reason=line.REASON
    )
    assert worklist.worklist(cast.ana).closings == []
    assert [asked.case for asked in worklist.worklist(cast.cleo).closings] == [case]


def test_another_team_is_not_asked(cast: "Cast") -> None:
    broken(line.a_referral(cast), AttemptResult.ASK_HUMAN)
    assert worklist.worklist(cast.bo).count == 0
    assert worklist.waiting(cast.bo) == 0


def test_the_number_beside_the_link_is_what_the_page_lists(cast: "Cast", desk: DoorClient) -> None:
    broken(line.a_referral(cast), AttemptResult.ASK_HUMAN)
    after.found_otherwise(cast, line.a_sent_referral(cast).case)
    found = worklist.worklist(cast.ana)
    assert found.count == worklist.waiting(cast.ana) == 2
    assert f">{found.count}<" in desk.get(desk.url("queue")).content.decode().split("<main")[0]


def test_the_number_of_questions_does_not_grow(cast: "Cast") -> None:
    worklist.worklist(cast.ana)
    counted = []
    for _more in range(2):
        broken(line.a_referral(cast), AttemptResult.ASK_HUMAN)
        after.found_otherwise(cast, line.a_sent_referral(cast).case)
        with CaptureQueriesContext(connection) as asked:
            worklist.worklist(cast.ana)
        counted.append(len(asked))
    assert counted[0] == counted[1]
