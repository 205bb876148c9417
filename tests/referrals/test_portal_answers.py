"""An agency's people answer in the portal: cover first, the document after receipt, a sentence after the end."""

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.utils import timezone

from audit import log
from referrals.models import Acknowledgement, Hold, Referral
from referrals.services.deadlines import expire
from tests import line
from tests.doors import DoorClient
from tests.referrals import after
from tests.referrals.replying import bring

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db
ADDRESS = "https://www.example.net/seen/after/receipt"
DEFANGED = "hxxps://www[.]example[.]net/seen/after/receipt"


@pytest.fixture
def sent(cast: "Cast") -> Referral:
    return line.a_sent_referral(cast, ADDRESS)


@pytest.fixture
def pia(cast: "Cast") -> DoorClient:
    return DoorClient("partner").sign_in(cast.pia)


def page(client: DoorClient, referral: Referral) -> Any:
    return client.get(client.url("received", referral_id=referral.id))


def reply(client: DoorClient, referral: Referral, **given: str) -> Any:
    return client.submit(client.url("reply", referral_id=referral.id), **given)


def state_of(referral: Referral) -> str:
    return Referral.objects.values_list("state", flat=True).get(pk=referral.pk)


def test_before_receipt_there_is_the_cover_alone_and_after_it_the_document(
    pia: DoorClient, sent: Referral
) -> None:
    before = page(pia, sent).content.decode()
    assert DEFANGED not in before
    assert "1 × page" in before
    assert reply(pia, sent, answer="received").status_code == 302
    after_it = page(pia, sent).content.decode()
    assert DEFANGED in after_it
    assert ADDRESS not in after_it
    assert "We have received it" in after_it


def test_an_answer_is_recorded_with_the_person_and_their_agency(
    cast: "Cast", pia: DoorClient, sent: Referral
) -> None:
    reply(pia, sent, answer="accepted", reference="55-210")
    kept = Acknowledgement.objects.get()
    assert (state_of(sent), kept.source, kept.recorded_by) == ("accepted", "portal", None)
    assert log.entries_for(object_id=kept.id).get().actor == str(cast.pia.id)
    text = log.payloads([kept.last_event_id])[kept.last_event_id]
    assert (text["by_name"], text["unit"], text["reference"]) == ("Pia", "Police", "55-210")
    shown = page(pia, sent).content.decode()
    assert str(kept.last_event_id) in shown
    assert "your number 55-210" in shown


def test_what_our_people_typed_in_is_not_shown_to_them(cast: "Cast", pia: DoorClient, sent: Referral) -> None:
    line.acknowledge(cast, sent)
    shown = page(pia, sent).content.decode()
    assert line.OFFICER not in shown
    assert "Ana" not in shown


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Choose an answer"),
        ({"answer": "declined"}, "why it is not for you"),
        ({"answer": "needs_info"}, "what is missing"),
        ({"answer": "accepted", "outcome": "removed"}, "on which day"),
    ],
)
def test_what_is_missing_is_said(pia: DoorClient, sent: Referral, given: dict[str, str], says: str) -> None:
    answer = reply(pia, sent, **given)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert state_of(sent) == "sent"


def test_who_is_not_addressed_finds_nothing(cast: "Cast", sent: Referral) -> None:
    pavel = DoorClient("partner").sign_in(cast.pavel)
    assert page(pavel, sent).status_code == 404
    assert reply(pavel, sent, answer="received").status_code == 404
    assert not Acknowledgement.objects.exists()


def test_the_same_twice_is_one_answer(pia: DoorClient, sent: Referral) -> None:
    for _time in range(2):
        assert reply(pia, sent, answer="accepted").status_code == 302
    assert Acknowledgement.objects.count() == 1
    assert "Nothing was changed" in page(pia, sent).content.decode()


def test_an_answer_that_does_not_follow_is_refused(pia: DoorClient, sent: Referral) -> None:
    reply(pia, sent, answer="declined", words="Another unit.")
    answer = reply(pia, sent, answer="accepted")
    assert answer.status_code == 409
    assert "does not follow" in answer.content.decode()


