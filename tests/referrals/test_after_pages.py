"""The pages after sending: what would leave is shown before it does, and nothing says “sent” before the receipt."""

from itertools import product
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit import log
from intake.services.corrections import reassess
from referrals import delivery, wording
from referrals.delivery import settling
from referrals.models import FollowUp, Referral
from referrals.services import reading
from referrals.services.answers import record_acknowledgement
from referrals.services.directory import Terms, change_terms
from referrals.services.handover import collect_package
from referrals.states import (
    Answer,
    AnswerSource,
    AttemptResult,
    DeliveryMode,
    DeliveryState,
    FollowUpState,
    ReferralState,
)
from tests import line
from tests.doors import DoorClient
from tests.referrals import after, mailing
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
YES_OR_NO = (False, True)


@pytest.mark.parametrize(
    ("state", "on_its_way", "offered", "by_hand"),
    [*product(ReferralState, DeliveryState, YES_OR_NO, YES_OR_NO)],
)
def test_no_pill_says_sent_before_the_receipt(
    state: ReferralState, on_its_way: DeliveryState, offered: bool, by_hand: bool
) -> None:
    pill = wording.pill_of(state, delivery_state=on_its_way, offered=offered, by_hand=by_hand)
    if state not in ARRIVED:
        assert str(pill.words) != "Sent"
        assert pill.tone != "o"
    if state is ReferralState.SENT:
        assert (str(pill.words), pill.tone) == ("Sent", "i")


@pytest.mark.parametrize(
    ("state", "on_its_way", "offered", "stopped"),
    [*product(FollowUpState, DeliveryState, YES_OR_NO, YES_OR_NO)],
)
def test_neither_does_that_of_a_follow_up(
    state: FollowUpState, on_its_way: DeliveryState, offered: bool, stopped: bool
) -> None:
    pill = wording.follow_up_pill(state, delivery_state=on_its_way, offered=offered, stopped=stopped)
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
        assert "Hand over" not in page
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


@pytest.fixture
def typed_in(cast: "Cast") -> Referral:
    """The police have a form of their own, and the package lies ready for it."""
    terms = Terms(destination="file_export", mode=DeliveryMode.MANUAL, agreement="A test's agreement")
    change_terms(actor=cast.cleo.actor, agency_id=cast.police.id, terms=terms)
    return line.an_offered_referral(cast)


@pytest.mark.django_db
def test_an_agency_with_a_form_of_its_own_gets_a_check_list(
    cast: "Cast", desk: DoorClient, typed_in: Referral
) -> None:
    page = text(desk.get(desk.url("referral", referral_id=typed_in.id)))
    assert "Into their own form, step by step" in page
    assert "To be typed in" in page
    assert "To be typed into their own form" in text(desk.get(desk.url("worklist")))
    files = desk.submit(desk.url("open_package", referral_id=typed_in.id), follow_up_id="")
    assert files["Content-Type"] == "application/zip"
    typed_in.refresh_from_db()
    assert typed_in.state == "queued"
    assert log.entries_for(action="package:open", case_id=typed_in.case_id).count() == 1
    url = desk.url("record_number", referral_id=typed_in.id)
    assert desk.submit(url, number="", source="portal").status_code == 422
    assert desk.submit(url, number="F-2026-17", source="portal").status_code == 302
    typed_in.refresh_from_db()
    assert typed_in.state == "sent"
    after_all = text(desk.get(desk.url("referral", referral_id=typed_in.id)))
    assert "F-2026-17" in after_all
    assert "step by step" not in after_all
    assert desk.submit(desk.url("open_package", referral_id=typed_in.id), follow_up_id="").status_code == 422


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("found", "state"), [("arrived", "sent"), ("not_arrived", "queued"), ("failed", "failed")]
)
def test_a_person_says_what_became_of_an_unknown_delivery(
    cast: "Cast", desk: DoorClient, found: str, state: str
) -> None:
    referral = line.a_referral(cast)
    with patch.object(settling, "repeatable", lambda _key: False):
        broken(referral, AttemptResult.BROKEN)
    page = text(desk.get(desk.url("referral", referral_id=referral.id)))
    assert "Sent? Check" in page
    assert referral.number in text(desk.get(desk.url("worklist")))
    fields = {
        "delivery_id": str(referral.deliveries.get().id),
        "found": found,
        "by_name": "Duty desk",
        "told_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "reason": "They looked into their inbox.",
        "reference": "",
    }
    url = desk.url("decide_delivery", referral_id=referral.id)
    assert desk.submit(url, **{**fields, "reason": ""}).status_code == 422
    other = line.a_referral(cast).deliveries.get()
    assert desk.submit(url, **{**fields, "delivery_id": str(other.id)}).status_code == 422
    assert desk.submit(url, **fields).status_code == 302
    referral.refresh_from_db()
    assert referral.state == state


