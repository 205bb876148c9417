"""An agency answers by its link: without an account, without a cookie; whoever else tries learns nothing."""

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.core import signing
from django.db import connections
from django.utils import timezone

from audit import log
from audit.verify import verify
from project.people import let_go
from referrals.models import Acknowledgement, AnswerLink, Hold, Message, Outcome, Referral
from referrals.services import links
from referrals.services.deadlines import expire
from referrals.states import Answer, FollowUpKind
from tests import line
from tests.doors import DoorClient
from tests.referrals import after
from tests.referrals.replying import WHO, bring, link_of, open_page, path_of, send, sent_to_another, told

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db
ADDRESS = "https://www.example.net/kept/behind/the/cover"
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


@pytest.fixture
def sent(cast: "Cast") -> Referral:
    return line.a_sent_referral(cast, ADDRESS)


@pytest.fixture
def link(sent: Referral) -> AnswerLink:
    return link_of(sent)


def body(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def state_of(referral: Referral) -> str:
    return Referral.objects.values_list("state", flat=True).get(pk=referral.pk)


def test_reading_changes_nothing_and_shows_the_cover_alone(sent: Referral, link: AnswerLink) -> None:
    before = log.entries_for().count()
    answer = open_page(link)
    page = body(answer)
    assert answer.status_code == 200
    assert sent.number in page
    assert "1 × page" in page
    assert "example[.]net" not in page
    assert "example.net" not in page
    assert answer.cookies == {}
    assert answer["Referrer-Policy"] == "no-referrer"
    assert log.entries_for().count() == before
    assert state_of(sent) == "sent"


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"answer": "received"}, "acknowledged"),
        ({"answer": "accepted", "reference": "55-210"}, "accepted"),
        ({"answer": "declined", "words": "Another unit."}, "declined"),
        ({"answer": "needs_info", "words": "Which week?"}, "needs_info"),
    ],
)
def test_an_answer_is_recorded_with_who_gave_it(
    sent: Referral, link: AnswerLink, given: dict[str, str], state: str
) -> None:
    answer = send(link, **given)
    assert answer.status_code == 200
    assert state_of(sent) == state
    kept = Acknowledgement.objects.get(referral=sent)
    assert (kept.source, kept.recorded_by, kept.late) == ("link", None, False)
    text = log.payloads([kept.last_event_id])[kept.last_event_id]
    assert (text["by_name"], text["unit"], text["contact"]) == tuple(WHO.values())
    entry = log.entries_for(object_id=kept.id).get()
    assert entry.actor == f"link:{link.id}"
    assert f'"agency":"{sent.agency_id}"' in bytes(entry.entry).decode()
    assert WHO["name"] not in bytes(entry.entry).decode()
    assert str(kept.last_event_id) in body(answer)
    assert answer.cookies == {}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Choose an answer"),
        ({"answer": "everything"}, "not one of the available choices"),
        ({"answer": "declined"}, "why it is not for you"),
        ({"answer": "needs_info", "words": "  "}, "Say what is missing"),
        ({"answer": "received", "name": ""}, "Your name"),
        ({"answer": "received", "unit": ""}, "Your organisation"),
        ({"answer": "received", "contact": "at the desk"}, "e-mail address or a phone number"),
        ({"answer": "received", "contact": "@"}, "e-mail address or a phone number"),
        ({"answer": "received", "contact": "me@, call 12"}, "e-mail address or a phone number"),
        ({"answer": "received", "name": PNG}, "cannot keep pictures"),
        ({"answer": "received", "words": f"data:image/png;base64,{PNG}"}, "cannot keep pictures"),
        ({"answer": "received", "words": "a" * 2001}, "2000 characters"),
        ({"answer": "received", "outcome": "removed"}, "on which day"),
        ({"answer": "received", "hold": "longer"}, "until when"),
        ({"answer": "received", "hold": "longer", "hold_until": "2020-01-01T10:00"}, "over already"),
    ],
)
def test_what_is_missing_is_said_beside_what_was_typed(
    sent: Referral, link: AnswerLink, given: dict[str, str], says: str
) -> None:
    answer = send(link, **given)
    assert answer.status_code == 422
    assert says in body(answer)
    assert PNG not in body(answer)
    assert state_of(sent) == "sent"
    assert not Acknowledgement.objects.exists()


