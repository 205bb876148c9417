"""Read a hotline's own list of reports, a line a report. Pure, apart from the bytes handed in.

Format: CSV with semicolons and the columns hotlines already exchange,
URL;REFERER;WORKUSER-EMAIL;REFERENCE;SOURCE;TYPE, in UTF-8. A bad line is reported by its number and left out; it
never takes another with it, so a field cannot run over the end of its line.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from intake.forms.public import LINES
from intake.kinds import ItemKind
from intake.normalise import LineError, escape, parse_line
from intake.triage import ReportKind

COLUMNS = ["URL", "REFERER", "WORKUSER-EMAIL", "REFERENCE", "SOURCE", "TYPE"]
MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Row:
    """One report to bring in. `kind` is the reporter's claim; what a list calls otherwise is "not sure"."""

    line: int
    url: str
    referer: str
    analyst: str
    reference: str
    source: str
    kind: ReportKind


@dataclass(frozen=True)
class BadRow:
    line: int
    problem: str


class NotAList(ValueError):
    """The file as a whole cannot be read as a list of reports."""


def read_rows(content: bytes) -> Iterator[Row | BadRow]:
    """Rows in order, numbered as an editor numbers lines. Raises NotAList if the header is another one."""
    first, *rest = re.split(rb"\r\n|\n|\r", content.removeprefix(MARK))
    _check_header(first)
    for number, line in enumerate(rest, start=2):
        if line.strip(b"; \t"):
            yield _row(number, line)


def _check_header(line: bytes) -> None:
    header = [cell.strip().upper() for cell in line.decode(errors="replace").split(";")]
    if header != COLUMNS:
        raise NotAList(f"the first line must be {';'.join(COLUMNS)}, and the file must be UTF-8")


def _row(number: int, line: bytes) -> Row | BadRow:
    try:
        cells = next(csv.reader([line.decode()], delimiter=";", strict=True))
    except UnicodeDecodeError:
        return BadRow(number, "is not UTF-8; save the list as UTF-8")
    except csv.Error:
        return BadRow(
            number, "cannot be split into columns: a quotation mark is open, or a field is too long"
        )
    if len(cells) != len(COLUMNS):
        return BadRow(number, f"has {len(cells)} columns instead of {len(COLUMNS)}")
    return _report(number, [cell.strip() for cell in cells])


def _report(number: int, cells: list[str]) -> Row | BadRow:
    url, referer, analyst, reference, source, kind = cells
    try:
        address = parse_line(url)
    except LineError as error:
        return BadRow(number, f"URL: {LINES[error.code] % error.params}")
    if address.kind is ItemKind.TEXT:
        return BadRow(number, "URL: these are words, not an address")
    return Row(number, url, referer, analyst, escape(reference), source, _kind(kind))


def _kind(word: str) -> ReportKind:
    try:
        return ReportKind(word.lower().replace(" ", "_").replace("-", "_"))
    except ValueError:
        return ReportKind.NOT_SURE
