"""The package for police and prosecutors: PDF, CASE JSON-LD, table, exact document, manifest."""

from referrals.destinations import Destination, Mode, Payload
from referrals.destinations.police_package import payload
from referrals.documents import ReferralDocument
from referrals.documents.archives import CONTENT_TYPE, neutral_name


class PolicePackage(Destination):
    """Collected at the partner door or handed over: offering it twice is offering it once."""

    key = "police_package"
    label = "Police package"
    modes = frozenset({Mode.MANUAL, Mode.EXPORT})
    repeatable = True
    takes_unassessed = True

    def build(self, document: ReferralDocument) -> Payload:
        return Payload(neutral_name(document, "zip"), CONTENT_TYPE, payload.build(document))
