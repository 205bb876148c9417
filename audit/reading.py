"""One page of the log as it was asked for, newest entry first."""

from dataclasses import dataclass
from typing import Any

from audit import log, naming, rows
from audit.models import Line
from audit.querysets import LineQuerySet
from audit.rows import Row

PAGE = 50


@dataclass(frozen=True)
class Page:
    """`newer` and `older` are the places from which the neighbouring pages go on; None where there is none."""

    rows: list[Row]
    newer: int | None = None
    older: int | None = None


def read(asked: dict[str, Any]) -> Page:
    """A page by its place in the log, so that the last page costs what the first one costs."""
    if asked["after"] is not None:
        return _after(_matching(asked), asked["after"])
    found = list(_matching(asked).newest_before(asked["before"])[: PAGE + 1])
    return _page(found[:PAGE], newer=asked["before"] is not None, older=len(found) > PAGE)


def _after(matching: LineQuerySet, index: int) -> Page:
    found = list(matching.oldest_after(index)[: PAGE + 1])
    return _page(found[:PAGE][::-1], newer=len(found) > PAGE, older=True)


def _page(lines: list[Line], *, newer: bool, older: bool) -> Page:
    if not lines:
        return Page([])
    return Page(rows.rows(lines), lines[0].seq if newer else None, lines[-1].seq if older else None)


def _matching(asked: dict[str, Any]) -> LineQuerySet:
    found = log.entries_for(**({"action": asked["action"]} if asked["action"] else {}))
    if asked["q"]:
        found = found.mentioning(naming.actor_called(asked["q"]), naming.numbered(asked["q"]))
    return found.between(asked["first"], asked["last"])
