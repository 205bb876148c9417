"""The three-act send: claim (a transaction), call (none open), settle (a transaction).

Whoever dies between the acts leaves a claim behind. The sweep gives it back to the queue only where calling twice
has the effect of calling once; otherwise a person must ask the agency.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from audit import failpoints, log
from audit.acts import verb
from audit.log import SYSTEM
from referrals import destinations, documents
from referrals.actions import Action
from referrals.destinations import DeliveryError, Destination, Receipt, Sealed, Wire
from referrals.models import Attempt, Delivery, Package, Referral
from referrals.states import AttemptResult, DeliveryMode, DeliveryState, ReferralState
from referrals.steps import arrived, move_delivery, move_referral, store_receipt

CLAIM_LASTS = timedelta(minutes=10)
MOST_TRIES = 8
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)


@dataclass(frozen=True)
class Claim:
    """A delivery that is ours to call. Without `sealed` the package could not be made, and there is no call."""

    delivery_id: UUID
    destination: str
    idempotency_key: UUID
    claimed_at: datetime
    mode: DeliveryMode
    sealed: Sealed | None


@dataclass(frozen=True)
class Result:
    """How the call ended, with the receipt where there is one."""

    result: AttemptResult
    receipt: Receipt | None = None


class Outbox:
    """The wire of destinations whose packages are collected: it answers for the stored bytes, and sends nothing."""

    def put(self, sealed: Sealed, *, idempotency_key: UUID) -> bytes:
        stored = Package.objects.filter(delivery__idempotency_key=idempotency_key).first()
        if stored is None:
            return json.dumps({"error": "missing"}).encode()
        if bytes(stored.content) != sealed.content:
            return json.dumps({"error": "changed"}).encode()
        answer = {"id": str(stored.id), "ready_at": timezone.now().isoformat(), "sha256": sealed.digest.hex()}
        return json.dumps(answer).encode()


def send(delivery_id: UUID, wire: Wire) -> AttemptResult | None:
    """Bring a due delivery to its destination. None: somebody else has it, or it is not due."""
    claimed = claim(delivery_id=delivery_id)
    if claimed is None:
        return None
    ended = call(claimed, wire)
    settle(claimed=claimed, ended=ended)
    return ended.result


@verb(Action.DELIVERY_CLAIM, Action.PACKAGE_SEAL)
def claim(*, delivery_id: UUID) -> Claim | None:
    """Take a due delivery: queued -> sending. The package is sealed and stored here, once, before any call."""
    now = timezone.now()
    delivery = (
        Delivery.objects.due(now)
        .filter(pk=delivery_id, referral__state=ReferralState.QUEUED)
        .select_related("referral")
        .select_for_update(no_key=True, skip_locked=True, of=("self",))
        .first()
    )
    if delivery is None:
        return None
    sealed = _sealed_once(delivery)
    move_delivery(
        delivery,
        to=DeliveryState.SENDING,
        action=Action.DELIVERY_CLAIM,
        actor=SYSTEM,
        facts={"attempt": delivery.attempts_made + 1, "sha256": sealed.digest.hex() if sealed else None},
        changes={"claimed_at": now, "attempts_made": delivery.attempts_made + 1, "problem": ""},
    )
    return Claim(
        delivery.id, delivery.destination, delivery.idempotency_key, now, DeliveryMode(delivery.mode), sealed
    )


def call(claimed: Claim, wire: Wire) -> Result:
    """Speak to the destination, with no transaction open: nobody waits for a lock while the line is slow."""
    if claimed.sealed is None:
        return Result(AttemptResult.FIX_PAYLOAD)
    if connection.in_atomic_block:
        raise RuntimeError("a call to a destination inside a transaction")
    failpoints.hit("referrals.call.before")
    try:
        destination = destinations.find(claimed.destination)
        bring = destination.deliver if claimed.mode is DeliveryMode.API else destination.offer
        receipt = bring(claimed.sealed, idempotency_key=claimed.idempotency_key, wire=wire)
    except DeliveryError as error:
        return Result(AttemptResult(error.remedy.value))
    except Exception:  # noqa: BLE001 - whatever broke, the request may have left: that is what must be recorded
        return Result(AttemptResult.BROKEN)
    failpoints.hit("referrals.call.after")
    return Result(AttemptResult.OFFERED if receipt.offered else AttemptResult.DELIVERED, receipt)


@verb(
    Action.ATTEMPT_RECORD,
    Action.DELIVERY_FAIL,
    Action.DELIVERY_OFFER,
    Action.DELIVERY_RETRY,
    Action.DELIVERY_SEND,
    Action.DELIVERY_UNKNOWN,
    Action.RECEIPT_RECORD,
    Action.REFERRAL_FAIL,
    Action.REFERRAL_SEND,
)
def settle(*, claimed: Claim, ended: Result) -> Delivery | None:
    """Write down how the call ended. None: the claim was given back meanwhile, and is no longer ours."""
    delivery = Delivery.objects.select_related("referral").get(pk=claimed.delivery_id)
    referral = Referral.objects.locked(delivery.referral_id)
    delivery = Delivery.objects.select_related("referral").locked(claimed.delivery_id)
    if delivery.state != DeliveryState.SENDING or delivery.claimed_at != claimed.claimed_at:
        return None
    _record_attempt(delivery, claimed, ended)
    if ended.receipt:
        _settle_receipt(referral, delivery, ended.receipt)
    else:
        _settle_problem(referral, delivery, ended.result)
    return delivery


@verb(Action.DELIVERY_RELEASE, Action.DELIVERY_UNKNOWN)
def release_stale(*, delivery_id: UUID) -> Delivery | None:
    """A worker died with this claim: back to the queue where that is harmless, else unknown."""
    now = timezone.now()
    delivery = (
        Delivery.objects.stale(now - CLAIM_LASTS)
        .filter(pk=delivery_id)
        .select_related("referral")
        .select_for_update(no_key=True, skip_locked=True, of=("self",))
        .first()
    )
    if delivery is None:
        return None
    if _repeatable(delivery.destination):
        return move_delivery(
            delivery,
            to=DeliveryState.QUEUED,
            action=Action.DELIVERY_RELEASE,
            actor=SYSTEM,
            changes={"claimed_at": None, "next_try_at": now},
        )
    return _ask_a_person(delivery)


def due_and_stale(now: datetime, limit: int) -> tuple[list[UUID], list[UUID]]:
    """What the sweep has to do: deliveries to send, and claims to give back."""
    due = Delivery.objects.due(now).filter(referral__state=ReferralState.QUEUED).order_by("next_try_at")
    stale = Delivery.objects.stale(now - CLAIM_LASTS).order_by("claimed_at")
    return list(due.values_list("pk", flat=True)[:limit]), list(stale.values_list("pk", flat=True)[:limit])


def _sealed_once(delivery: Delivery) -> Sealed | None:
    stored = Package.objects.filter(delivery=delivery).first()
    if stored:
        return Sealed(stored.name, stored.content_type, bytes(stored.content))
    sealed = _seal(delivery)
    if sealed is None:
        return None
    package = Package(
        id=uuid.uuid4(),
        delivery=delivery,
        name=sealed.name,
        content_type=sealed.content_type,
        content=sealed.content,
        digest=sealed.digest,
    )
    written = log.append(
        Action.PACKAGE_SEAL,
        actor=SYSTEM,
        kind=Package.audit_kind,
        id=package.id,
        row=package,
        case=delivery.referral.case_id,
        facts={"delivery": delivery.id, "bytes": len(sealed.content), "sha256": sealed.digest.hex()},
    )
    package.last_event_id = written.event_id
    package.save(force_insert=True)
    return sealed


def _seal(delivery: Delivery) -> Sealed | None:
    """None where the document cannot be brought into the destination's form: a person must look."""
    try:
        destination: Destination = destinations.find(delivery.destination)
        document = documents.from_bytes(bytes(delivery.referral.document))
        return destination.seal(destination.build(document), {})
    except Exception:  # noqa: BLE001 - one document must not stop the worker; the attempt records the failure
        return None


