"""Several notices for one contact travel as one message: claimed, called, settled and retried together."""

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.test import override_settings

from audit.acts import Refusal
from project.embedded.mailbox import Fault
from referrals import delivery
from referrals.destinations import Payload
from referrals.documents import ReferralDocument
from referrals.models import Attempt, Delivery, Package, Receipt
from referrals.services.again import send_again
from referrals.services.bounces import record_bounce
from referrals.services.follow_ups import withdraw
from referrals.states import AttemptResult
from tests.proof import assert_verified
from tests.referrals import mailing
from tests.simulators.smtp import Sink, sink

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.commits
THREE = 3


@pytest.fixture(autouse=True)
def _mailed(monkeypatch: pytest.MonkeyPatch) -> None:
    mailing.install(monkeypatch)


@pytest.fixture
def three(cast: "Cast") -> list[Delivery]:
    return mailing.deliveries(cast, mailing.an_agency(cast, "Boards"), THREE)


def send(server: Sink, one: Delivery) -> AttemptResult | None:
    with override_settings(TUTELA_SMTP_URL=server.url):
        return delivery.send(one.id)


def states(deliveries: list[Delivery]) -> list[str]:
    for one in deliveries:
        one.refresh_from_db()
    return [one.state for one in deliveries]


def test_what_is_due_for_one_contact_is_one_message(three: list[Delivery]) -> None:
    with sink() as server:
        assert send(server, three[0]) is AttemptResult.DELIVERED
        assert send(server, three[1]) is None
        (taken,) = server.book
    assert states(three) == ["delivered"] * THREE
    assert len({one.group for one in three}) == 1
    assert {bytes(package.content) for package in Package.objects.all()} == {taken.content}
    assert {receipt.receipt_id for receipt in Receipt.objects.all()} == {taken.number}
    assert {one.referral.state for one in three} == {"sent"}
    assert Attempt.objects.count() == THREE
    assert_verified()


def test_another_agency_gets_a_message_of_its_own(cast: "Cast") -> None:
    first, second = mailing.an_agency(cast, "Boards"), mailing.an_agency(cast, "Clips")
    (one,) = mailing.deliveries(cast, first)
    other = Delivery.objects.get(referral__agency=second)
    with sink() as server:
        send(server, one)
        assert states([one, other]) == ["delivered", "queued"]
        send(server, other)
        assert len(server.book) == 2


def test_a_retry_takes_exactly_the_same_group_and_bytes(
    cast: "Cast", three: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    with sink(Fault.BUSY_AFTER, Fault.NONE) as server:
        assert send(server, three[0]) is AttemptResult.RETRY
        assert states(three) == ["queued"] * THREE
        sealed = {bytes(package.content) for package in Package.objects.all()}
        (newcomer,) = mailing.deliveries(cast, three[0].referral.agency)
        mailing.later(monkeypatch, three[0])
        assert send(server, three[2]) is AttemptResult.DELIVERED
        assert {taken.content for taken in server.book} == sealed
    assert states([*three, newcomer]) == ["delivered"] * THREE + ["queued"]


def test_a_lost_answer_makes_all_of_it_unknown_and_nothing_goes_twice(
    three: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    with sink(Fault.LOSE_ANSWER) as server:
        assert send(server, three[0]) is AttemptResult.BROKEN
        mailing.later(monkeypatch, three[0])
        assert [send(server, one) for one in three] == [None] * THREE
        assert len(server.book) == 1
    assert states(three) == ["unknown"] * THREE


def test_a_dead_workers_group_is_given_up_as_a_whole(
    three: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert delivery.claim(delivery_id=three[0].id)
    monkeypatch.setattr(delivery.sweeping, "CLAIM_LASTS", -delivery.sweeping.CLAIM_LASTS)
    assert len(delivery.release_stale(delivery_id=three[1].id)) == THREE
    assert states(three) == ["unknown"] * THREE
    assert delivery.release_stale(delivery_id=three[0].id) == []


def test_what_was_withdrawn_meanwhile_leaves_the_group_and_the_rest_is_sealed_afresh(
    cast: "Cast", three: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    with sink(Fault.BUSY, Fault.NONE) as server:
        send(server, three[0])
        gone = three[1].referral
        withdraw(actor=cast.ana.actor, case_id=gone.case_id, reason="Wrong.", seen={}, referral_id=gone.id)
        mailing.later(monkeypatch, three[0])
        assert send(server, three[0]) is None
        fresh = list(Delivery.objects.filter(destination="mailed", state="queued", group=None).order_by("id"))
        assert {one.referral_id for one in fresh} == {three[0].referral_id, three[2].referral_id}
        assert send(server, fresh[0]) is AttemptResult.DELIVERED
        (taken,) = server.book
    assert gone.number.encode() not in taken.content
    assert states(three) == ["failed", "queued", "failed"]
    assert [three[0].problem, three[2].problem] == ["replaced", "replaced"]
    assert states(fresh) == ["delivered"] * 2
    assert_verified()


def test_one_document_that_cannot_be_built_does_not_stop_the_others(
    three: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = three[1].referral.number
    whole = mailing.Mailed.build_many

    def build_many(self: mailing.Mailed, documents: list[ReferralDocument]) -> Payload:
        if any(document.referral == bad for document in documents):
            raise ValueError(bad)
        return whole(self, documents)

    monkeypatch.setattr(mailing.Mailed, "build_many", build_many)
    with sink() as server:
        for one in three:
            send(server, one)
        assert len(server.book) == 2
    assert states(three) == ["delivered", "failed", "delivered"]
    assert three[1].problem == "fix_payload"


def test_a_message_that_comes_back_fails_all_of_it_and_goes_again_sealed_afresh(
    cast: "Cast", three: list[Delivery]
) -> None:
    with sink() as server:
        send(server, three[0])
        number = server.book[0].number
        assert len(record_bounce(message_id=number, status="5.1.1")) == THREE
        assert states(three) == ["failed"] * THREE
        with pytest.raises(Refusal):
            record_bounce(message_id=number, status="5.1.1")
        again = send_again(actor=cast.ana.actor, referral_id=three[0].referral_id)
        (fresh,) = again.deliveries.filter(state="queued")
        assert send(server, fresh) is AttemptResult.DELIVERED
        assert len({taken.number for taken in server.book}) == 2
    assert states(three) == ["failed"] * THREE
    again.refresh_from_db()
    assert again.state == "sent"
    assert_verified()


def test_a_bounce_of_nothing_is_refused() -> None:
    with pytest.raises(Refusal):
        record_bounce(message_id=str(uuid4()), status="5.1.1")