def bad_tokens(link: AnswerLink) -> dict[str, str]:
    good = links.token_of(link)
    return {
        "nothing signed": "hello",
        "an id alone": link.id.hex,
        "another signature": good[:-2] + ("AA" if good[-2:] != "AA" else "BB"),
        "another id": uuid4().hex + good[32:],
        "another salt": signing.Signer(salt="else", sep=".").sign(link.id.hex),
        "no such link": signing.Signer(salt=links.SALT, sep=".").sign(uuid4().hex),
        "no id": signing.Signer(salt=links.SALT, sep=".").sign("x"),
        "cut": good[:-1],
        "longer": good + "A",
        "very long": "a" * 5000,
        "only the separator": ".",
    }


def test_whatever_is_wrong_with_a_link_it_looks_the_same(
    link: AnswerLink, django_assert_num_queries: Any
) -> None:
    client, seen = DoorClient("partner"), set()
    for name, token in bad_tokens(link).items():
        with django_assert_num_queries(1):
            shown = client.get(f"/answer/{token}")
        posted = client.submit(f"/answer/{token}", **WHO, answer="received")
        assert (shown.status_code, posted.status_code) == (404, 404), name
        seen |= {body(shown), body(posted)}
        assert shown.cookies == posted.cookies == {}
    assert len(seen) == 1
    (page,) = seen
    assert "hotline@example.org" in page


