"""Each agency has a health line: what arrived last, what waits and since when, what failed, what is unknown."""

from datetime import timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from referrals import delivery
from referrals.delivery import Result
from referrals.models import Agency, Delivery, Referral
from referrals.services import again, directory
from referrals.services.directory import Terms
from referrals.services.health import Health, health, troubled
from referrals.states import AttemptResult, ReferralState
from tests import line
from tests.referrals import after

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db


def of(agency: Agency) -> Health:
    return health([agency])[agency.id]


def broken(referral: Referral, result: AttemptResult) -> None:
    """The worker's call ended so."""
    claimed = delivery.claim(delivery_id=Delivery.objects.get(referral=referral, follow_up=None).id)
    assert claimed
    delivery.settle(claimed=claimed, ended=Result(result))


def test_an_agency_to_which_nothing_was_sent_is_quiet(cast: "Cast") -> None:
    found = of(cast.police)
    assert (found.is_well, found.words, found.waits) == (True, [], "")
    assert str(found.pill.words) == "Nothing sent yet"


def test_what_waits_is_counted_with_the_oldest(cast: "Cast") -> None:
    first = line.a_referral(cast)
    line.an_offered_referral(cast)
    found = of(cast.police)
    assert (found.queued, found.ready, found.oldest) == (1, 1, first.confirmed_at)
    with patch.object(timezone, "now", lambda: first.confirmed_at + timedelta(hours=3)):
        assert found.waits == "the oldest for 3 h"
    assert found.words == ["1 in the queue", "1 ready to be collected"]


def test_the_last_success_is_the_last_receipt(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    found = of(cast.police)
    assert found.last_success == sent.deliveries.get().receipt.received_at
    assert str(found.pill.words) == "Works"


def test_a_try_that_did_not_work_counts_for_a_day(cast: "Cast") -> None:
    broken(line.a_referral(cast), AttemptResult.RETRY)
    found = of(cast.police)
    assert (found.failures, found.failed, found.queued) == (1, 0, 1)
    assert str(found.pill.words) == "Tries again by itself"
    tomorrow = timezone.now() + timedelta(hours=25)
    with patch.object(timezone, "now", lambda: tomorrow):
        assert of(cast.police).failures == 0


def test_what_failed_asks_for_a_person_until_it_is_put_right(cast: "Cast") -> None:
    referral = line.a_referral(cast)
    broken(referral, AttemptResult.ASK_HUMAN)
    found = of(cast.police)
    assert (found.failed, found.is_well, str(found.pill.words)) == (1, False, "A person must look")
    assert found.words[0] == "1 failed and waits for a person"
    assert troubled([cast.police, cast.clearing]) == [found]
    again.send_again(actor=cast.ana.actor, referral_id=referral.id)
    assert of(cast.police).failed == 0


def test_a_line_that_nothing_may_use_says_why(cast: "Cast") -> None:
    directory.pause_agency(actor=cast.cleo.actor, agency_id=cast.clearing.id, reason="A test.")
    ended = Terms(
        destination="file_export", agreement="A", agreement_until=timezone.localdate() - timedelta(days=1)
    )
    directory.change_terms(actor=cast.cleo.actor, agency_id=cast.police.id, terms=ended)
    found = troubled(Agency.objects.order_by("name").filter(pk__in=[cast.police.pk, cast.clearing.pk]))
    assert {tuple(map(str, line.words)) for line in found} == {("paused",), ("the agreement has ended",)}
    assert {str(line.pill.words) for line in found} == {"Nothing is sent"}


def test_what_a_hold_keeps_is_not_said_to_be_in_the_queue(cast: "Cast") -> None:
    held = Referral.objects.get(state=ReferralState.HELD, pk=line.a_held_referral(cast).pk)
    found = of(held.agency)
    assert (found.queued, found.held) == (0, 1)
    assert "1 held for the police" in found.words


def test_what_was_withdrawn_waits_no_more(cast: "Cast") -> None:
    after.withdrawn(cast, line.a_referral(cast).case)
    assert of(cast.police).queued == 0


def test_a_follow_up_waits_as_well(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    (made,) = after.supplemented(cast, sent.case)
    assert (of(cast.police).queued, of(cast.police).oldest) == (1, made.confirmed_at)


def test_three_questions_however_many_agencies(cast: "Cast") -> None:
    line.a_sent_referral(cast)
    for agencies in ([cast.police], [cast.police, cast.clearing]):
        with CaptureQueriesContext(connection) as asked:
            health(agencies)
        assert len(asked) == 3
