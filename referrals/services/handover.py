"""The package leaves the house: a person of the agency collects it, or an analyst hands it over."""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from referrals.actions import Action
from referrals.models import Delivery, Package, Receipt, Referral
from referrals.states import DeliveryState, HandOver
from referrals.steps import arrived, store_receipt


@dataclass(frozen=True)
class Collected:
    """The bytes as they were sealed, for a download."""

    name: str
    content_type: str
    content: bytes


class Altered(RuntimeError):
    """The stored package no longer has the digest of its entry. Nothing is given out."""


@verb(Action.DELIVERY_SEND, Action.PACKAGE_COLLECT_AGAIN, Action.RECEIPT_RECORD, Action.REFERRAL_SEND)
def collect_package(*, actor: Actor, referral_id: UUID) -> Collected:
    """A person of the agency takes the package. The first time sends the referral; later ones only leave an entry."""
    referral, delivery = _lock(referral_id)
    return _give(referral, delivery, actor=actor, collected_by=actor.person, payload=None)


@verb(Action.DELIVERY_SEND, Action.PACKAGE_COLLECT_AGAIN, Action.RECEIPT_RECORD, Action.REFERRAL_SEND)
def hand_over_package(*, actor: Actor, referral_id: UUID, recipient: str, how: HandOver) -> Collected:
    """An analyst hands the package to a named person of the agency. Name and way are sealed with the entry."""
    if not recipient.strip():
        raise Refusal(_("Say who takes the package: a name and a unit."))
    referral, delivery = _lock(referral_id)
    payload = {"recipient": recipient.strip(), "how": how.value}
    return _give(referral, delivery, actor=actor, collected_by=None, payload=payload)


def _lock(referral_id: UUID) -> tuple[Referral, Delivery]:
    referral = Referral.objects.locked(referral_id)
    delivery = (
        Delivery.objects.filter(referral=referral, offered_at__isnull=False)
        .select_related("referral")
        .select_for_update(no_key=True, of=("self",))
        .order_by("-offered_at")
        .first()
    )
    if delivery is None:
        raise Refusal(_("The package is not ready yet. Try again in a minute."))
    return referral, delivery


def _give(
    referral: Referral,
    delivery: Delivery,
    *,
    actor: Actor,
    collected_by: UUID | None,
    payload: log.Text | None,
) -> Collected:
    package = Package.objects.get(delivery=delivery)
    content = bytes(package.content)
    if sha256(content).digest() != bytes(package.digest):
        raise Altered(str(package.id))
    if delivery.state == DeliveryState.DELIVERED:
        _again(referral, package, actor, payload)
    elif delivery.state == DeliveryState.SENDING:
        _first(referral, delivery, package, actor, collected_by, payload)
    else:
        raise Refusal(_("This delivery did not work out. Ask the hotline."))
    return Collected(package.name, package.content_type, content)


def _first(
    referral: Referral,
    delivery: Delivery,
    package: Package,
    actor: Actor,
    collected_by: UUID | None,
    payload: log.Text | None,
) -> Receipt:
    receipt = store_receipt(
        delivery,
        actor=actor,
        receipt_id=str(delivery.idempotency_key),
        at=timezone.now(),
        digest=bytes(package.digest),
        collected_by=collected_by,
    )
    arrived(referral, delivery, actor=actor, receipt=receipt, payload=payload)
    return receipt


def _again(referral: Referral, package: Package, actor: Actor, payload: log.Text | None) -> None:
    log.append(
        Action.PACKAGE_COLLECT_AGAIN,
        actor=actor,
        kind=Package.audit_kind,
        id=package.id,
        row=package,
        case=referral.case_id,
        payload=payload,
    )
