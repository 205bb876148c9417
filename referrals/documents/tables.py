"""The items of a document as a table for a spreadsheet. Pure.

Sources: RFC 4180 (CSV), OWASP "CSV injection" for the formula guard.
"""

import csv
import io
import re

from referrals.documents import DocumentItem
from referrals.documents.printing import printable

FORMULA_STARTS = ("=", "+", "-", "@", "|", "\t", "\r", "\n", "＝", "＋", "－", "＠", "｜")
UNSEEN = re.compile(r"(?:\s|\[U\+[0-9A-F]+\])*")
"""What stands before a sign and does not keep a spreadsheet from reading it: blanks, and what is spelled out."""
COLUMNS = [
    "item",
    "kind",
    "address",
    "address_defanged",
    "address_canonical",
    "spellings",
    "classification",
    "scheme",
    "age",
    "sex",
    "site_type",
    "commercial",
    "payment_methods",
    "flags",
    "platform",
    "hosting_country",
    "host_known_by",
    "host_provider",
    "network",
    "ip",
    "traced_at",
    "confidence",
    "assessed_by",
    "reports",
    "first_reported_on",
    "last_reported_on",
]


def items_table(items: tuple[DocumentItem, ...]) -> bytes:
    """UTF-8 without byte order mark, every cell quoted, one line for each item."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([guarded(cell) for cell in _cells(item)] for item in items)
    return target.getvalue().encode()


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: visible characters only, and a quote before a sign."""
    shown = printable(text)
    starts = (text, text.lstrip(), UNSEEN.sub("", shown, count=1))
    return f"'{shown}" if any(start.startswith(FORMULA_STARTS) for start in starts) else shown


def _cells(item: DocumentItem) -> list[str]:
    return [
        str(item.position),
        item.kind,
        item.address,
        item.defanged,
        item.canonical,
        " | ".join(item.spellings),
        item.verdict,
        item.scheme,
        item.age,
        item.sex,
        item.site_type,
        item.commercial,
        "; ".join(item.payment_methods),
        "; ".join(item.flags),
        item.platform,
        item.hosting_country,
        item.host_known_by,
        item.host_provider,
        item.network,
        item.ip,
        item.traced_at.isoformat() if item.traced_at else "",
        str(item.confidence) if item.confidence else "",
        item.assessed_by,
        str(item.reports),
        item.first_reported_on.isoformat(),
        item.last_reported_on.isoformat(),
    ]
