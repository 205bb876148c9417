"""Reported addresses: parsed, made canonical, shown defanged. Pure: nothing here looks anything up."""

from intake.normalise.address import MAX_BYTES, Address, Code, LineError, duplicate_text
from intake.normalise.defang import defang, defang_parts, escape, is_blank
from intake.normalise.lines import MAX_LINES, parse_line, parse_lines

__all__ = [
    "MAX_BYTES",
    "MAX_LINES",
    "Address",
    "Code",
    "LineError",
    "defang",
    "defang_parts",
    "duplicate_text",
    "escape",
    "is_blank",
    "parse_line",
    "parse_lines",
]
