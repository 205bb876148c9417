"""The sheet as PDF/A-2b. Pure: the fonts stand beside it, the time is the document's, no package is ever fetched.

Texts reach typst as JSON and never as markup: nothing that was reported can become a command of the template.
"""

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import typst

from referrals.destinations.police_package.sheet import sheet
from referrals.documents import ReferralDocument

HERE = Path(__file__).parent
DAY_ZERO = datetime(1980, 1, 1, tzinfo=UTC)


def build(document: ReferralDocument) -> bytes:
    at = (document.confirmed_at or DAY_ZERO).astimezone(UTC).replace(microsecond=0)
    told = {**sheet(document), "at": [at.year, at.month, at.day, at.hour, at.minute, at.second]}
    return typst.compile(
        _template(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(told)},
        pdf_standards="a-2b",
        timestamp=int(at.timestamp()),
    )


@cache
def _template() -> bytes:
    return (HERE / "templates" / "referral.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Ours alone: what a machine happens to have would change the bytes."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[HERE / "fonts"])
