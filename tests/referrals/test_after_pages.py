"""The pages after sending: what would leave is shown before it does, and nothing says “sent” before the receipt."""

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intake.services.corrections import reassess
from referrals import wording
from referrals.models import FollowUp, Referral
from referrals.services import reading
from referrals.states import AttemptResult, DeliveryState, FollowUpState, ReferralState
from tests import line
from tests.doors import DoorClient
from tests.referrals import after
from tests.referrals.test_health import broken

if TYPE_CHECKING:
    from tests.cast import Cast

ARRIVED = {
    ReferralState.SENT,
    ReferralState.ACKNOWLEDGED,
    ReferralState.ACCEPTED,
    ReferralState.DECLINED,
    ReferralState.NEEDS_INFO,
    ReferralState.CONCLUDED,
}
OFFERED = (False, True)


@pytest.mark.parametrize(("state", "delivery", "offered"), [*product(ReferralState, DeliveryState, OFFERED)])
def test_no_pill_says_sent_before_the_receipt(
    state: ReferralState, delivery: DeliveryState, offered: bool
) -> None:
    pill = wording.pill_of(state, delivery_state=delivery, offered=offered)
    if state not in ARRIVED:
        assert str(pill.words) != "Sent"
        assert pill.tone != "o"
    if state is ReferralState.SENT:
        assert (str(pill.words), pill.tone) == ("Sent", "i")


@pytest.mark.parametrize(("state", "delivery", "offered"), [*product(FollowUpState, DeliveryState, OFFERED)])
def test_neither_does_that_of_a_follow_up(
    state: FollowUpState, delivery: DeliveryState, offered: bool
) -> None:
    pill = wording.follow_up_pill(state, delivery_state=delivery, offered=offered)
    assert (str(pill.words) == "Sent") is (state is FollowUpState.SENT)
    assert (pill.tone == "o") is (state is FollowUpState.ACKNOWLEDGED)


@pytest.fixture
def desk(cast: "Cast", desk_client: DoorClient) -> DoorClient:
    return desk_client.sign_in(cast.ana)


def text(response: Any) -> str:
    body: str = response.content.decode()
    return body.split("<main")[1]


def seen(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('name="seen" value="')[1:]]


@pytest.mark.django_db
def test_a_supplement_is_looked_at_and_then_confirmed(cast: "Cast", desk: DoorClient) -> None:
    sent = line.a_sent_referral(cast)
    url = desk.url("supplement", case_id=sent.case_id)
    first = text(desk.get(url))
    assert "Exactly this will leave the house" in first
    assert "disabled" in first
    assert seen(first) == []
    looked = desk.submit(url, reason=after.WHY, show="1")
    assert looked.status_code == 200
    assert after.WHY in text(looked)
    assert "number 1 to this referral" in text(looked)
    assert not FollowUp.objects.exists()
    done = desk.submit(url, reason=after.WHY, seen=seen(text(looked)), confirmed="1")
    assert done.status_code == 302
    made = FollowUp.objects.get()
    page = text(desk.get(desk.url("referral", referral_id=sent.id)))
    assert "1. Supplement: new facts" in page
    assert after.WHY in page
    assert "It waits in the queue." in page
    assert bytes(made.document_digest).hex() in page


@pytest.mark.django_db
def test_other_words_than_those_looked_at_do_not_leave(cast: "Cast", desk: DoorClient) -> None:
    sent = line.a_sent_referral(cast)
    url = desk.url("supplement", case_id=sent.case_id)
    looked = text(desk.submit(url, reason=after.WHY, show="1"))
    again = desk.submit(url, reason="Other words.", seen=seen(looked), confirmed="1")
    assert again.status_code == 422
    assert "changed since you looked" in text(again)
    assert not FollowUp.objects.exists()
    for spoil in ("nonsense", "a:b"):
        assert desk.submit(url, reason=after.WHY, seen=[spoil], confirmed="1").status_code == 422


@pytest.mark.django_db
def test_a_correction_shows_whom_it_goes_to_and_waits_for_the_second_person(
    cast: "Cast", desk: DoorClient
) -> None:
    sent = line.a_sent_referral(cast)
    url = desk.url("correct", case_id=sent.case_id)
    assert "No agency was told otherwise" in text(desk.get(url))
    reassess(
        actor=cast.ana.actor,
        case_id=sent.case_id,
        judgements=line.judgements_of(sent.case, verdict="national_csam"),
    )
    page = text(desk.submit(url, reason=after.WHY, show="1"))
    assert "A second person has not agreed to the new assessment yet." in page
    assert 'name="confirmed"' not in page
    referral = text(desk.get(desk.url("referral", referral_id=sent.id)))
    assert "The agency was told otherwise" in referral
    assert "It says now: National CSAM, RO." in referral


@pytest.mark.django_db
def test_one_referral_is_withdrawn_from_its_page(cast: "Cast", desk: DoorClient) -> None:
    queued, sent = line.a_referral(cast), line.a_sent_referral(cast)
    for referral, said in ((queued, "Nothing of it left the house"), (sent, "number 1 to this referral")):
        link = f"{desk.url('withdraw', case_id=referral.case_id)}?referral_id={referral.id}"
        assert link in text(desk.get(desk.url("referral", referral_id=referral.id)))
        assert said in text(desk.get(link))
        fields = {"reason": after.WHY, "referral_id": str(referral.id)}
        looked = text(desk.submit(link, **fields, show="1"))
        done = desk.submit(link, **fields, seen=seen(looked), confirmed="1")
        assert done.status_code == 302
        referral.refresh_from_db()
        assert referral.state == "withdrawn"
        page = text(desk.get(desk.url("referral", referral_id=referral.id)))
        assert "Withdrawn" in page
        assert desk.url("supplement", case_id=referral.case_id) not in page


@pytest.mark.django_db
def test_another_team_can_do_none_of_it(cast: "Cast", desk_client: DoorClient) -> None:
    sent = line.a_sent_referral(cast)
    bo = desk_client.sign_in(cast.bo)
    for route in ("supplement", "correct", "withdraw"):
        url = bo.url(route, case_id=sent.case_id)
        assert bo.get(url).status_code == 404
        assert bo.submit(url, reason=after.WHY, confirmed="1").status_code == 404
    for route in ("reminded", "take_care"):
        assert bo.submit(bo.url(route, referral_id=sent.id)).status_code == 404


@pytest.mark.django_db
def test_a_failure_says_what_to_do_and_offers_the_act(cast: "Cast", desk: DoorClient) -> None:
    referral = line.a_referral(cast)
    broken(referral, AttemptResult.ASK_HUMAN)
    page = text(desk.get(desk.url("referral", referral_id=referral.id)))
    assert "Ask the agency what was wrong." in page
    assert desk.url("send_again", referral_id=referral.id) in page


@pytest.mark.django_db
def test_the_page_asks_as_much_of_the_database_with_two_follow_ups_as_with_one(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    reading.picture(sent)
    counted = []
    for _more in range(2):
        after.supplemented(cast, sent.case)
        with CaptureQueriesContext(connection) as asked:
            reading.picture(Referral.objects.select_related("agency", "case").get(pk=sent.pk))
        counted.append(len(asked))
    assert counted[0] == counted[1]
