"""Nobody knows whether it arrived: only a person who asked the agency says so."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import override_settings
from django.utils import timezone

from audit import log
from audit.acts import Refusal
from project.embedded.mailbox import Fault
from referrals import delivery
from referrals.models import Delivery, Receipt
from referrals.services.again import send_again
from referrals.services.deciding import decide_unknown
from referrals.states import AttemptResult, Found
from tests.proof import assert_verified
from tests.referrals import mailing
from tests.simulators.smtp import sink

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.commits
BOTH = 2


@pytest.fixture(autouse=True)
def _mailed(monkeypatch: pytest.MonkeyPatch) -> None:
    mailing.install(monkeypatch)


@pytest.fixture
def unknown(cast: "Cast") -> list[Delivery]:
    """Two in one message whose answer was lost."""
    found = mailing.deliveries(cast, mailing.an_agency(cast, "Boards"), BOTH)
    with sink(Fault.LOSE_ANSWER) as server, override_settings(TUTELA_SMTP_URL=server.url):
        assert delivery.send(found[0].id) is AttemptResult.BROKEN
    return found


def said(cast: "Cast", found: Found, **other: Any) -> dict[str, Any]:
    told = {
        "by_name": "Desk of Boards",
        "told_at": timezone.now(),
        "reference": "B-17",
        "reason": "They looked into their box.",
    }
    return {"actor": cast.cleo.actor, "found": found, **told, **other}


def states(deliveries: list[Delivery]) -> set[tuple[str, str]]:
    fresh = Delivery.objects.filter(pk__in=[one.id for one in deliveries]).select_related("referral")
    return {(one.state, one.referral.state) for one in fresh}


def test_it_arrived_all_of_it_is_sent_and_the_log_keeps_who_said_so(
    cast: "Cast", unknown: list[Delivery]
) -> None:
    assert len(decide_unknown(delivery_id=unknown[0].id, **said(cast, Found.ARRIVED))) == BOTH
    assert states(unknown) == {("delivered", "sent")}
    assert {receipt.receipt_id for receipt in Receipt.objects.all()} == {"B-17"}
    entry = log.entries_for(object_id=unknown[1].id, action="delivery:decide").get()
    assert log.payloads([entry.event_id])[entry.event_id]["by_name"] == "Desk of Boards"
    with pytest.raises(Refusal, match="known already"):
        decide_unknown(delivery_id=unknown[1].id, **said(cast, Found.ARRIVED))
    assert_verified()


def test_it_did_not_arrive_so_the_same_message_goes_again(cast: "Cast", unknown: list[Delivery]) -> None:
    decide_unknown(delivery_id=unknown[1].id, **said(cast, Found.NOT_ARRIVED))
    assert states(unknown) == {("queued", "queued")}
    with sink() as server, override_settings(TUTELA_SMTP_URL=server.url):
        assert delivery.send(unknown[0].id) is AttemptResult.DELIVERED
        assert len(server.book) == 1
    assert states(unknown) == {("delivered", "sent")}
    assert_verified()


def test_it_failed_and_each_is_put_right_by_itself(cast: "Cast", unknown: list[Delivery]) -> None:
    decide_unknown(delivery_id=unknown[0].id, **said(cast, Found.FAILED))
    assert states(unknown) == {("failed", "failed")}
    send_again(actor=cast.ana.actor, referral_id=unknown[0].referral_id)
    fresh = Delivery.objects.get(referral=unknown[0].referral_id, state="queued")
    assert fresh.group is None
    with pytest.raises(Refusal, match="did not fail"):
        send_again(actor=cast.ana.actor, referral_id=unknown[0].referral_id)
    assert_verified()


@pytest.mark.parametrize(
    "wrong",
    [
        {"by_name": " "},
        {"reason": ""},
        {"reference": "9" * 81},
        {"told_at": timezone.now() + timedelta(days=1)},
        {"told_at": timezone.now() - timedelta(days=1)},
    ],
)
def test_what_is_said_is_whole(cast: "Cast", unknown: list[Delivery], wrong: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        decide_unknown(delivery_id=unknown[0].id, **said(cast, Found.ARRIVED, **wrong))
    assert states(unknown) == {("unknown", "queued")}


def test_what_is_not_unknown_is_not_decided(cast: "Cast") -> None:
    (one,) = mailing.deliveries(cast, mailing.an_agency(cast, "Boards"))
    with pytest.raises(Refusal):
        decide_unknown(delivery_id=one.id, **said(cast, Found.ARRIVED))
