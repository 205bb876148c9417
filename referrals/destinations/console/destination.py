"""A line in the house's own log, for trying a hotline out: nothing leaves, everything else happens."""

import json
from datetime import datetime
from hashlib import sha256

from referrals.destinations import DeliveryError, Destination, Line, Mode, Payload, Receipt, Remedy
from referrals.documents import ReferralDocument, to_bytes
from referrals.documents.archives import neutral_name

REMEDIES = {"unavailable": Remedy.RETRY}


class Console(Destination):
    """Says that a referral would have left, how large it is and its digest; nothing of what it says."""

    key = "console"
    label = "Console (for trying out)"
    modes = frozenset({Mode.API})
    line = Line.CONSOLE
    repeatable = True
    takes_unassessed = True

    def build(self, document: ReferralDocument) -> Payload:
        content = to_bytes(document)
        name = neutral_name(document, "txt")
        told = [
            name.removesuffix(".txt"),
            f"items={len(document.items)}",
            f"bytes={len(content)}",
            f"sha256={sha256(content).hexdigest()}",
            *(["TEST"] if document.test else []),
        ]
        return Payload(name, "text/plain; charset=us-ascii", f"{' '.join(told)}\n".encode("ascii"))

    def read_receipt(self, raw: bytes) -> Receipt:
        answer = json.loads(raw)
        if "error" in answer:
            word = str(answer["error"])
            raise DeliveryError(f"the console says {word}", remedy=REMEDIES.get(word, Remedy.ASK_HUMAN))
        return Receipt(
            id=str(answer["id"]),
            at=datetime.fromisoformat(answer["at"]),
            digest=bytes.fromhex(answer["sha256"]),
        )
