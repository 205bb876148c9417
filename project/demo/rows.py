"""Read a hotline's own list of reports. Pure, apart from the text handed in.

Format: CSV with semicolons and the columns hotlines already exchange,
URL;REFERER;WORKUSER-EMAIL;REFERENCE;SOURCE;TYPE. A bad line is reported by its number and left out.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from intake.forms.public import LINES
from intake.normalise import LineError, parse_line
from intake.triage import ReportKind

COLUMNS = ["URL", "REFERER", "WORKUSER-EMAIL", "REFERENCE", "SOURCE", "TYPE"]


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


def read_rows(text: str) -> Iterator[Row | BadRow]:
    """Rows in order, numbered as an editor numbers lines. Raises NotAList if the header is another one."""
    reader = csv.reader(text.lstrip("\ufeff").splitlines(), delimiter=";")
    header = [cell.strip().upper() for cell in next(reader, [])]
    if header != COLUMNS:
        raise NotAList(f"the first line must be {';'.join(COLUMNS)}")
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield _row(reader.line_num, [cell.strip() for cell in cells])


def _row(line: int, cells: list[str]) -> Row | BadRow:
    if len(cells) != len(COLUMNS):
        return BadRow(line, f"has {len(cells)} columns instead of {len(COLUMNS)}")
    url, referer, analyst, reference, source, kind = cells
    try:
        parse_line(url)
    except LineError as error:
        return BadRow(line, f"URL: {LINES[error.code] % error.params}")
    return Row(line, url, referer, analyst, reference, source, _kind(kind))


def _kind(word: str) -> ReportKind:
    try:
        return ReportKind(word.lower().replace(" ", "_").replace("-", "_"))
    except ValueError:
        return ReportKind.NOT_SURE
