"""ReferralDocuments for one contact -> one message. Pure: fixed boundaries, the id and the date from the documents.

Every part is quoted-printable: no line is too long for a mail server (RFC 5321), nothing looks like base64, and a
boundary that begins with `=_` cannot occur in one (RFC 2045, 6.7). No header holds a name or anything else that was
typed in, so none can be injected. A provider without a mailbox gets no `To`: the mail line refuses the message, and an
analyst brings it into the provider's own form.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from uuid import UUID, uuid5

from referrals.destinations import DeliveryError, Remedy
from referrals.destinations.provider_notice import machine, prose
from referrals.documents import ReferralDocument, to_bytes
from referrals.documents.archives import neutral_name

NAMESPACE = UUID("6f0b6a0e-6a55-4b0c-9d7e-0f6c3c1f5a11")
DAY_ZERO = datetime(1980, 1, 1, tzinfo=UTC)
BOUNDARY = "=_tutela_notice_1"
MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@((?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63})")


def build(documents: Sequence[ReferralDocument]) -> bytes:
    """Raises DeliveryError(FIX_PAYLOAD) where the documents cannot be one lawful message."""
    _check_together(documents)
    sender, receiver = documents[0].hotline_contact, documents[0].agency.contact
    if not MAILBOX.fullmatch(sender):
        raise DeliveryError("no e-mail address to write from", remedy=Remedy.FIX_PAYLOAD)
    number = uuid5(NAMESPACE, sha256(b"".join(map(to_bytes, documents))).hexdigest())
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    if MAILBOX.fullmatch(receiver):
        message["To"] = receiver
    message["Subject"] = _subject(documents)
    message["Date"] = format_datetime(max(_moment(document) for document in documents))
    message["Message-ID"] = f"<{number}@{sender.rpartition('@')[2]}>"
    message.set_content(prose.text(documents), charset="utf-8", cte="quoted-printable")
    message["Content-Language"] = prose.language(
        documents
    )  # of the text, to which it goes with the first part
    for name, content in machine.parts(documents, NAMESPACE):
        message.add_attachment(content, "application", "json", filename=name, cte="quoted-printable")
    message.set_boundary(BOUNDARY)
    return message.as_bytes()


def _check_together(documents: Sequence[ReferralDocument]) -> None:
    one_of = {(document.agency.contact, document.hotline_contact, document.test) for document in documents}
    if len(one_of) != 1:
        raise DeliveryError("these notices are not for one contact", remedy=Remedy.FIX_PAYLOAD)
    if any(document.anonymous and not prose.may_stay_unnamed(document) for document in documents):
        raise DeliveryError("the law asks who gives this notice", remedy=Remedy.FIX_PAYLOAD)


def _subject(documents: Sequence[ReferralDocument]) -> str:
    """Neutral, the same in every language: the number, and nothing about the matter."""
    number = neutral_name(documents[0], "").rstrip(".")
    more = f" (+{len(documents) - 1})" if len(documents) > 1 else ""
    return f"{'[TEST] ' if documents[0].test else ''}Notice {number}{more}"


def _moment(document: ReferralDocument) -> datetime:
    return (document.confirmed_at or DAY_ZERO).astimezone(UTC).replace(microsecond=0)
