"""Settle: write down how the call ended, for each delivery of the claim. One transaction, after the call."""

import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from audit import log
from audit.acts import verb
from audit.log import SYSTEM
from referrals import destinations
from referrals.actions import Action
from referrals.delivery.calling import Result
from referrals.delivery.claiming import Claim
from referrals.destinations import Receipt
from referrals.models import Attempt, Delivery
from referrals.services import carried, groups
from referrals.states import AttemptResult, DeliveryState
from referrals.steps import move_delivery, store_receipt

MOST_TRIES = 8
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)


@verb(
    Action.ATTEMPT_RECORD,
    Action.DELIVERY_FAIL,
    Action.DELIVERY_OFFER,
    Action.DELIVERY_RETRY,
    Action.DELIVERY_UNKNOWN,
    Action.RECEIPT_RECORD,
    *carried.FAILED,
    *carried.SENT,
)
def settle(*, claimed: Claim, ended: Result) -> list[Delivery]:
    """Write down how the call ended. Nothing: the claim was given back meanwhile, and is no longer ours."""
    now = timezone.now()
    deliveries = _ours(claimed)
    for delivery in deliveries:
        _record_attempt(delivery, claimed, ended, now)
        if ended.receipt:
            _settle_receipt(delivery, ended.receipt, now)
        else:
            _settle_problem(delivery, ended.result, now)
    return deliveries


def ask_a_person(delivery: Delivery) -> Delivery:
    """Nobody knows whether it arrived, and twice is not once: sending -> unknown. A step."""
    return move_delivery(
        delivery,
        to=DeliveryState.UNKNOWN,
        action=Action.DELIVERY_UNKNOWN,
        actor=SYSTEM,
        changes={"problem": AttemptResult.BROKEN},
    )


def repeatable(key: str) -> bool:
    """Whether calling this destination twice has the effect of calling it once."""
    return key in destinations.registry() and destinations.find(key).repeatable


def _ours(claimed: Claim) -> list[Delivery]:
    """The claimed deliveries, locked with their referrals: all of them, or none."""
    found = groups.locked(claimed.delivery_ids)
    ours = all(
        one.state == DeliveryState.SENDING and one.claimed_at == claimed.claimed_at and one.offered_at is None
        for one in found
    )
    return found if ours else []


def _record_attempt(delivery: Delivery, claimed: Claim, ended: Result, now: datetime) -> None:
    attempt = Attempt(
        id=uuid.uuid4(),
        delivery=delivery,
        number=delivery.attempts_made,
        started_at=claimed.claimed_at,
        ended_at=now,
        result=ended.result,
    )
    log.add(
        attempt,
        Action.ATTEMPT_RECORD,
        actor=SYSTEM,
        case=delivery.referral.case_id,
        facts={"delivery": delivery.id, "number": attempt.number, "result": ended.result},
    )


def _settle_receipt(delivery: Delivery, answer: Receipt, now: datetime) -> None:
    if answer.offered:
        move_delivery(
            delivery,
            to=DeliveryState.SENDING,
            action=Action.DELIVERY_OFFER,
            actor=SYSTEM,
            facts={"sha256": answer.digest.hex()},
            changes={"offered_at": now},
        )
        return
    receipt = store_receipt(delivery, actor=SYSTEM, receipt_id=answer.id, at=answer.at, digest=answer.digest)
    carried.sent(delivery, actor=SYSTEM, receipt=receipt)


def _settle_problem(delivery: Delivery, result: AttemptResult, now: datetime) -> None:
    broken = result is AttemptResult.BROKEN
    if broken and not repeatable(delivery.destination):
        ask_a_person(delivery)
        return
    if (broken or result is AttemptResult.RETRY) and delivery.attempts_made < MOST_TRIES:
        _try_again(delivery, result, now)
        return
    carried.failed(
        delivery,
        actor=SYSTEM,
        action=Action.DELIVERY_FAIL,
        problem=result,
        facts={"problem": result},
    )


def _try_again(delivery: Delivery, result: AttemptResult, now: datetime) -> None:
    """One minute, two, four ... up to four hours."""
    next_try = now + min(FIRST_WAIT * 2 ** (delivery.attempts_made - 1), LONGEST_WAIT)
    move_delivery(
        delivery,
        to=DeliveryState.QUEUED,
        action=Action.DELIVERY_RETRY,
        actor=SYSTEM,
        facts={"problem": result, "next_try_at": next_try},
        changes={"claimed_at": None, "next_try_at": next_try, "problem": result},
    )
