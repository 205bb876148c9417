"""A ZIP that the agency collects at the partner door, or that an analyst hands over."""

from referrals.destinations import Destination, Mode, Payload
from referrals.destinations.file_export import payload
from referrals.documents import ReferralDocument
from referrals.documents.archives import CONTENT_TYPE, neutral_name


class FileExport(Destination):
    """No machine to speak to: the package is offered, and only taking it sends it."""

    key = "file_export"
    label = "File to collect"
    modes = frozenset({Mode.MANUAL, Mode.EXPORT})
    repeatable = True
    takes_unassessed = True

    def build(self, document: ReferralDocument) -> Payload:
        return Payload(neutral_name(document, "zip"), CONTENT_TYPE, payload.build(document))
