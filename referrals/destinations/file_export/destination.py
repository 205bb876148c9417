"""A ZIP that the agency collects at the partner door, or that an analyst hands over."""

import json
from datetime import datetime

from referrals.destinations import DeliveryError, Destination, Mode, Payload, Receipt, Remedy
from referrals.destinations.file_export import payload
from referrals.documents import ReferralDocument

REMEDIES = {
    "changed": Remedy.ASK_HUMAN,
    "missing": Remedy.ASK_HUMAN,
    "unavailable": Remedy.RETRY,
}


class FileExport(Destination):
    """The wire is the outbox: it answers that the package lies ready. Only collecting it sends it."""

    key = "file_export"
    label = "File to collect"
    modes = frozenset({Mode.DOWNLOAD})
    repeatable = True
    awaits_pickup = True

    def build(self, document: ReferralDocument) -> Payload:
        return Payload(payload.file_name(document), "application/zip", payload.build(document))

    def read_receipt(self, raw: bytes) -> Receipt:
        answer = json.loads(raw)
        if "error" in answer:
            word = str(answer["error"])
            raise DeliveryError(f"the outbox says {word}", remedy=REMEDIES.get(word, Remedy.ASK_HUMAN))
        return Receipt(
            id=str(answer["id"]),
            at=datetime.fromisoformat(answer["ready_at"]),
            digest=bytes.fromhex(answer["sha256"]),
            offered=True,
        )
