"""Claim, call, settle: once sealed, never twice claimed, honest about what is not known."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit import log
from audit.acts import Refusal
from referrals import delivery, destinations, tasks
from referrals.destinations import DeliveryError, Destination, Line, Mode, Payload, Receipt, Remedy, Sealed
from referrals.destinations import Wire as WireProtocol
from referrals.documents import ReferralDocument, to_bytes
from referrals.models import AnswerLink, Attempt, Delivery, Package, Referral
from referrals.models import Receipt as StoredReceipt
from referrals.services.again import send_again
from referrals.states import AttemptResult
from tests import line

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.commits


class Wire(dict[Line, "Wire"]):
    """Every line of the house in one, which does what the test wants, and counts what it was given."""

    def __init__(self, answer: Exception | None = None) -> None:
        super().__init__(dict.fromkeys(Line, self))
        self.answer = answer
        self.given: list[bytes] = []
        self.in_transaction: list[bool] = []

    def put(self, sealed: Sealed, *, idempotency_key: UUID) -> bytes:
        self.given.append(sealed.content)
        self.in_transaction.append(connection.in_atomic_block)
        if self.answer:
            raise self.answer
        return delivery.Outbox().put(sealed, idempotency_key=idempotency_key)


class Direct(Destination):
    """Speaks to a machine that answers at once, and that must not be asked twice."""

    key = "direct"
    label = "Direct"
    modes = frozenset({Mode.EXPORT, Mode.API})
    repeatable = False

    def build(self, document: ReferralDocument) -> Payload:
        return Payload("direct.json", "application/json", to_bytes(document))

    def offer(self, sealed: Sealed, *, idempotency_key: UUID, wire: WireProtocol) -> Receipt:
        return self.deliver(sealed, idempotency_key=idempotency_key, wire=wire)

    def read_receipt(self, raw: bytes) -> Receipt:
        stored = Package.objects.get()
        return Receipt("their-1", timezone.now(), bytes(stored.digest))


@pytest.fixture
def referral(cast: "Cast") -> Referral:
    return line.a_referral(cast)


@pytest.fixture
def queued(referral: Referral) -> Delivery:
    return Delivery.objects.get(referral=referral)


@pytest.fixture
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(destinations, "registry", lambda: {"file_export": Direct()})


def test_a_file_to_collect_is_offered_and_not_sent(referral: Referral, queued: Delivery) -> None:
    assert delivery.send(queued.id, wire := Wire()) is AttemptResult.OFFERED
    queued.refresh_from_db()
    referral.refresh_from_db()
    assert wire.in_transaction == [False]
    assert (queued.state, referral.state) == ("sending", "queued")
    assert queued.offered_at
    assert not StoredReceipt.objects.exists()
    assert [line.action for line in log.entries_for(object_id=queued.id)] == [
        "delivery:create",
        "delivery:claim",
        "delivery:offer",
    ]


def test_a_second_wake_finds_nothing_to_do(queued: Delivery) -> None:
    tasks.deliver(str(queued.id))
    tasks.deliver(str(queued.id))
    tasks.sweep_deliveries()
    assert Attempt.objects.count() == Package.objects.count() == 1
    assert delivery.claim(delivery_id=queued.id) is None


def test_two_workers_at_once_claim_once(queued: Delivery) -> None:
    assert delivery.claim(delivery_id=queued.id)
    assert delivery.send(queued.id, wire := Wire()) is None
    assert wire.given == []


def test_the_sweep_finds_what_no_wake_told_us_about(queued: Delivery) -> None:
    tasks.sweep_deliveries()
    queued.refresh_from_db()
    assert queued.offered_at


def test_a_call_inside_a_transaction_is_a_fault(queued: Delivery) -> None:
    claimed = delivery.claim(delivery_id=queued.id)
    assert claimed
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        delivery.call(claimed, Wire())


def test_a_destination_that_is_busy_is_tried_again_later_with_the_same_bytes(
    queued: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = Wire(DeliveryError("busy", remedy=Remedy.RETRY))
    assert delivery.send(queued.id, busy) is AttemptResult.RETRY
    queued.refresh_from_db()
    assert (queued.state, queued.problem) == ("queued", "retry")
    assert timedelta(seconds=50) < queued.next_try_at - timezone.now() <= timedelta(minutes=1)
    assert delivery.send(queued.id, busy) is None
    later = queued.next_try_at + timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert delivery.send(queued.id, after := Wire()) is AttemptResult.OFFERED
    assert busy.given == after.given
    assert Package.objects.count() == 1
    assert [attempt.result for attempt in Attempt.objects.order_by("number")] == ["retry", "offered"]


@pytest.mark.parametrize("remedy", [Remedy.FIX_CONFIG, Remedy.FIX_PAYLOAD, Remedy.ASK_HUMAN])
def test_what_trying_again_cannot_mend_waits_for_a_person(
    referral: Referral, queued: Delivery, remedy: Remedy
) -> None:
    delivery.send(queued.id, Wire(DeliveryError("no", remedy=remedy)))
    queued.refresh_from_db()
    referral.refresh_from_db()
    assert (queued.state, referral.state, queued.problem) == ("failed", "failed", remedy.value)


def test_a_destination_that_stays_busy_fails_in_the_end(
    referral: Referral, queued: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery.settling, "MOST_TRIES", 1)
    delivery.send(queued.id, Wire(DeliveryError("busy", remedy=Remedy.RETRY)))
    referral.refresh_from_db()
    assert referral.state == "failed"


def test_a_broken_line_is_tried_again_where_twice_has_the_effect_of_once(queued: Delivery) -> None:
    assert delivery.send(queued.id, Wire(OSError("reset"))) is AttemptResult.BROKEN
    queued.refresh_from_db()
    assert queued.state == "queued"


@pytest.mark.usefixtures("direct")
def test_a_broken_line_is_unknown_where_twice_is_not_once(referral: Referral, queued: Delivery) -> None:
    delivery.send(queued.id, Wire(OSError("reset")))
    queued.refresh_from_db()
    referral.refresh_from_db()
    assert (queued.state, referral.state) == ("unknown", "queued")
    assert delivery.send(queued.id, again := Wire()) is None
    assert again.given == []


@pytest.mark.usefixtures("direct")
def test_a_machine_that_answers_at_once_makes_it_sent(referral: Referral, queued: Delivery) -> None:
    assert delivery.send(queued.id, Wire()) is AttemptResult.DELIVERED
    queued.refresh_from_db()
    referral.refresh_from_db()
    assert (queued.state, referral.state) == ("delivered", "sent")
    assert StoredReceipt.objects.get(delivery=queued).receipt_id == "their-1"


def test_a_document_that_cannot_be_built_fails_without_a_call(
    referral: Referral, queued: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(destinations.find("file_export"), "build", _broken, raising=False)
    assert delivery.send(queued.id, wire := Wire()) is AttemptResult.FIX_PAYLOAD
    referral.refresh_from_db()
    assert referral.state == "failed"
    assert wire.given == []
    assert not AnswerLink.objects.exists()


def _broken(document: ReferralDocument) -> Payload:
    raise ValueError("a character that no font has")


def test_a_dead_workers_claim_goes_back_to_the_queue(
    queued: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery.claim(delivery_id=queued.id)
    tasks.sweep_deliveries()
    queued.refresh_from_db()
    assert queued.state == "sending"
    monkeypatch.setattr(delivery.sweeping, "CLAIM_LASTS", timedelta(0))
    assert delivery.release_stale(delivery_id=queued.id)
    queued.refresh_from_db()
    assert queued.state == "queued"
    assert delivery.send(queued.id, Wire()) is AttemptResult.OFFERED
    assert Package.objects.count() == 1


@pytest.mark.usefixtures("direct")
def test_a_dead_workers_claim_is_unknown_where_twice_is_not_once(
    queued: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery.claim(delivery_id=queued.id)
    monkeypatch.setattr(delivery.sweeping, "CLAIM_LASTS", timedelta(0))
    tasks.sweep_deliveries()
    queued.refresh_from_db()
    assert queued.state == "unknown"


def test_an_offered_package_is_never_stale(queued: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery.send(queued.id, Wire())
    monkeypatch.setattr(delivery.sweeping, "CLAIM_LASTS", timedelta(0))
    assert delivery.release_stale(delivery_id=queued.id) == []


def test_who_comes_back_late_changes_nothing(queued: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = delivery.claim(delivery_id=queued.id)
    monkeypatch.setattr(delivery.sweeping, "CLAIM_LASTS", timedelta(0))
    delivery.release_stale(delivery_id=queued.id)
    fast = delivery.claim(delivery_id=queued.id)
    assert slow
    assert fast
    assert delivery.settle(claimed=slow, ended=delivery.Result(AttemptResult.BROKEN)) == []
    assert delivery.settle(claimed=fast, ended=delivery.call(fast, Wire()))


def test_the_entries_cite_the_digest_of_the_sealed_bytes(queued: Delivery) -> None:
    delivery.send(queued.id, Wire())
    digest = bytes(Package.objects.get().digest).hex()
    claims = log.entries_for(object_id=queued.id, action="delivery:claim")
    assert digest in bytes(claims.get().entry).decode()


def test_what_failed_is_sent_again_once_a_person_put_it_right(
    cast: "Cast", referral: Referral, queued: Delivery
) -> None:
    broken = Wire(DeliveryError("no", remedy=Remedy.ASK_HUMAN))
    delivery.send(queued.id, broken)
    send_again(actor=cast.ana.actor, referral_id=referral.id)
    assert delivery.send(queued.id, after := Wire()) is AttemptResult.OFFERED
    assert after.given == broken.given
    with pytest.raises(Refusal, match="did not fail"):
        send_again(actor=cast.ana.actor, referral_id=referral.id)
