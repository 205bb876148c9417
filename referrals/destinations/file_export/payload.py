"""ReferralDocument -> ZIP with the exact document, a table, and how to check both. Pure."""

from referrals.documents import ReferralDocument, to_bytes
from referrals.documents.archives import archive
from referrals.documents.letters import readme
from referrals.documents.tables import items_table


def build(document: ReferralDocument) -> bytes:
    files = {"items.csv": items_table(document.items), "referral.json": to_bytes(document)}
    files["README.txt"] = readme(document, files)
    return archive(document, files)
