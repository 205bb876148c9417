"""What several verbs share: moving a referral or a delivery with its entry, storing a receipt, waking a worker."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import KombuError

from audit import log
from audit.log import Actor, Fact
from intake.triage import add_working_days
from referrals.actions import Action
from referrals.models import Delivery, FollowUp, Receipt, Referral
from referrals.states import (
    DELIVERY_MOVES,
    FOLLOW_UP_MOVES,
    REFERRAL_MOVES,
    DeliveryState,
    FollowUpState,
    ReferralState,
    check_move,
)


def move_referral(
    referral: Referral,
    *,
    to: ReferralState,
    action: Action,
    actor: Actor,
    through: ReferralState | None = None,
    facts: Mapping[str, Fact] | None = None,
    payload: log.Text | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Referral:
    """Move a locked referral, with its entry; staying in its state needs no legal move, but an entry as well.

    `through` is a state passed on the way; `changes` are further columns. Raises IllegalMove.
    """
    path = [ReferralState(referral.state), *([through] if through else []), to]
    for before, after in pairwise(path):
        if before != after or through:
            check_move(REFERRAL_MOVES, before, after)
    for name, value in {"state": to, **(changes or {})}.items():
        setattr(referral, name, value)
    log.change(
        referral,
        action,
        columns=["state", *(changes or {})],
        actor=actor,
        case=referral.case_id,
        before=path[0],
        after=to,
        facts={**({"through": through} if through else {}), **(facts or {})},
        payload=payload,
    )
    return referral


def move_delivery(
    delivery: Delivery,
    *,
    to: DeliveryState,
    action: Action,
    actor: Actor,
    facts: Mapping[str, Fact] | None = None,
    payload: log.Text | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Delivery:
    """Move a locked delivery, with its entry; staying in its state needs no legal move, but an entry as well."""
    before = delivery.state
    if to != before:
        check_move(DELIVERY_MOVES, before, to)
    for name, value in {"state": to, **(changes or {})}.items():
        setattr(delivery, name, value)
    log.change(
        delivery,
        action,
        columns=["state", *(changes or {})],
        actor=actor,
        case=delivery.referral.case_id,
        before=before,
        after=to,
        facts=facts,
        payload=payload,
    )
    return delivery


def move_follow_up(
    follow_up: FollowUp,
    *,
    to: FollowUpState,
    action: Action,
    actor: Actor,
    facts: Mapping[str, Fact] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> FollowUp:
    """Move a locked supplement, correction or withdrawal, with its entry; staying needs an entry as well.

    Raises IllegalMove.
    """
    before = follow_up.state
    if to != before:
        check_move(FOLLOW_UP_MOVES, before, to)
    for name, value in {"state": to, **(changes or {})}.items():
        setattr(follow_up, name, value)
    log.change(
        follow_up,
        action,
        columns=["state", *(changes or {})],
        actor=actor,
        case=follow_up.referral.case_id,
        before=before,
        after=to,
        facts=facts,
    )
    return follow_up


def due_from(now: datetime, document: Referral | FollowUp, referral: Referral) -> datetime:
    """By when its answer is due if it leaves now: no document shortens the time that was given."""
    return max(document.due_at, add_working_days(now, referral.agency.answer_days))


def queue_delivery(
    referral: Referral, *, actor: Actor, first_try: datetime, follow_up: FollowUp | None = None
) -> Delivery:
    """Queue what leaves for the agency, in the way its terms say; the worker is told after commit."""
    delivery = Delivery(
        id=uuid.uuid4(),
        referral=referral,
        follow_up=follow_up,
        destination=referral.agency.destination,
        mode=referral.agency.mode,
        state=DeliveryState.QUEUED,
        idempotency_key=uuid.uuid4(),
        next_try_at=first_try,
    )
    log.add(
        delivery,
        Action.DELIVERY_CREATE,
        actor=actor,
        case=referral.case_id,
        after=DeliveryState.QUEUED,
        facts={"referral": referral.id, "destination": delivery.destination, "mode": delivery.mode},
    )
    wake_after_commit(delivery.id)
    return delivery


def store_receipt(
    delivery: Delivery,
    *,
    actor: Actor,
    receipt_id: str,
    at: datetime,
    digest: bytes,
    collected_by: UUID | None = None,
) -> Receipt:
    """Keep what proves that the package arrived: id, time and the digest of the bytes."""
    receipt = Receipt(
        id=uuid.uuid4(),
        delivery=delivery,
        receipt_id=receipt_id,
        received_at=at,
        digest=digest,
        collected_by_id=collected_by,
    )
    log.add(
        receipt,
        Action.RECEIPT_RECORD,
        actor=actor,
        case=delivery.referral.case_id,
        facts={"at": at, "delivery": delivery.id, "sha256": digest.hex()},
    )
    return receipt


def next_referral_number(confirmed: datetime) -> str:
    """R, the year and a running number that is never given twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('referrals_referral_number')")
        (running,) = cursor.fetchone()
    return f"R-{timezone.localtime(confirmed).year}-{running:04d}"


def wake_after_commit(delivery_id: UUID) -> None:
    """Tell a worker, once the work is there. If the broker is away the sweep finds it."""
    transaction.on_commit(partial(wake, delivery_id))


def wake(delivery_id: UUID) -> None:
    try:
        current_app.send_task("referrals.tasks.deliver", args=[str(delivery_id)], retry=False)
    except (KombuError, OSError):
        return