@pytest.mark.django_db
def test_a_supplement_is_handed_over_as_the_first_was(cast: "Cast", desk: DoorClient) -> None:
    sent = line.a_sent_referral(cast)
    (made,) = after.supplemented(cast, sent.case)
    line.offer(made.deliveries.get().id)
    page = text(desk.get(desk.url("referral", referral_id=sent.id)))
    assert "Supplement: new facts. For an agency that does not sign in here." in page
    taken = desk.submit(
        desk.url("hand_over", referral_id=sent.id),
        recipient="Duty desk",
        how="courier",
        follow_up_id=str(made.id),
    )
    assert taken["Content-Type"] == "application/zip"
    made.refresh_from_db()
    assert made.state == "sent"


@pytest.mark.django_db
def test_what_they_asked_for_begins_a_new_time_when_it_arrives(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    record_acknowledgement(
        actor=cast.ana.actor,
        referral_id=sent.id,
        answer=Answer.NEEDS_INFO,
        by_name=line.OFFICER,
        source=AnswerSource.PHONE,
        answered_at=timezone.now(),
        note="In which language?",
    )
    (made,) = after.supplemented(cast, sent.case)
    sent.refresh_from_db()
    assert sent.state == "needs_info"
    line.offer(made.deliveries.get().id)
    collect_package(actor=cast.pia.actor, referral_id=sent.id, follow_up_id=made.id)
    sent.refresh_from_db()
    made.refresh_from_db()
    assert (sent.state, sent.due_at) == ("sent", made.due_at)


@pytest.mark.django_db
def test_what_a_withdrawal_overtook_does_not_leave(cast: "Cast", desk: DoorClient) -> None:
    sent = line.a_sent_referral(cast)
    (made,) = after.supplemented(cast, sent.case)
    after.withdrawn(cast, sent.case)
    assert delivery.claim(delivery_id=made.deliveries.get().id) is None
    page = text(desk.get(desk.url("referral", referral_id=sent.id)))
    assert "Withdrawn before it left the house." in page
    told = FollowUp.objects.get(kind="withdrawal")
    assert delivery.claim(delivery_id=told.deliveries.get().id) is not None


@pytest.mark.django_db
def test_a_correction_to_not_illegal_does_not_say_illegal(cast: "Cast", desk: DoorClient) -> None:
    sent = line.a_sent_referral(cast)
    after.found_otherwise(cast, sent.case, verdict="not_illegal", country="RO")
    page = text(desk.get(desk.url("correct", case_id=sent.case_id)))
    assert "By what we know now, not illegal." in page
    assert "Probably illegal" not in page
    assert sent.number in page.split('class="sheet"')[1]


def test_the_page_says_where_a_message_really_goes(
    cast: "Cast", desk_client: DoorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agency on test is reached in our own mailbox; what was sealed says for whom it was sealed."""
    mailing.install(monkeypatch)
    agency = mailing.an_agency(cast, "Alpha")
    (waiting,) = mailing.deliveries(cast, agency)
    desk = desk_client.sign_in(cast.ana)

    def said() -> str:
        return str(desk.get(desk.url("referral", referral_id=waiting.referral_id)).content.decode())

    assert settings.TUTELA_TEST_MAILBOX in said()
    assert "alpha@example.org" not in said()
    with patch.object(timezone, "now", lambda now=waiting.next_try_at: now):
        assert delivery.claim(delivery_id=waiting.id)
    monkeypatch.setattr(settings, "TUTELA_TEST_MAILBOX", "other@example.org")
    assert "other@example.org" not in said()
