"""What the agency says is typed in with who, when and how; the times must be possible."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from audit import log
from audit.acts import Refusal
from intake.models import Case
from referrals.models import Acknowledgement, Referral
from referrals.services.answers import record_acknowledgement, record_outcome
from referrals.services.reading import picture
from referrals.services.referrals import close_reviewed_case
from referrals.states import Answer, AnswerSource, OutcomeKind
from tests import line

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db


def answered(
    cast: "Cast", referral: Referral, answer: Answer = Answer.RECEIVED, **given: Any
) -> Acknowledgement:
    values: dict[str, Any] = {
        "by_name": "Duty officer",
        "source": AnswerSource.PHONE,
        "answered_at": timezone.now(),
        "reference": "55-210",
        "note": "Called back.",
    }
    return record_acknowledgement(
        actor=cast.ana.actor, referral_id=referral.id, answer=answer, **(values | given)
    )


def concluded(cast: "Cast", referral: Referral, **given: Any) -> None:
    values: dict[str, Any] = {
        "outcome": OutcomeKind.REMOVED,
        "by_name": "Duty officer",
        "source": AnswerSource.MAIL,
        "happened_on": timezone.localdate(),
    }
    record_outcome(actor=cast.ana.actor, referral_id=referral.id, **(values | given))


@pytest.fixture
def sent(cast: "Cast") -> Referral:
    return line.a_sent_referral(cast)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer.RECEIVED, "acknowledged"),
        (Answer.ACCEPTED, "accepted"),
        (Answer.DECLINED, "declined"),
        (Answer.NEEDS_INFO, "needs_info"),
    ],
)
def test_an_answer_moves_the_referral(cast: "Cast", sent: Referral, answer: Answer, state: str) -> None:
    answered(cast, sent, answer)
    sent.refresh_from_db()
    assert sent.state == state
    assert log.entries_for(object_id=sent.id, action="referral:acknowledge").count() == 1


def test_an_acceptance_straight_after_sending_passes_acknowledged(cast: "Cast", sent: Referral) -> None:
    answered(cast, sent, Answer.ACCEPTED)
    entry = log.entries_for(object_id=sent.id, action="referral:acknowledge").get()
    text = bytes(entry.entry).decode()
    assert '"from":"sent"' in text
    assert '"to":"accepted"' in text
    assert '"through":"acknowledged"' in text


def test_who_said_it_is_sealed_and_shown_to_who_may_read(cast: "Cast", sent: Referral) -> None:
    answer = answered(cast, sent)
    sent.refresh_from_db()
    (said,) = picture(sent).answers
    assert (said.by_name, said.reference, said.note) == ("Duty officer", "55-210", "Called back.")
    assert "Duty officer" not in bytes(answer.last_event.entry).decode()


@pytest.mark.parametrize("make", [line.a_referral, line.an_offered_referral, line.a_concluded_referral])
def test_there_is_nothing_to_answer_before_it_is_sent_or_after_it_ended(cast: "Cast", make: Any) -> None:
    with pytest.raises(Refusal):
        answered(cast, make(cast))


@pytest.mark.parametrize("shift", [timedelta(minutes=5), timedelta(hours=-1)])
def test_an_answer_from_the_future_or_from_before_sending_is_refused(
    cast: "Cast", sent: Referral, shift: timedelta
) -> None:
    with pytest.raises(Refusal, match="Check date and time"):
        answered(cast, sent, answered_at=timezone.now() + shift)


def test_a_time_typed_to_the_minute_may_be_the_minute_of_sending(cast: "Cast", sent: Referral) -> None:
    answered(cast, sent, answered_at=timezone.now().replace(second=0, microsecond=0))


def test_an_answer_after_its_due_time_is_marked_late(
    cast: "Cast", sent: Referral, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not answered(cast, sent).late
    after: datetime = sent.due_at + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: after)
    assert answered(cast, sent, Answer.ACCEPTED, answered_at=after).late


def test_an_answer_that_does_not_follow_is_refused(cast: "Cast", sent: Referral) -> None:
    answered(cast, sent, Answer.DECLINED)
    with pytest.raises(Refusal):
        answered(cast, sent, Answer.ACCEPTED)


def test_an_answer_comes_from_somebody(cast: "Cast", sent: Referral) -> None:
    with pytest.raises(Refusal, match="who told us"):
        answered(cast, sent, by_name=" ")


def test_an_outcome_needs_an_answer_first(cast: "Cast", sent: Referral) -> None:
    with pytest.raises(Refusal, match="answer first"):
        concluded(cast, sent)


def test_an_outcome_concludes_the_referral_once(cast: "Cast") -> None:
    referral = line.an_acknowledged_referral(cast)
    concluded(cast, referral)
    referral.refresh_from_db()
    assert referral.state == "concluded"
    with pytest.raises(Refusal, match="concluded"):
        concluded(cast, referral)


@pytest.mark.parametrize("days", [1, -1])
def test_an_outcome_from_the_future_or_from_before_sending_is_refused(cast: "Cast", days: int) -> None:
    referral = line.an_acknowledged_referral(cast)
    with pytest.raises(Refusal, match="Check the date"):
        concluded(cast, referral, happened_on=timezone.localdate() + timedelta(days=days))


def test_a_case_closes_when_every_referral_has_ended(cast: "Cast") -> None:
    referral = line.an_acknowledged_referral(cast)
    with pytest.raises(Refusal, match=referral.number):
        close_reviewed_case(actor=cast.ana.actor, case_id=referral.case_id, reason="Done.")
    concluded(cast, referral)
    with pytest.raises(Refusal, match="why"):
        close_reviewed_case(actor=cast.ana.actor, case_id=referral.case_id, reason=" ")
    close_reviewed_case(actor=cast.ana.actor, case_id=referral.case_id, reason="Done.")
    line.agree_to_close(cast, referral.case_id)
    assert Case.objects.get(pk=referral.case_id).state == "closed"