def _record_attempt(delivery: Delivery, claimed: Claim, ended: Result) -> None:
    attempt = Attempt(
        id=uuid.uuid4(),
        delivery=delivery,
        number=delivery.attempts_made,
        started_at=claimed.claimed_at,
        ended_at=timezone.now(),
        result=ended.result,
    )
    written = log.append(
        Action.ATTEMPT_RECORD,
        actor=SYSTEM,
        kind=Attempt.audit_kind,
        id=attempt.id,
        row=attempt,
        case=delivery.referral.case_id,
        facts={"delivery": delivery.id, "number": attempt.number, "result": ended.result},
    )
    attempt.last_event_id = written.event_id
    attempt.save(force_insert=True)


def _settle_receipt(referral: Referral, delivery: Delivery, answer: Receipt) -> None:
    if answer.offered:
        move_delivery(
            delivery,
            to=DeliveryState.SENDING,
            action=Action.DELIVERY_OFFER,
            actor=SYSTEM,
            facts={"sha256": answer.digest.hex()},
            changes={"offered_at": timezone.now()},
        )
        return
    receipt = store_receipt(delivery, actor=SYSTEM, receipt_id=answer.id, at=answer.at, digest=answer.digest)
    arrived(referral, delivery, actor=SYSTEM, receipt=receipt)


def _settle_problem(referral: Referral, delivery: Delivery, result: AttemptResult) -> None:
    broken = result is AttemptResult.BROKEN
    if broken and not _repeatable(delivery.destination):
        _ask_a_person(delivery)
        return
    if (broken or result is AttemptResult.RETRY) and delivery.attempts_made < MOST_TRIES:
        _try_again(delivery, result)
        return
    move_delivery(
        delivery,
        to=DeliveryState.FAILED,
        action=Action.DELIVERY_FAIL,
        actor=SYSTEM,
        facts={"problem": result},
        changes={"problem": result},
    )
    move_referral(referral, to=ReferralState.FAILED, action=Action.REFERRAL_FAIL, actor=SYSTEM)


def _try_again(delivery: Delivery, result: AttemptResult) -> None:
    """One minute, two, four ... up to four hours."""
    wait = min(FIRST_WAIT * 2 ** (delivery.attempts_made - 1), LONGEST_WAIT)
    next_try = timezone.now() + wait
    move_delivery(
        delivery,
        to=DeliveryState.QUEUED,
        action=Action.DELIVERY_RETRY,
        actor=SYSTEM,
        facts={"problem": result, "next_try_at": next_try},
        changes={"claimed_at": None, "next_try_at": next_try, "problem": result},
    )


def _ask_a_person(delivery: Delivery) -> Delivery:
    return move_delivery(
        delivery,
        to=DeliveryState.UNKNOWN,
        action=Action.DELIVERY_UNKNOWN,
        actor=SYSTEM,
        changes={"problem": AttemptResult.BROKEN},
    )


def _repeatable(key: str) -> bool:
    return key in destinations.registry() and destinations.find(key).repeatable
