"""Sealing: one document, or those of a group in one message, into the bytes that every try sends."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from audit import log
from audit.log import SYSTEM
from referrals import destinations, documents
from referrals.actions import Action
from referrals.destinations import Sealed
from referrals.documents import ReferralDocument
from referrals.models import Delivery, Package
from referrals.services import contact, links


def sealed_once(deliveries: list[Delivery]) -> tuple[list[Delivery], Sealed | None]:
    """The stored bytes, or new ones; and for which of the deliveries they are.

    Where one message cannot be made of all, the first goes alone, and the others wait for the next sweep.
    Without bytes not even that was possible: a person must look.
    """
    stored = Package.objects.filter(delivery=deliveries[0]).first()
    if stored:
        return deliveries, Sealed(stored.name, stored.content_type, bytes(stored.content))
    sealed = _seal(deliveries)
    if sealed is None and len(deliveries) > 1:
        deliveries = deliveries[:1]
        sealed = _seal(deliveries)
    if sealed:
        for delivery in deliveries:
            _store(delivery, sealed)
    return deliveries, sealed


def _seal(deliveries: Sequence[Delivery]) -> Sealed | None:
    """One document must not stop the worker. A link that was made for nothing is undone with it."""
    try:
        with transaction.atomic():
            destination = destinations.find(deliveries[0].destination)
            leaving = [_document(delivery) for delivery in deliveries]
            together = (
                destination.build_many(leaving) if destination.groups else destination.build(leaving[0])
            )
            return destination.seal(together, {})
    except Exception:  # noqa: BLE001 - the attempt records the failure, and a person looks
        return None


def _document(delivery: Delivery) -> ReferralDocument:
    """The frozen document for the contact of today and, in what is sealed only, the link by which to answer."""
    frozen = documents.from_bytes(bytes((delivery.follow_up or delivery.referral).document))
    frozen = contact.of_today(frozen, delivery)
    url, until = links.link_for(delivery.referral, delivery.follow_up)
    return replace(frozen, answer_url=url, answer_until=until)


def _store(delivery: Delivery, sealed: Sealed) -> None:
    package = Package(
        id=uuid.uuid4(),
        delivery=delivery,
        name=sealed.name,
        content_type=sealed.content_type,
        content=sealed.content,
        digest=sealed.digest,
    )
    log.add(
        package,
        Action.PACKAGE_SEAL,
        actor=SYSTEM,
        case=delivery.referral.case_id,
        facts={"delivery": delivery.id, "bytes": len(sealed.content), "sha256": sealed.digest.hex()},
    )
