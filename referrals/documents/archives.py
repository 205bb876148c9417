"""Several files as one ZIP, and the manifest that proves them. Pure: fixed dates, nothing compressed.

No release of zlib can change a byte of it. Source: RFC 8785 (canonical JSON).
"""

import io
import zipfile
from collections.abc import Mapping
from hashlib import sha256

import rfc8785

from referrals.documents import ReferralDocument

DAY_ZERO = (1980, 1, 1, 0, 0, 0)
CONTENT_TYPE = "application/zip"


def neutral_name(document: ReferralDocument, ending: str) -> str:
    """The referral's number and nothing about the matter. A number that is none of ours is not repeated."""
    number = document.referral
    plain = number.isascii() and number.replace("-", "").isalnum() and len(number) <= 40
    follow_up = f"-{document.follow_up.number}" if document.follow_up else ""
    return f"{number if plain else 'draft'}{follow_up}.{ending}"


def archive(document: ReferralDocument, files: Mapping[str, bytes]) -> bytes:
    """The files in the order of their names, and their manifest."""
    complete = {**files, "manifest.json": _manifest(document, files)}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for name in sorted(complete):
            entry = zipfile.ZipInfo(name, DAY_ZERO)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, complete[name])
    return target.getvalue()


def _manifest(document: ReferralDocument, files: Mapping[str, bytes]) -> bytes:
    approval = document.approval
    return rfc8785.dumps(
        {
            "format": "tutela-package-1",
            "referral": document.referral,
            "test": document.test,
            "approval": {"event_id": str(approval.event_id), "leaf_hash": approval.leaf_hash}
            if approval
            else None,
            "files": [
                {"name": name, "bytes": len(files[name]), "sha256": sha256(files[name]).hexdigest()}
                for name in sorted(files)
            ],
        }
    )
