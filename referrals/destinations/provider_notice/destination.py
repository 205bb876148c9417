"""A notice to a provider, platform or registrar: one e-mail, for people and for their machines."""

import json
from collections.abc import Sequence
from datetime import datetime

from referrals.destinations import DeliveryError, Destination, Line, Mode, Payload, Receipt, Remedy
from referrals.destinations.provider_notice import payload
from referrals.documents import ReferralDocument
from referrals.documents.archives import neutral_name

ACCEPTED = frozenset({250, 251})
OUR_SETTINGS = frozenset({530, 534, 535, 538})
THEIR_ADDRESS = frozenset({550, 551, 553})


class ProviderNotice(Destination):
    """An e-mail twice is two e-mails: a call that broke is never repeated by itself."""

    key = "provider_notice"
    label = "Notice by e-mail"
    modes = frozenset({Mode.MANUAL, Mode.EXPORT, Mode.API})
    line = Line.MAIL
    repeatable = False
    groups = True

    def build(self, document: ReferralDocument) -> Payload:
        return self.build_many([document])

    def build_many(self, documents: Sequence[ReferralDocument]) -> Payload:
        ordered = sorted(documents, key=_place)
        return Payload(neutral_name(ordered[0], "eml"), "message/rfc822", payload.build(ordered))

    def read_receipt(self, raw: bytes) -> Receipt:
        """The mail server's answer. It took the message, or it says why not by its code (RFC 5321, 4.2)."""
        answer = json.loads(raw)
        code = int(answer["code"])
        if code not in ACCEPTED:
            raise DeliveryError(f"the mail server answered {code}", remedy=_remedy(code))
        return Receipt(
            id=str(answer["id"]),
            at=datetime.fromisoformat(answer["at"]),
            digest=bytes.fromhex(answer["sha256"]),
        )


def _remedy(code: int) -> Remedy:
    if 400 <= code < 500:
        return Remedy.RETRY
    return Remedy.FIX_CONFIG if code in OUR_SETTINGS | THEIR_ADDRESS else Remedy.ASK_HUMAN


def _place(document: ReferralDocument) -> tuple[str, int]:
    return document.referral, document.follow_up.number if document.follow_up else 0