def test_an_expired_and_a_closed_link_look_like_a_forged_one(
    sent: Referral, link: AnswerLink, cast: "Cast", monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = body(DoorClient("partner").get("/answer/hello"))
    with monkeypatch.context() as later:
        later.setattr(timezone, "now", lambda: link.expires_at + timedelta(seconds=1))
        expired = open_page(link), send(link, answer="received")
    links.close_open_links(actor=cast.ana.actor, referral_id=sent.id)
    closed = open_page(link), send(link, answer="received")
    assert {body(page) for page in (*expired, *closed)} == {forged}
    assert {page.status_code for page in (*expired, *closed)} == {404}
    assert state_of(sent) == "sent"


def test_nothing_of_a_link_is_kept_but_its_id(link: AnswerLink) -> None:
    token = links.token_of(link)
    signature = token.partition(".")[2]
    for model in (AnswerLink,):
        row = model.objects.values().get(pk=link.pk)
        assert not [value for value in row.values() if isinstance(value, str) and signature in value]
    for entry in log.entries_for(object_id=link.id):
        assert signature not in bytes(entry.entry).decode()


def test_the_same_answer_twice_is_one_answer(sent: Referral, link: AnswerLink) -> None:
    first = send(link, answer="accepted", reference="55-210")
    again = send(link, answer="accepted", reference="55-210")
    assert (first.status_code, again.status_code) == (200, 200)
    kept = Acknowledgement.objects.get(referral=sent)
    assert str(kept.last_event_id) in body(first)
    assert str(kept.last_event_id) in body(again)
    assert "We have this already" in body(again)


def test_a_file_number_given_later_is_kept(sent: Referral, link: AnswerLink) -> None:
    send(link, answer="accepted")
    assert send(link, answer="accepted", reference="55-210").status_code == 200
    assert Acknowledgement.objects.filter(referral=sent).count() == 2
    assert state_of(sent) == "accepted"


def test_an_answer_that_does_not_follow_is_refused_and_what_was_typed_is_kept(
    sent: Referral, link: AnswerLink
) -> None:
    send(link, answer="declined", words="Another unit.")
    answer = send(link, answer="accepted", reference="55-210")
    assert answer.status_code == 409
    assert "does not follow" in body(answer)
    assert "55-210" in body(answer)
    assert state_of(sent) == "declined"


def test_an_outcome_ends_the_referral_and_closes_the_link(sent: Referral, link: AnswerLink) -> None:
    given = {"answer": "accepted", "outcome": "removed", "happened_on": timezone.localdate().isoformat()}
    first, again = send(link, **given), send(link, **given)
    assert (first.status_code, again.status_code) == (200, 200)
    assert "We have this already" in body(again)
    assert (state_of(sent), Outcome.objects.get().source) == ("concluded", "link")
    link.refresh_from_db()
    assert link.state == "ended"
    assert open_page(link).status_code == 409
    assert send(link, answer="accepted").status_code == 409
    assert log.entries_for(action="link:refuse", object_id=link.id).count() == 1


def test_an_outcome_needs_an_answer(link: AnswerLink, sent: Referral) -> None:
    answer = send(link, outcome="removed", happened_on=timezone.localdate().isoformat())
    assert answer.status_code == 409
    assert "first whether you received it" in body(answer)
    assert state_of(sent) == "sent"


def test_after_a_withdrawal_nothing_is_left_to_answer(cast: "Cast", sent: Referral, link: AnswerLink) -> None:
    after.withdrawn(cast, sent.case)
    for answer in (open_page(link), send(link, answer="received")):
        assert answer.status_code == 409
        assert "taken referral" in body(answer)
    assert not Acknowledgement.objects.exists()


def test_a_late_answer_counts_and_is_marked(
    sent: Referral, link: AnswerLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: sent.due_at + timedelta(hours=1))
    expire(referral_id=sent.id)
    assert send(link, answer="received").status_code == 200
    assert state_of(sent) == "acknowledged"
    assert Acknowledgement.objects.get().late


def test_before_it_arrived_nothing_can_be_answered(cast: "Cast") -> None:
    referral = line.an_offered_referral(cast)
    link = link_of(referral)
    assert "Not quite ready" in body(open_page(link))
    assert send(link, answer="received").status_code == 409
    assert state_of(referral) == "queued"


def test_a_post_from_elsewhere_is_refused(sent: Referral, link: AnswerLink) -> None:
    for header in ({"origin": "https://elsewhere.example.org"}, {"sec-fetch-site": "cross-site"}):
        client = DoorClient("partner")
        answer = client.generic(
            "POST", path_of(link), "answer=received", "application/x-www-form-urlencoded", headers=header
        )
        assert answer.status_code == 403
    assert state_of(sent) == "sent"


def test_who_is_signed_in_at_the_door_answers_by_the_link_as_anybody(
    cast: "Cast", sent: Referral, link: AnswerLink
) -> None:
    pavel = DoorClient("partner").sign_in(cast.pavel)
    pavel.submit(path_of(link), **WHO, answer="received")
    assert log.entries_for(action="acknowledgement:record").get().actor == f"link:{link.id}"


def test_the_page_speaks_the_other_language_without_a_cookie(link: AnswerLink) -> None:
    answer = DoorClient("partner").get(path_of(link) + "?language=ro")
    assert '<html lang="ro"' in body(answer)
    assert answer.cookies == {}
    assert '<html lang="en"' in body(DoorClient("partner").get(path_of(link) + "?language=xx"))


def test_a_follow_up_has_a_link_of_its_own(cast: "Cast", sent: Referral) -> None:
    (follow_up,) = after.supplemented(cast, sent.case)
    bring(cast, follow_up)
    link = link_of(sent, follow_up)
    assert "Supplement" in body(open_page(link))
    assert send(link, answer="accepted").status_code == 200
    follow_up.refresh_from_db()
    assert (follow_up.state, state_of(sent)) == ("acknowledged", "accepted")
    assert Acknowledgement.objects.get().follow_up == follow_up


def test_a_withdrawal_is_noted_by_its_link(cast: "Cast", sent: Referral) -> None:
    follow_up = after.withdrawn(cast, sent.case).follow_ups[0]
    assert follow_up.kind == FollowUpKind.WITHDRAWAL
    bring(cast, follow_up)
    link = link_of(sent, follow_up)
    assert body(open_page(link)).count('type="radio"') == 1
    assert send(link, answer="received").status_code == 200
    assert send(link, answer="received").status_code == 200
    follow_up.refresh_from_db()
    assert (follow_up.state, state_of(sent)) == ("acknowledged", "withdrawn")
    assert Acknowledgement.objects.count() == 1


def test_a_new_link_closes_the_one_before(cast: "Cast", sent: Referral, link: AnswerLink) -> None:
    from audit.acts import act
    from referrals.actions import Action

    with act("test", frozenset({Action.LINK_OPEN, Action.LINK_CLOSE})):
        url, until = links.link_for(sent, None)
    assert links.find(url.rpartition("/")[2]) == link_of(sent)
    assert links.find(links.token_of(link)) is None
    assert until > timezone.now() + timedelta(days=13)


def test_who_leaves_an_agency_takes_no_link_along(cast: "Cast", sent: Referral, link: AnswerLink) -> None:
    let_go(actor=cast.ada.actor, person=cast.pia.id)
    assert open_page(link).status_code == 404


class TestTheHold:
    """What the police decide about it."""

    @pytest.fixture
    def held(self, sent: Referral) -> Hold:
        """By policy, since the case is with the police."""
        return Hold.objects.get()

    def test_taking_the_case_ends_it(self, held: Hold, link: AnswerLink) -> None:
        send(link, answer="accepted")
        held.refresh_from_db()
        assert held.state == "released"

    def test_saying_received_does_not(self, held: Hold, link: AnswerLink) -> None:
        send(link, answer="received")
        held.refresh_from_db()
        assert held.state == "set"

    def test_they_hold_it_longer(self, held: Hold, link: AnswerLink) -> None:
        until = (timezone.localtime() + timedelta(days=5)).replace(second=0, microsecond=0, tzinfo=None)
        given = {"answer": "accepted", "hold": "longer", "hold_until": until.isoformat(timespec="minutes")}
        assert send(link, **given).status_code == 200
        held.refresh_from_db()
        assert (held.state, held.agency_id) == ("set", link.referral.agency_id)
        assert timezone.localtime(held.until).replace(tzinfo=None) == until
        assert "We have this already" in body(send(link, **given))

    def test_they_let_it_go_without_another_word(self, held: Hold, sent: Referral, link: AnswerLink) -> None:
        assert send(link, hold="release").status_code == 200
        held.refresh_from_db()
        assert (held.state, state_of(sent)) == ("released", "sent")

    def test_an_answer_is_kept_although_the_hold_cannot_be_so(
        self, held: Hold, sent: Referral, link: AnswerLink
    ) -> None:
        answer = send(link, answer="received", hold="longer", hold_until="2099-01-01T10:00")
        assert answer.status_code == 200
        assert "The hold was not changed" in body(answer)
        assert state_of(sent) == "acknowledged"

    def test_only_the_police_are_asked(self, cast: "Cast", link: AnswerLink) -> None:
        assert 'name="hold"' in body(open_page(link))
        other = link_of(sent_to_another(cast))
        assert 'name="hold"' not in body(open_page(other))


def test_what_an_agency_did_by_itself_verifies(cast: "Cast", sent: Referral, link: AnswerLink) -> None:
    told(link, Answer.NEEDS_INFO, "Which week?")
    told(link, Answer.NEEDS_INFO, "And which time zone?")
    assert Message.objects.count() == 1
    send(link, answer="accepted", outcome="removed", happened_on=timezone.localdate().isoformat())
    assert verify().findings.first == []


@pytest.mark.commits
def test_of_two_at_once_one_wins(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    link, barrier, seen = link_of(sent), threading.Barrier(2), []

    def answer(**given: str) -> None:
        barrier.wait()
        seen.append(send(link, **given).status_code)
        connections.close_all()

    given = ({"answer": "accepted"}, {"answer": "declined", "words": "Another unit."})
    threads = [threading.Thread(target=answer, kwargs=said) for said in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == [200, 409]
    assert Acknowledgement.objects.filter(referral=sent).count() == 1


@pytest.mark.commits
def test_the_same_twice_at_once_is_one_row(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    link, barrier, seen = link_of(sent), threading.Barrier(2), []

    def answer() -> None:
        barrier.wait()
        seen.append(send(link, answer="received").status_code)
        connections.close_all()

    threads = [threading.Thread(target=answer) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [200, 200]
    assert Acknowledgement.objects.filter(referral=sent).count() == 1
