"""Markdown for a page of the reference."""

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table. A bar inside a cell is escaped; an empty cell stays empty."""
    lines = [_line(heads), _line(["---"] * len(heads))]
    return "\n".join(lines + [_line(row) for row in rows])


def code(words: Iterable[str]) -> str:
    """Words in code type, sorted, one after another."""
    return ", ".join(f"`{word}`" for word in sorted(words))


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
