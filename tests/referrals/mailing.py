"""What tests of the line by mail share: a destination that mails, agencies behind it, and their referrals."""

from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

import pytest
from django.utils import timezone

from audit import log
from referrals import destinations
from referrals.destinations import Destination, Line, Mode, Payload, Receipt
from referrals.destinations.provider_notice.destination import ProviderNotice
from referrals.documents import ReferralDocument, to_bytes
from tests import line

if TYPE_CHECKING:
    from referrals.models import Agency, Delivery
    from tests.cast import Cast


class Mailed(Destination):
    """As a notice by e-mail, with nothing of the law in it: one message for one contact, never twice."""

    key = "mailed"
    label = "Mailed"
    modes = frozenset({Mode.API})
    line = Line.MAIL
    repeatable = False
    groups = True

    def build(self, document: ReferralDocument) -> Payload:
        return self.build_many([document])

    def build_many(self, documents: Sequence[ReferralDocument]) -> Payload:
        content = b"\n".join(sorted(map(to_bytes, documents)))
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = "hotline@example.org", documents[0].agency.contact
        message["Message-ID"] = f"<{uuid5(NAMESPACE_URL, content.hex())}@example.org>"
        message.set_content(content.decode(), cte="quoted-printable")
        return Payload("notice.eml", "message/rfc822", message.as_bytes())

    def read_receipt(self, raw: bytes) -> Receipt:
        return ProviderNotice().read_receipt(raw)


class Single(Mailed):
    """The same without gathering."""

    key = "single"
    groups = False


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the house find both."""
    found = {**destinations.registry(), Mailed.key: Mailed(), Single.key: Single()}
    monkeypatch.setattr(destinations, "registry", lambda: found)


def an_agency(cast: "Cast", name: str, *, key: str = "mailed", kind: str = "hotline") -> "Agency":
    """Live terms but for the switch; a rule proposes it for everything illegal at home."""
    from referrals.services.directory import Terms, approve_contact, open_agency
    from referrals.services.rules import Draft, adopt_rule
    from referrals.states import AgencyKind, DeliveryMode, Obligation
    from tests.cast import RULE

    terms = Terms(
        destination=key, mode=DeliveryMode.API, agreement="A test's", contact=f"{name.lower()}@example.org"
    )
    agency = open_agency(actor=cast.cleo.actor, name=name, kind=AgencyKind(kind), country="IE", terms=terms)
    approve_contact(actor=cast.ada.actor, agency_id=agency.id)
    draft = Draft(f"T-{name}"[:20], RULE, Obligation.SUGGESTED, "hosted_at_home", agency.id)
    adopt_rule(actor=log.SYSTEM, rule=draft)
    return agency


def deliveries(cast: "Cast", agency: "Agency", count: int = 1) -> "list[Delivery]":
    """So many cases referred, of each the delivery to this agency."""
    made = [line.refer_all(cast, line.a_confirmed_case(cast)) for _ in range(count)]
    return [one.deliveries.get() for referrals in made for one in referrals if one.agency_id == agency.id]


def later(monkeypatch: pytest.MonkeyPatch, delivery: "Delivery") -> None:
    """The clock stands just after the next try."""
    delivery.refresh_from_db()
    moment = max(delivery.next_try_at, timezone.now()) + timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: moment)
