"""ReferralDocument -> ZIP. Pure: fixed dates, nothing compressed (no release of zlib can change a byte).

Sources: RFC 4180 (CSV), RFC 8785 (canonical JSON), OWASP "CSV injection" for the formula guard.
"""

import csv
import io
import zipfile
from hashlib import sha256

import rfc8785

from referrals.documents import DocumentItem, ReferralDocument, printable, to_bytes

DAY_ZERO = (1980, 1, 1, 0, 0, 0)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMNS = [
    "item",
    "kind",
    "address",
    "address_defanged",
    "classification",
    "scheme",
    "hosting_country",
    "host_known_by",
    "assessed_by",
    "reports",
    "first_reported_on",
    "last_reported_on",
]
PRIORITIES = {"danger": "Danger now", "high": "High", "normal": "Normal", "low": "Low"}
LEFT_OUT = {
    "reporter_contact": "The reporter's contact",
    "reporter_text": "The reporter's own words",
    "reporter_language": "The reporter's language",
    "item": "Item",
}
WHY = {
    "stays_in_the_house": "stays with the hotline.",
    "own_words": "the reporter's own words stay with the hotline.",
    "not_for_this_agency": "no rule brings it before you.",
    "forbidden": "a rule forbids to bring it before you.",
}


def file_name(document: ReferralDocument) -> str:
    """Neutral: the referral's number and nothing about the matter."""
    return f"{document.referral or 'draft'}.zip"


def build(document: ReferralDocument) -> bytes:
    files = {
        "README.txt": _readme(document).encode(),
        "items.csv": _items(document.items),
        "referral.json": to_bytes(document),
    }
    files["manifest.json"] = _manifest(document, files)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, DAY_ZERO)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return target.getvalue()


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: visible characters only, and a quote before a sign."""
    shown = printable(text)
    return f"'{shown}" if text.startswith(FORMULA_STARTS) or shown.startswith(FORMULA_STARTS) else shown


def _items(items: tuple[DocumentItem, ...]) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([guarded(cell) for cell in _cells(item)] for item in items)
    return target.getvalue().encode()


def _cells(item: DocumentItem) -> list[str]:
    return [
        str(item.position),
        item.kind,
        item.address,
        item.defanged,
        item.verdict,
        item.scheme,
        item.hosting_country,
        item.host_known_by,
        item.assessed_by,
        str(item.reports),
        item.first_reported_on.isoformat(),
        item.last_reported_on.isoformat(),
    ]


def _manifest(document: ReferralDocument, files: dict[str, bytes]) -> bytes:
    approval = document.approval
    return rfc8785.dumps(
        {
            "format": "tutela-package-1",
            "referral": document.referral,
            "approval": {"event_id": str(approval.event_id), "leaf_hash": approval.leaf_hash}
            if approval
            else None,
            "files": [
                {"name": name, "bytes": len(files[name]), "sha256": sha256(files[name]).hexdigest()}
                for name in sorted(files)
            ],
        }
    )


def _readme(document: ReferralDocument) -> str:
    confirmed = document.confirmed_at.isoformat(timespec="seconds") if document.confirmed_at else "not yet"
    approval = document.approval
    lines = [
        f"Referral {printable(document.referral)}",
        f"From {printable(document.hotline)} to {printable(document.agency.name)}",
        "",
        f"Case {printable(document.case_number)}. Urgency: {PRIORITIES.get(document.priority, document.priority)}.",
        f"Confirmed {confirmed} under rule {printable(document.rule.code)}, version {document.rule.version}.",
        "Probably illegal. Only a court decides.",
        "",
        "What is in this package",
        "  referral.json   every fact, exact, for machines",
        "  items.csv       the same items for a spreadsheet; a quote stands before what could be a formula",
        "  manifest.json   the SHA-256 of each file, and the approval in our log",
        "",
        "The addresses are live. Open them only on a computer meant for it.",
        "There are no pictures, no media and no copies of content in this package, and we hold none.",
        "",
        "Left out, and why",
        *[f"  {line}" for line in _left_out(document)],
        "",
        "How to check that nothing was changed",
        "  Compare the SHA-256 of each file with manifest.json.",
        f"  Approval: entry {approval.event_id if approval else 'none yet'}",
        f"  Leaf hash: {approval.leaf_hash if approval else 'none yet'}",
        "  Ask us, or our auditor, for this entry: it must have this leaf hash.",
        "",
    ]
    return "\n".join(lines)


def _left_out(document: ReferralDocument) -> list[str]:
    return [
        f"{LEFT_OUT.get(part.what, part.what)}{f' {part.position}' if part.position else ''}: "
        f"{WHY.get(part.why, part.why)}"
        for part in document.left_out
    ]
