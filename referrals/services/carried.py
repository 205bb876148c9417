"""The document that a delivery carries, the referral's first or a follow-up: what becomes of it with the delivery.

Every function wants the referral locked; `delivery.referral` is that row. Steps: they run inside a verb.
"""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from audit import log
from audit.log import Actor, Fact
from referrals.actions import Action
from referrals.models import Delivery, Receipt, Referral
from referrals.states import (
    ENDED,
    DeliveryState,
    FollowUpKind,
    FollowUpState,
    Problem,
    ReferralState,
)
from referrals.steps import due_from, move_delivery, move_follow_up, move_referral, queue_delivery

SENT = (Action.DELIVERY_SEND, Action.FOLLOWUP_SEND, Action.REFERRAL_SEND, Action.REFERRAL_SUPPLEMENT)
FAILED = (Action.FOLLOWUP_FAIL, Action.REFERRAL_FAIL)
REPLACED = (Action.DELIVERY_CREATE, Action.DELIVERY_REPLACE)


def waits(delivery: Delivery) -> bool:
    """Whether its document still has to leave. Once the referral is withdrawn, only what tells of that does."""
    if delivery.follow_up:
        withdrawn = delivery.referral.state == ReferralState.WITHDRAWN
        overtaken = withdrawn and delivery.follow_up.kind != FollowUpKind.WITHDRAWAL
        return delivery.follow_up.state == FollowUpState.QUEUED and not overtaken
    return delivery.referral.state == ReferralState.QUEUED


def sent(
    delivery: Delivery,
    *,
    actor: Actor,
    receipt: Receipt,
    action: Action = Action.DELIVERY_SEND,
    payload: log.Text | None = None,
) -> None:
    """The package is there: the delivery is delivered, its document sent. Cites the digest of the bytes."""
    move_delivery(
        delivery,
        to=DeliveryState.DELIVERED,
        action=action,
        actor=actor,
        facts={"receipt": receipt.id, "sha256": bytes(receipt.digest).hex()},
        payload=payload,
        changes={"problem": ""},
    )
    referral, follow_up = delivery.referral, delivery.follow_up
    if follow_up is None:
        _first_sent(referral, actor)
        return
    move_follow_up(
        follow_up,
        to=FollowUpState.SENT,
        action=Action.FOLLOWUP_SEND,
        actor=actor,
        changes={"due_at": due_from(timezone.now(), follow_up, referral)},
    )
    if follow_up.kind == FollowUpKind.SUPPLEMENT and referral.state == ReferralState.NEEDS_INFO:
        _asked_for(referral, follow_up.due_at, actor)


def failed(
    delivery: Delivery,
    *,
    actor: Actor,
    action: Action,
    problem: str,
    facts: Mapping[str, Fact] | None = None,
    payload: log.Text | None = None,
) -> None:
    """A person must act. Where the document is past that (answered, withdrawn), only the delivery says so."""
    move_delivery(
        delivery,
        to=DeliveryState.FAILED,
        action=action,
        actor=actor,
        facts=facts,
        payload=payload,
        changes={"problem": problem},
    )
    follow_up, referral = delivery.follow_up, delivery.referral
    if follow_up and follow_up.state in {FollowUpState.QUEUED, FollowUpState.SENT}:
        move_follow_up(follow_up, to=FollowUpState.FAILED, action=Action.FOLLOWUP_FAIL, actor=actor)
    if follow_up is None and referral.state in {
        ReferralState.QUEUED,
        ReferralState.HELD,
        ReferralState.SENT,
        ReferralState.EXPIRED,
    }:
        move_referral(
            referral,
            to=ReferralState.FAILED,
            action=Action.REFERRAL_FAIL,
            actor=actor,
            through=_through(referral),
        )


def queued_again(delivery: Delivery, *, actor: Actor) -> None:
    """A person put the failure right: the document waits again for its delivery."""
    if delivery.follow_up:
        move_follow_up(
            delivery.follow_up,
            to=FollowUpState.QUEUED,
            action=Action.FOLLOWUP_QUEUE_AGAIN,
            actor=actor,
        )
        return
    move_referral(delivery.referral, to=ReferralState.QUEUED, action=Action.REFERRAL_QUEUE_AGAIN, actor=actor)


def replaced(delivery: Delivery, *, actor: Actor, first_try: datetime) -> Delivery:
    """A new delivery takes its place, to be sealed afresh. Only where nothing of the old one arrived."""
    move_delivery(
        delivery,
        to=DeliveryState.FAILED,
        action=Action.DELIVERY_REPLACE,
        actor=actor,
        changes={"problem": Problem.REPLACED},
    )
    return queue_delivery(delivery.referral, actor=actor, first_try=first_try, follow_up=delivery.follow_up)


def _first_sent(referral: Referral, actor: Actor) -> None:
    """From now on the time for an answer runs.

    What was withdrawn while it travelled stays withdrawn: that it arrived stands in the delivery's entry.
    """
    if referral.state in ENDED:
        return
    move_referral(
        referral,
        to=ReferralState.SENT,
        action=Action.REFERRAL_SEND,
        actor=actor,
        through=_through(referral),
        changes={"due_at": due_from(timezone.now(), referral, referral)},
    )


def _asked_for(referral: Referral, due_at: datetime, actor: Actor) -> None:
    """They asked for more and have it: the clock of their answer begins again."""
    move_referral(
        referral,
        to=ReferralState.SENT,
        action=Action.REFERRAL_SUPPLEMENT,
        actor=actor,
        changes={"due_at": due_at, "reminded_at": None, "escalated_at": None, "cared_for_by": None},
    )


def _through(referral: Referral) -> ReferralState | None:
    """A hold that was set while the call ran did not stop it."""
    return ReferralState.QUEUED if referral.state == ReferralState.HELD else None
