"""What a police hold does: it begins, keeps what host and platform would be told, and lets it go. Steps of verbs.

The locked case comes first, then its referrals by number, then deliveries: every verb that keeps or lets go locks in
this order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from audit import log
from audit.log import Actor, Fact
from intake.models import Case
from referrals.actions import Action
from referrals.gates import Stop
from referrals.models import Delivery, Hold, Referral
from referrals.services.leaving import hold_covers
from referrals.states import (
    HOLD_MOVES,
    HOST_SIDE,
    DeliveryState,
    FollowUpState,
    HoldState,
    ReferralState,
    check_move,
)
from referrals.steps import due_from, move_delivery, move_follow_up, move_referral, wake_after_commit

if TYPE_CHECKING:
    from referrals.services.answering import Who

KEEPS = (Action.REFERRAL_HOLD, Action.DELIVERY_HOLD)
"""What a verb that calls `keep` declares."""
RELEASES = (
    Action.HOLD_RELEASE,
    Action.REFERRAL_RELEASE,
    Action.DELIVERY_RELEASE,
    Action.FOLLOWUP_QUEUE_AGAIN,
)
"""What a verb that calls `release` or `holds.release_for_answer` declares."""


ASKED = ("referral", "source", "recorded_at")
"""The columns that say how the police last changed it by themselves."""


@dataclass(frozen=True)
class Wish:
    """What the police asked for by themselves: who of them spoke, and in answer to which referral."""

    who: "Who"
    referral: Referral


def standing(case: Case) -> Hold | None:
    """The hold of the case that nobody has released yet, even if its time is over; locked."""
    found = Hold.objects.filter(case=case, state=HoldState.SET)
    return found.select_for_update(no_key=True, of=("self",)).first()


def begin(
    case: Case,
    until: datetime,
    actor: Actor,
    *,
    now: datetime,
    agency_id: UUID | None = None,
    policy_id: UUID | None = None,
    reason: str = "",
    by_policy: bool = False,
    wish: Wish | None = None,
) -> Hold:
    """Set a hold on the locked case, which has none. `policy_id`: the row of the policy that asks for it, if any."""
    hold = Hold(
        case=case,
        country=settings.TUTELA_HOME_COUNTRY,
        state=HoldState.SET,
        set_at=now,
        until=until,
        agency_id=agency_id,
        by_policy=by_policy,
    )
    facts = {"until": until, "agency": agency_id, "policy": policy_id, "by_policy": by_policy}
    _write(hold, Action.HOLD_SET, actor, before="", facts=facts, reason=reason, wish=wish)
    return hold


def change(
    hold: Hold,
    until: datetime,
    actor: Actor,
    *,
    agency_id: UUID | None,
    reason: str = "",
    wish: Wish | None = None,
) -> None:
    """The locked hold ends later, at a time that somebody named. If the police ask for it, it is theirs from now on."""
    hold.until = until
    hold.by_policy = False
    if agency_id is not None:
        hold.agency_id = agency_id
    facts = {"until": until, "agency": agency_id}
    _write(hold, Action.HOLD_EXTEND, actor, before=hold.state, facts=facts, reason=reason, wish=wish)


def keep(case: Case, hold: Hold, actor: Actor) -> None:
    """Whatever host or platform would be told waits for the end of the hold. What is leaving right now has left."""
    for referral in _told_something(case):
        if not hold_covers(referral.agency, case, list(referral.items.values_list("pk", flat=True))):
            continue
        deliveries = _locked(referral)
        first = [found for found in deliveries if found.follow_up_id is None]
        if referral.state == ReferralState.QUEUED and not any(map(_is_leaving, first)):
            move_referral(
                referral,
                to=ReferralState.HELD,
                action=Action.REFERRAL_HOLD,
                actor=actor,
                facts={"hold": hold.id},
            )
        for delivery in deliveries:
            _put_off(delivery, hold, actor)


def release(
    case: Case,
    hold: Hold,
    actor: Actor,
    *,
    facts: Mapping[str, Fact] | None = None,
    reason: str = "",
    wish: Wish | None = None,
) -> Hold:
    """End the locked hold: what it kept is queued again, and may be tried at once. Its time for an answer begins."""
    check_move(HOLD_MOVES, hold.state, HoldState.RELEASED)
    hold.state = HoldState.RELEASED
    _write(
        hold, Action.HOLD_RELEASE, actor, before=HoldState.SET, facts=facts or {}, reason=reason, wish=wish
    )
    for referral in _told_something(case):
        if referral.state == ReferralState.HELD:
            move_referral(
                referral,
                to=ReferralState.QUEUED,
                action=Action.REFERRAL_RELEASE,
                actor=actor,
                facts={"hold": hold.id},
                changes={"due_at": due_from(timezone.now(), referral, referral)},
            )
        for delivery in _locked(referral):
            _let_go(delivery, hold, actor)
    return hold


def _told_something(case: Case) -> list[Referral]:
    """The referrals of the case to host and platform, locked, by number. Of an ended one a follow-up may wait."""
    found = Referral.objects.filter(case=case, agency__kind__in=HOST_SIDE)
    locked = found.select_related("agency", "case").order_by("number")
    return list(locked.select_for_update(no_key=True, of=("self",)))


def _locked(referral: Referral) -> list[Delivery]:
    found = Delivery.objects.live().filter(referral=referral).select_related("referral")
    return list(found.order_by("next_try_at", "id").select_for_update(no_key=True, of=("self",)))


def _is_leaving(delivery: Delivery) -> bool:
    """A call runs, or broke: it may be there already. An offered package has not left."""
    sending = delivery.state == DeliveryState.SENDING and delivery.offered_at is None
    return sending or delivery.state == DeliveryState.UNKNOWN


def _put_off(delivery: Delivery, hold: Hold, actor: Actor) -> None:
    if delivery.state != DeliveryState.QUEUED or delivery.next_try_at >= hold.until:
        return
    move_delivery(
        delivery,
        to=DeliveryState.QUEUED,
        action=Action.DELIVERY_HOLD,
        actor=actor,
        facts={"hold": hold.id, "next_try": hold.until},
        changes={"next_try_at": hold.until, "problem": Stop.POLICE_HOLD.value},
    )


def _let_go(delivery: Delivery, hold: Hold, actor: Actor) -> None:
    """What waits for something later than the hold goes on waiting for that."""
    now = timezone.now()
    if delivery.state != DeliveryState.QUEUED or delivery.next_try_at > hold.until:
        return
    follow_up = delivery.follow_up
    if follow_up and follow_up.state == FollowUpState.QUEUED and delivery.problem == Stop.POLICE_HOLD:
        due_at = due_from(now, follow_up, delivery.referral)
        move_follow_up(
            follow_up,
            to=FollowUpState.QUEUED,
            action=Action.FOLLOWUP_QUEUE_AGAIN,
            actor=actor,
            changes={"due_at": due_at},
        )
    if delivery.next_try_at > now:
        move_delivery(
            delivery,
            to=DeliveryState.QUEUED,
            action=Action.DELIVERY_RELEASE,
            actor=actor,
            facts={"hold": hold.id, "next_try": now},
            changes={"next_try_at": now, "problem": ""},
        )
    wake_after_commit(delivery.id)


def _write(
    hold: Hold,
    action: Action,
    actor: Actor,
    *,
    before: str,
    facts: Mapping[str, Fact],
    reason: str = "",
    wish: Wish | None = None,
) -> None:
    told = {"reason": reason.strip()} if reason.strip() else {}
    if wish:
        hold.referral, hold.source, hold.recorded_at = wish.referral, wish.who.source, timezone.now()
        facts = {**facts, "referral": wish.referral.id, "source": wish.who.source}
        told |= wish.who.told
    said: dict[str, Any] = {"facts": facts, "payload": told or None}
    if action is Action.HOLD_SET:
        log.add(hold, action, actor=actor, case=hold.case_id, after=hold.state, **said)
        return
    log.change(
        hold,
        action,
        columns=["state", "until", "agency", "by_policy", *ASKED],
        actor=actor,
        case=hold.case_id,
        before=before,
        after=hold.state,
        **said,
    )
