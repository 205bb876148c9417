"""When an assessment is superseded, every referral that said otherwise is listed, with what differs."""

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intake.services.corrections import reassess
from referrals.services import contradictions
from tests import line
from tests.referrals import after

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_what_still_holds_is_not_listed(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    assert contradictions.contradicted(sent.case) == []


@pytest.mark.parametrize(
    ("verdict", "country", "now"),
    [
        ("other_illegal", "DE", "Other illegal CSEA, DE"),
        ("not_illegal", "RO", "Not illegal, RO"),
        ("national_csam", "", "National CSAM"),
    ],
)
def test_another_verdict_or_country_is_listed_with_what_differs(
    cast: "Cast", verdict: str, country: str, now: str
) -> None:
    sent = line.a_sent_referral(cast)
    after.found_otherwise(cast, sent.case, verdict=verdict, country=country)
    (row,) = contradictions.panel_rows(sent.case)
    (differing,) = row.differences
    assert row.referral == sent
    assert row.can_be_corrected
    assert differing.position == 1
    assert differing.told == "Other illegal CSEA, RO"
    assert differing.now == now


def test_only_the_item_that_changed_is_named(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast, line.an_address(), line.an_address())
    second = line.judgements_of(sent.case, verdict="not_illegal")[1:]
    reassess(actor=cast.ana.actor, case_id=sent.case_id, judgements=second)
    (row,) = contradictions.panel_rows(sent.case)
    assert [differing.position for differing in row.differences] == [2]


def test_a_trace_after_sending_says_otherwise_too(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    line.a_trace(cast, sent.case_id, country="FR")
    (row,) = contradictions.panel_rows(sent.case)
    assert row.differences[0].now == "Other illegal CSEA, FR"


def test_what_was_not_sent_yet_is_listed_and_not_corrected(cast: "Cast") -> None:
    queued = line.a_referral(cast)
    after.found_otherwise(cast, queued.case)
    (row,) = contradictions.panel_rows(queued.case)
    assert row.is_unsent
    assert not row.can_be_corrected


def test_who_was_corrected_is_not_listed_any_more_until_it_changes_again(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    after.found_otherwise(cast, sent.case)
    after.corrected(cast, sent.case)
    assert contradictions.contradicted(sent.case) == []
    after.found_otherwise(cast, sent.case, country="FR")
    assert contradictions.contradicted(sent.case) == [sent]


def test_people_of_another_team_see_none_of_it(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    after.found_otherwise(cast, sent.case)
    assert [row.referral for row in contradictions.contradictions_for(cast.ana)] == [sent]
    assert contradictions.contradictions_for(cast.bo) == []


def test_the_number_of_questions_does_not_grow(cast: "Cast") -> None:
    contradictions.contradictions_for(cast.ana)
    counted = []
    for _more in range(2):
        sent = line.a_sent_referral(cast)
        after.found_otherwise(cast, sent.case)
        with CaptureQueriesContext(connection) as asked:
            contradictions.contradictions_for(cast.ana)
        counted.append(len(asked))
    assert counted[0] == counted[1]
