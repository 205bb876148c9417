"""ReferralDocument -> one ZIP for police: to read, to load into their tools, and to check. Pure."""

from referrals.destinations.police_package import case, pdf
from referrals.documents import ReferralDocument, to_bytes
from referrals.documents.archives import archive
from referrals.documents.letters import readme
from referrals.documents.tables import items_table


def build(document: ReferralDocument) -> bytes:
    files = {
        "items.csv": items_table(document.items),
        "referral.json": to_bytes(document),
        "referral.jsonld": case.build(document),
        "referral.pdf": pdf.build(document),
    }
    files["README.txt"] = readme(document, files)
    return archive(document, files)
