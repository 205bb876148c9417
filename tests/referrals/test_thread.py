"""“They need more” opens a thread: what is said to and fro is typed in or comes by the link, sealed, in order."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from audit import log
from audit.acts import Refusal
from referrals.models import Message, Referral
from referrals.services.answers import record_acknowledgement
from referrals.services.thread import record_message, thread
from referrals.states import Answer, AnswerSource, Direction, OutcomeKind
from tests import line
from tests.doors import DoorClient
from tests.referrals.replying import ask_for_more, link_of, send, told

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast: "Cast") -> Referral:
    """The police need more."""
    referral = line.a_sent_referral(cast)
    ask_for_more(cast, referral)
    return referral


def typed(cast: "Cast", referral: Referral, **given: Any) -> Message:
    values: dict[str, Any] = {
        "direction": Direction.OUT,
        "words": "The second week of May.",
        "by_name": "Duty desk",
        "source": AnswerSource.PHONE,
        "at": timezone.now(),
    }
    return record_message(actor=cast.ana.actor, referral_id=referral.id, **(values | given))


def test_answers_and_messages_stand_in_order(cast: "Cast", asked: Referral) -> None:
    typed(cast, asked)
    told(link_of(asked), Answer.NEEDS_INFO, "And which time zone?")
    turns = thread(asked)
    assert [turn.answer.note if turn.answer else turn.message and turn.message.words for turn in turns] == [
        "Which week?",
        "The second week of May.",
        "And which time zone?",
    ]
    ours, theirs = (turn.message for turn in turns[1:])
    assert ours
    assert theirs
    assert (ours.outward, ours.by_name, ours.recorded_by) == (True, "Duty desk", "Ana")
    assert (theirs.outward, theirs.recorded_by) == (False, "")
    assert theirs.by_name == "Officer Example, Example unit"
    assert theirs.contact == "officer@example.org"


def test_what_is_said_is_sealed(cast: "Cast", asked: Referral) -> None:
    message = typed(cast, asked)
    entry = bytes(log.entries_for(object_id=message.id).get().entry).decode()
    assert "second week" not in entry
    assert "Duty desk" not in entry
    assert '"direction":"out"' in entry


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"words": " "}, "Say what was said"),
        ({"words": "a" * 2001}, "2,000 characters"),
        ({"by_name": " "}, "who told us"),
        ({"at": timezone.now() + timedelta(days=1)}, "still to come"),
        ({"at": timezone.now() - timedelta(days=9)}, "before the package"),
    ],
)
def test_a_message_says_what_and_who_and_when(
    cast: "Cast", asked: Referral, given: dict[str, Any], says: str
) -> None:
    with pytest.raises(Refusal, match=says):
        typed(cast, asked, **given)
    assert not Message.objects.exists()


def test_there_is_no_thread_before_they_ask_nor_after_the_end(cast: "Cast") -> None:
    with pytest.raises(Refusal, match="not asked for more"):
        typed(cast, line.a_sent_referral(cast))
    with pytest.raises(Refusal, match="ended"):
        typed(cast, line.a_concluded_referral(cast))


def test_it_stays_open_once_they_take_the_case(cast: "Cast", asked: Referral) -> None:
    told(link_of(asked), Answer.ACCEPTED)
    typed(cast, asked)
    assert len(thread(asked)) == 3


def test_an_agency_adds_to_it_by_its_link_until_the_end(asked: Referral) -> None:
    link = link_of(asked)
    added = send(link, words="And which time zone?")
    again = send(link, words="And which time zone?")
    assert (added.status_code, again.status_code) == (200, 200)
    assert "Added to what you told us" in added.content.decode()
    assert "We have this already" in again.content.decode()
    assert Message.objects.count() == 1
    told(link, Answer.ACCEPTED)
    assert send(link, words="One thing more.").status_code == 200
    assert Message.objects.count() == 2
    told(link, outcome=OutcomeKind.REMOVED, happened_on=timezone.localdate(), answer=Answer.ACCEPTED)
    assert send(link, words="And one more.").status_code == 409
    assert Message.objects.count() == 2


@pytest.mark.parametrize("answer", [Answer.DECLINED, Answer.NEEDS_INFO])
def test_a_no_and_a_need_for_more_take_words_also_when_typed_in(cast: "Cast", answer: Answer) -> None:
    referral = line.a_sent_referral(cast)
    with pytest.raises(Refusal, match="Say w"):
        record_acknowledgement(
            actor=cast.ana.actor,
            referral_id=referral.id,
            answer=answer,
            by_name="Duty officer",
            source=AnswerSource.PHONE,
            answered_at=timezone.now(),
            note="  ",
        )


def test_it_is_typed_in_at_the_desk(cast: "Cast", asked: Referral) -> None:
    desk = DoorClient("desk").sign_in(cast.ana)
    url = desk.url("record_message", referral_id=asked.id)
    given = {
        "direction": "in",
        "words": "They called back.",
        "by_name": "Duty officer",
        "source": "phone",
        "at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
    }
    assert desk.submit(url, **(given | {"words": ""})).status_code == 422
    assert desk.submit(url, **given).status_code == 302
    assert "They called back." in desk.get(desk.url("referral", referral_id=asked.id)).content.decode()
    bo = DoorClient("desk").sign_in(cast.bo)
    assert bo.submit(url, **given).status_code == 404