def test_a_late_answer_is_marked(cast: "Cast", sent: Referral, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = sent.due_at + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    expire(referral_id=sent.id)
    pia = DoorClient("partner").sign_in(cast.pia)
    assert reply(pia, sent, answer="received").status_code == 302
    assert (state_of(sent), Acknowledgement.objects.get().late) == ("acknowledged", True)


def test_a_conclusion_ends_access(pia: DoorClient, sent: Referral) -> None:
    given = {"answer": "accepted", "outcome": "removed", "happened_on": timezone.localdate().isoformat()}
    assert reply(pia, sent, **given).status_code == 302
    assert state_of(sent) == "concluded"
    shown = page(pia, sent).content.decode()
    assert "concluded" in shown
    assert DEFANGED not in shown
    assert 'name="answer"' not in shown
    assert reply(pia, sent, answer="accepted").status_code == 409
    assert pia.submit(pia.url("collect", referral_id=sent.id)).status_code == 409
    assert sent.number not in pia.get(pia.url("inbox")).content.decode()


def test_a_withdrawal_shows_its_cover_and_takes_a_note(cast: "Cast", pia: DoorClient, sent: Referral) -> None:
    reply(pia, sent, answer="received")
    follow_up = after.withdrawn(cast, sent.case).follow_ups[0]
    assert sent.number in pia.get(pia.url("inbox")).content.decode()
    assert pia.submit(pia.url("collect", referral_id=sent.id)).status_code == 409
    assert reply(pia, sent, answer="accepted").status_code == 409
    bring(cast, follow_up)
    shown = page(pia, sent).content.decode()
    assert "taken this referral back" in shown
    assert "Withdrawal" in shown
    assert DEFANGED not in shown
    assert reply(pia, sent, answer="received", follow_up=str(follow_up.id)).status_code == 302
    follow_up.refresh_from_db()
    assert (follow_up.state, state_of(sent)) == ("acknowledged", "withdrawn")
    assert sent.number not in pia.get(pia.url("inbox")).content.decode()


def test_a_supplement_is_collected_and_answered_on_the_same_page(
    cast: "Cast", pia: DoorClient, sent: Referral
) -> None:
    reply(pia, sent, answer="received")
    (follow_up,) = after.supplemented(cast, sent.case)
    line.offer(follow_up.deliveries.get().id)
    assert "Supplement" in page(pia, sent).content.decode()
    which = {"follow_up": str(follow_up.id)}
    assert pia.submit(pia.url("collect", referral_id=sent.id), **which).status_code == 200
    assert reply(pia, sent, answer="accepted", **which).status_code == 302
    follow_up.refresh_from_db()
    assert (follow_up.state, state_of(sent)) == ("acknowledged", "accepted")


def test_the_police_decide_about_their_hold(pia: DoorClient, sent: Referral) -> None:
    until = timezone.localtime() + timedelta(days=5)
    given = {"hold": "longer", "hold_until": until.strftime("%Y-%m-%dT%H:%M")}
    assert reply(pia, sent, answer="accepted", **given).status_code == 302
    hold = Hold.objects.get()
    assert (hold.state, hold.agency_id) == ("set", sent.agency_id)
    assert reply(pia, sent, hold="release").status_code == 302
    hold.refresh_from_db()
    assert hold.state == "released"


@pytest.mark.commits
def test_of_two_at_once_one_wins(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    clients = [DoorClient("partner").sign_in(cast.pia) for _number in range(2)]
    barrier, seen = threading.Barrier(2), []

    def answer(client: DoorClient, given: dict[str, str]) -> None:
        barrier.wait()
        seen.append(reply(client, sent, **given).status_code)
        connections.close_all()

    given = ({"answer": "accepted"}, {"answer": "declined", "words": "Another unit."})
    threads = [threading.Thread(target=answer, args=pair) for pair in zip(clients, given, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == [302, 409]
    assert Acknowledgement.objects.filter(referral=sent).count() == 1
