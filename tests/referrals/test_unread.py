"""What agencies sent by themselves is unread until somebody of the hotline says that they read it."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from audit.acts import Refusal
from referrals.models import AnswerRead, Referral
from referrals.services.unread import count, mark_read, unread
from referrals.states import Answer, OutcomeKind
from tests import line
from tests.doors import DoorClient
from tests.referrals.replying import link_of, told

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(cast: "Cast") -> Referral:
    return line.a_sent_referral(cast)


def test_what_a_person_typed_in_was_read_by_that_person(cast: "Cast") -> None:
    line.a_concluded_referral(cast)
    assert unread(cast.ana) == []
    assert count(cast.ana) == 0


def test_answers_messages_and_outcomes_are_listed_oldest_first(cast: "Cast", sent: Referral) -> None:
    link = link_of(sent)
    told(link, Answer.NEEDS_INFO, "Which week?")
    told(link, Answer.NEEDS_INFO, "And which time zone?")
    told(link, Answer.ACCEPTED, outcome=OutcomeKind.REMOVED, happened_on=timezone.localdate())
    found = unread(cast.ana)
    assert [str(row.words) for row in found] == [
        "They need more",
        "A message",
        "Accepted: they take the case",
        "Removed",
    ]
    assert {row.referral for row in found} == {sent}
    assert count(cast.ana) == 4


def test_only_who_may_read_the_case_sees_them(cast: "Cast", sent: Referral) -> None:
    told(link_of(sent))
    assert unread(cast.bo) == []
    assert count(cast.bo) == 0
    assert len(unread(cast.cleo)) == 1


def test_reading_is_an_act_and_counts_for_everybody(cast: "Cast", sent: Referral) -> None:
    told(link_of(sent))
    mark_read(actor=cast.ana.actor, referral_id=sent.id)
    assert unread(cast.cleo) == []
    assert AnswerRead.objects.get().read_by == cast.ana
    with pytest.raises(Refusal, match="read already"):
        mark_read(actor=cast.cleo.actor, referral_id=sent.id)


def test_what_came_after_the_page_was_read_stays_unread(cast: "Cast", sent: Referral) -> None:
    link = link_of(sent)
    told(link)
    (seen,) = unread(cast.ana)
    told(link, Answer.ACCEPTED)
    mark_read(actor=cast.ana.actor, referral_id=sent.id, up_to=seen.at)
    (left,) = unread(cast.ana)
    assert str(left.words) == "Accepted: they take the case"
    with pytest.raises(Refusal):
        mark_read(actor=cast.ana.actor, referral_id=sent.id, up_to=seen.at - timedelta(days=1))


def test_the_question_is_asked_once_whatever_there_is(
    cast: "Cast", sent: Referral, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    told(link_of(sent))
    told(link_of(line.a_sent_referral(cast)))
    with django_assert_max_num_queries(6):
        assert len(unread(cast.ana)) == 2
    with django_assert_max_num_queries(3):
        assert count(cast.ana) == 2


def test_the_desk_marks_it_read(cast: "Cast", sent: Referral) -> None:
    told(link_of(sent))
    desk = DoorClient("desk").sign_in(cast.ana)
    url = desk.url("mark_read", referral_id=sent.id)
    assert DoorClient("desk").sign_in(cast.bo).submit(url).status_code == 404
    assert desk.get(url).status_code == 405
    assert desk.submit(url, up_to=timezone.now().isoformat()).status_code == 302
    assert unread(cast.ana) == []
