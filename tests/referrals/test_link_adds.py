"""What an agency adds by its link is kept, until the end; where nothing can be added the page says so."""

from typing import TYPE_CHECKING, Any

import pytest
from django.test import override_settings

from audit import log
from referrals.models import Acknowledgement, Message, Referral
from referrals.services import thread
from tests import line
from tests.doors import DoorClient
from tests.referrals import after
from tests.referrals.replying import bring, link_of, open_page, send

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db
NEWS = "One thing more."
DECLINED = {"answer": "declined", "words": "Another unit."}


@pytest.fixture
def sent(cast: "Cast") -> Referral:
    return line.a_sent_referral(cast)


def body(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def told() -> list[str]:
    events = list(Message.objects.order_by("recorded_at").values_list("last_event_id", flat=True))
    texts = log.payloads(events)
    return [texts[event]["words"] for event in events]


@pytest.mark.parametrize(
    "given",
    [
        {"answer": "received"},
        {"answer": "accepted", "reference": "55-210"},
        DECLINED,
        {"answer": "needs_info", "words": "Which week?"},
    ],
)
def test_new_words_with_the_same_answer_are_kept_once(sent: Referral, given: dict[str, str]) -> None:
    link = link_of(sent)
    send(link, **given)
    more = given | {"words": NEWS}
    added, again = send(link, **more), send(link, **more)
    assert (added.status_code, again.status_code) == (200, 200)
    assert "Added to what you told us" in body(added)
    assert "We have this already" in body(again)
    assert "We have this already" in body(send(link, **given))
    assert (Acknowledgement.objects.count(), told()) == (1, [NEWS])


@pytest.mark.parametrize("given", [{"answer": "received"}, {"answer": "accepted"}, DECLINED])
def test_words_alone_are_kept_once_it_was_answered(
    cast: "Cast", sent: Referral, given: dict[str, str]
) -> None:
    link = link_of(sent)
    assert send(link, words=NEWS).status_code == 422
    send(link, **given)
    assert 'name="words"' in body(open_page(link))
    assert send(link, words=NEWS).status_code == 200
    assert told() == [NEWS]
    desk = DoorClient("desk").sign_in(cast.ana)
    assert NEWS in body(desk.get(desk.url("referral", referral_id=sent.id)))
    sent.refresh_from_db()
    assert thread.is_open(sent)


def test_where_no_answer_follows_the_words_are_asked_for(sent: Referral) -> None:
    link = link_of(sent)
    send(link, **DECLINED)
    assert 'name="answer"' not in body(open_page(link))
    answer = send(link)
    assert answer.status_code == 422
    assert "Write what you want to add" in body(answer)
    assert "#id_words" in body(answer)


def test_a_file_number_comes_with_its_words(sent: Referral) -> None:
    link = link_of(sent)
    send(link, answer="needs_info", words="Which week?")
    send(link, answer="needs_info", words=NEWS, reference="55-210")
    newest = Acknowledgement.objects.latest("recorded_at")
    text = log.payloads([newest.last_event_id])[newest.last_event_id]
    assert (text["reference"], text["note"]) == ("55-210", NEWS)


def test_an_answered_follow_up_offers_no_form(cast: "Cast", sent: Referral) -> None:
    (follow_up,) = after.supplemented(cast, sent.case)
    bring(cast, follow_up)
    link = link_of(sent, follow_up)
    assert "add to it until" not in body(open_page(link))
    assert "Add to it" not in body(send(link, answer="accepted"))
    page = body(open_page(link))
    assert "You have answered this" in page
    assert "<form" not in page
    assert "add to it until" in body(open_page(link_of(sent)))


def test_what_was_said_to_a_correction_stands_on_the_first_link_too(cast: "Cast", sent: Referral) -> None:
    first = link_of(sent)
    send(first, answer="needs_info", words="Which week?")
    (follow_up,) = after.corrected(cast, sent.case, everybody=True)
    bring(cast, follow_up)
    send(link_of(sent, follow_up), **DECLINED)
    page = body(open_page(first))
    assert "You answered: Not for us" in page
    assert "We need more" not in page
    assert "We have this already" in body(send(first, **DECLINED))


def test_the_page_names_the_contact_of_the_hotline(sent: Referral) -> None:
    link = link_of(sent)
    with override_settings(TUTELA_HOTLINE_CONTACT="desk@hotline.example.org"):
        assert "desk@hotline.example.org" in body(open_page(link))
    with override_settings(TUTELA_HOTLINE_CONTACT="", TUTELA_MAIL_FROM="from@hotline.example.org"):
        assert "from@hotline.example.org" in body(open_page(link))
