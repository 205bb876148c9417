"""To whom a document goes by machine: the contact of today until it is sealed, then the one in the sealed message."""

from dataclasses import replace

from django.conf import settings

from referrals import destinations, mail
from referrals.destinations import Line
from referrals.documents import ReferralDocument
from referrals.models import Delivery, Package
from referrals.states import DeliveryMode


def of_today(document: ReferralDocument, delivery: Delivery) -> ReferralDocument:
    """A machine line goes to the contact that a second person approved: the one frozen may have bounced.

    A test goes to our own mailbox.
    """
    if delivery.mode != DeliveryMode.API:
        return document
    agency = delivery.referral.agency
    return _to(document, settings.TUTELA_TEST_MAILBOX if document.test else agency.contact)


def as_it_leaves(document: ReferralDocument, delivery: Delivery | None) -> ReferralDocument:
    """For the page: the receiver that stands in the sealed message, or the one of today."""
    if delivery is None:
        return document
    sealed = _sealed_to(delivery)
    return _to(document, sealed) if sealed else of_today(document, delivery)


def _sealed_to(delivery: Delivery) -> str:
    known = destinations.registry().get(delivery.destination)
    if delivery.mode != DeliveryMode.API or known is None or known.line is not Line.MAIL:
        return ""
    package = Package.objects.filter(delivery=delivery).first()
    return ", ".join(mail.recipients_of(bytes(package.content))) if package else ""


def _to(document: ReferralDocument, contact: str) -> ReferralDocument:
    return replace(document, agency=replace(document.agency, contact=contact))
