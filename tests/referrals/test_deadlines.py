"""The clock of an answer: a reminder at two thirds, expiry, a supervisor, and somebody who cares."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit import log
from audit.acts import Refusal
from referrals.models import Referral
from referrals.services import deadlines
from referrals.states import AnswerSource
from tests import line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import Cast

pytestmark = pytest.mark.django_db


class Clock:
    """The time as the verbs read it. It stands where it is put."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> "Iterator[Clock]":
    clock = Clock()
    with patch.object(timezone, "now", clock):
        yield clock


@pytest.fixture
def sent(cast: "Cast") -> Referral:
    return line.a_sent_referral(cast)


def at(referral: Referral, part: float) -> datetime:
    """This part of the time between confirming and the due date."""
    return referral.confirmed_at + (referral.due_at - referral.confirmed_at) * part


def swept(now: datetime) -> deadlines.Due:
    """What the worker does."""
    found = deadlines.due(now, 100)
    for verb, ids in (
        (deadlines.remind, found.remind),
        (deadlines.expire, found.expire),
        (deadlines.escalate, found.escalate),
    ):
        for referral_id in ids:
            verb(referral_id=referral_id)
    return found


def test_the_agency_is_to_be_reminded_after_two_thirds_of_the_time(sent: Referral, clock: Clock) -> None:
    clock.now = at(sent, 0.6)
    assert deadlines.due(clock.now, 100).remind == []
    clock.now = at(sent, 0.7)
    assert swept(clock.now).remind == [sent.id]
    sent.refresh_from_db()
    assert sent.reminded_at == clock.now
    assert sent.state == "sent"
    assert log.entries_for(object_id=sent.id, action="referral:remind").count() == 1
    assert deadlines.due(clock.now, 100).remind == []


def test_reminding_is_written_down_once(cast: "Cast", sent: Referral, clock: Clock) -> None:
    clock.now = at(sent, 0.7)
    swept(clock.now)
    assert list(Referral.objects.to_be_reminded()) == [sent]
    message = deadlines.record_reminder(
        actor=cast.ana.actor,
        referral_id=sent.id,
        how=AnswerSource.PHONE,
        by_name="Duty desk",
        words="It is due soon.",
    )
    assert list(Referral.objects.to_be_reminded()) == []
    assert log.payloads([message.last_event_id])[message.last_event_id]["by_name"] == "Duty desk"


def test_who_was_reminded_must_be_said(cast: "Cast", sent: Referral) -> None:
    with pytest.raises(Refusal, match="Say who told us"):
        deadlines.record_reminder(
            actor=cast.ana.actor,
            referral_id=sent.id,
            how=AnswerSource.PHONE,
            by_name=" ",
            words="It is due soon.",
        )


def test_who_has_answered_is_not_reminded(cast: "Cast", clock: Clock) -> None:
    answered = line.an_acknowledged_referral(cast)
    clock.now = at(answered, 0.9)
    assert deadlines.remind(referral_id=answered.id) is None
    with pytest.raises(Refusal, match="answered"):
        deadlines.record_reminder(
            actor=cast.ana.actor,
            referral_id=answered.id,
            how=AnswerSource.PHONE,
            by_name="Duty desk",
            words="It is due soon.",
        )


def test_without_an_answer_it_expires_and_a_supervisor_is_asked(
    cast: "Cast", sent: Referral, clock: Clock
) -> None:
    clock.now = sent.due_at
    swept(clock.now)
    found = swept(clock.now)
    sent.refresh_from_db()
    assert sent.state == "expired"
    assert sent.escalated_at == clock.now
    assert sent.cared_for_by is None
    assert found.expire == []
    acts = [entry.action for entry in log.entries_for(object_id=sent.id)]
    assert acts[-2:] == ["referral:expire", "referral:escalate"]
    assert swept(clock.now).escalate == []


def test_a_late_answer_still_counts(cast: "Cast", sent: Referral, clock: Clock) -> None:
    clock.now = sent.due_at
    swept(clock.now)
    line.acknowledge(cast, sent)
    sent.refresh_from_db()
    assert sent.state == "accepted"
    assert list(Referral.objects.late(clock.now)) == []


def test_what_never_left_in_time_is_late_too(cast: "Cast", clock: Clock) -> None:
    queued = line.a_referral(cast)
    clock.now = queued.due_at + timedelta(minutes=1)
    found = swept(clock.now)
    assert found.expire == []
    assert found.escalate == [queued.id]


def test_somebody_sees_to_it_once(cast: "Cast", sent: Referral, clock: Clock) -> None:
    with pytest.raises(Refusal, match="Nothing is late"):
        deadlines.take_care(actor=cast.cleo.actor, referral_id=sent.id)
    clock.now = sent.due_at
    swept(clock.now)
    deadlines.take_care(actor=cast.cleo.actor, referral_id=sent.id)
    sent.refresh_from_db()
    assert sent.cared_for_by == cast.cleo
    with pytest.raises(Refusal, match="already"):
        deadlines.take_care(actor=cast.cleo.actor, referral_id=sent.id)
    assert deadlines.take_care(actor=cast.ana.actor, referral_id=sent.id).cared_for_by == cast.ana


def test_the_sweep_asks_three_questions_however_much_there_is(cast: "Cast", clock: Clock) -> None:
    sent = [line.a_sent_referral(cast) for _ in range(3)]
    clock.now = sent[0].due_at
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = deadlines.due(clock.now, 2)
    assert len(asked) == 3
    assert len(found.expire) <= 2
