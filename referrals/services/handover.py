"""The package leaves the house: a person of the agency collects it, an analyst hands it over or types it in.

Each is about the referral's first document, or about the follow-up that is named.
"""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from referrals.actions import Action
from referrals.models import Delivery, Package, Referral
from referrals.services import carried, groups, ready
from referrals.states import (
    AnswerSource,
    DeliveryMode,
    DeliveryState,
    FollowUpKind,
    HandOver,
    ReferralState,
)
from referrals.steps import store_receipt

LONGEST_NUMBER = 80


@dataclass(frozen=True)
class Collected:
    """The bytes as they were sealed, for a download."""

    name: str
    content_type: str
    content: bytes


class Altered(RuntimeError):
    """The stored package no longer has the digest of its entry. Nothing is given out."""


@verb(Action.PACKAGE_COLLECT_AGAIN, Action.RECEIPT_RECORD, *carried.SENT)
def collect_package(*, actor: Actor, referral_id: UUID, follow_up_id: UUID | None = None) -> Collected:
    """A person of the agency takes the package. The first time sends it; later ones only leave an entry."""
    delivery = _offered(referral_id, follow_up_id)
    if _is_over(delivery):
        raise Refusal(_("This referral has ended, and with it access to what was sent. Ask the hotline."))
    if not ready.kept(delivery, timezone.now()).free:
        raise Refusal(_("Nothing is given out to you at present. Ask the hotline."))
    _check_waits(delivery)
    return _give(delivery, actor=actor, collected_by=actor.person, payload=None)


@verb(Action.PACKAGE_COLLECT_AGAIN, Action.RECEIPT_RECORD, *carried.SENT)
def hand_over_package(
    *,
    actor: Actor,
    referral_id: UUID,
    recipient: str,
    how: HandOver,
    follow_up_id: UUID | None = None,
) -> Collected:
    """An analyst hands the package to a named person of the agency. Name and way are sealed with the entry."""
    if not recipient.strip():
        raise Refusal(_("Say who takes the package: a name and a unit."))
    delivery = _offered(referral_id, follow_up_id)
    check_kept(delivery)
    _check_waits(delivery)
    payload = {"recipient": recipient.strip(), "how": how.value}
    return _give(delivery, actor=actor, collected_by=None, payload=payload)


@verb(Action.RECEIPT_RECORD, *carried.SENT)
def record_number(
    *,
    actor: Actor,
    referral_id: UUID,
    number: str,
    source: AnswerSource,
    follow_up_id: UUID | None = None,
) -> Delivery:
    """The analyst typed it into the agency's own form: their number proves it, with where it came from."""
    number = number.strip()
    if not number:
        raise Refusal(_("Type in the number that the agency gave."))
    if len(number) > LONGEST_NUMBER or not number.isprintable():
        raise Refusal(_("A number has 80 characters at most, on one line."))
    delivery = _offered(referral_id, follow_up_id)
    if delivery.mode != DeliveryMode.MANUAL:
        raise Refusal(_("This agency collects its packages. There is no form of theirs to type into."))
    if delivery.state != DeliveryState.SENDING:
        raise Refusal(_("The number is here already."))
    check_kept(delivery)
    _check_waits(delivery)
    _first(
        delivery,
        unaltered(delivery),
        actor=actor,
        receipt_id=number,
        payload={"number": number, "source": source.value},
    )
    return delivery


def _offered(referral_id: UUID, follow_up_id: UUID | None) -> Delivery:
    """The package that lies ready or was taken, locked with its referral. Raises Refusal."""
    Referral.objects.locked(referral_id)
    newest = (
        Delivery.objects.filter(referral=referral_id, follow_up=follow_up_id, offered_at__isnull=False)
        .order_by("-offered_at")
        .first()
    )
    if newest is None:
        raise Refusal(_("The package is not ready yet. Try again in a minute."))
    (delivery,) = groups.locked([newest.id])
    return delivery


def check_kept(delivery: Delivery) -> None:
    """Asked at the moment of giving out; the desk is told what keeps it. Raises Refusal."""
    said = ready.kept(delivery, timezone.now())
    if not said.free:
        raise Refusal(ready.sentence(said))


def unaltered(delivery: Delivery) -> Package:
    """The package as it was sealed. Raises Altered."""
    package = Package.objects.get(delivery=delivery)
    if sha256(bytes(package.content)).digest() != bytes(package.digest):
        raise Altered(str(package.id))
    return package


def _check_waits(delivery: Delivery) -> None:
    if delivery.state == DeliveryState.SENDING and not carried.waits(delivery):
        raise Refusal(_("This was withdrawn before anybody took it. There is nothing to hand over."))


def _is_over(delivery: Delivery) -> bool:
    """What the agency had of it before the end. A withdrawal can be taken, and what followed a conclusion."""
    if delivery.referral.state == ReferralState.WITHDRAWN:
        return delivery.follow_up is None or delivery.follow_up.kind != FollowUpKind.WITHDRAWAL
    return delivery.referral.state == ReferralState.CONCLUDED and delivery.follow_up is None


def _give(
    delivery: Delivery, *, actor: Actor, collected_by: UUID | None, payload: log.Text | None
) -> Collected:
    package = unaltered(delivery)
    if delivery.state == DeliveryState.DELIVERED:
        _again(delivery, package, actor, payload)
    elif delivery.state == DeliveryState.SENDING:
        _first(
            delivery,
            package,
            actor=actor,
            receipt_id=str(delivery.idempotency_key),
            payload=payload,
            collected_by=collected_by,
        )
    else:
        raise Refusal(_("This delivery did not work out. Ask the hotline."))
    return Collected(package.name, package.content_type, bytes(package.content))


def _first(
    delivery: Delivery,
    package: Package,
    *,
    actor: Actor,
    receipt_id: str,
    payload: log.Text | None,
    collected_by: UUID | None = None,
) -> None:
    receipt = store_receipt(
        delivery,
        actor=actor,
        receipt_id=receipt_id,
        at=timezone.now(),
        digest=bytes(package.digest),
        collected_by=collected_by,
    )
    carried.sent(delivery, actor=actor, receipt=receipt, payload=payload)


def _again(delivery: Delivery, package: Package, actor: Actor, payload: log.Text | None) -> None:
    log.append(
        Action.PACKAGE_COLLECT_AGAIN,
        actor=actor,
        kind=Package.audit_kind,
        id=package.id,
        row=package,
        case=delivery.referral.case_id,
        payload=payload,
    )
