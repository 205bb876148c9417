"""The history of one object, told by its entries alone, and compared with the row as it is today."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit import entries
from audit.findings import Findings
from audit.lines import Stored
from audit.models import Recorded, Stateful

# An act on an object that leaves the object as it is may also name one that never existed.
LOOKING = frozenset({"read", "refuse"})


@dataclass(slots=True)
class History:
    """What the entries of one object say so far."""

    object_id: UUID
    state: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    events: set[UUID] = field(default_factory=set)
    first: Stored | None = None
    last: Stored | None = None
    last_change: Stored | None = None
    acted: bool = False

    def take(self, line: Stored, body: dict[str, Any], covered: dict[str, str], findings: Findings) -> None:
        """One entry more. What does not fit to the entries before it is a finding."""
        self.first = self.first or line
        self.last = line
        if self._contradicts(body):
            findings.add(
                line.index,
                line.event_id,
                _("it says that %(kind)s %(id)s was “%(said)s”, but the entries before leave it “%(left)s”")
                % {
                    "kind": line.kind,
                    "id": line.object_id,
                    "said": _shown(body["from"]),
                    "left": _shown(self.state),
                },
            )
        named = {name: value for name, value in body["facts"].items() if name in covered}
        self.facts |= named
        self.state = body["to"] or self.state
        self.acted = self.acted or line.action.partition(":")[2] not in LOOKING
        if body["to"] or named:
            self.last_change = line
            self.events.clear()
        self.events.add(line.event_id)

    def _contradicts(self, body: dict[str, Any]) -> bool:
        """A move starts where the one before ended; an entry that moves nothing may leave the state out."""
        return bool(body["to"] or body["from"]) and body["from"] != self.state


@dataclass(frozen=True, slots=True)
class Today:
    """A row as it is: the entry it points to, its state (None if it has none), and the covered columns."""

    object_id: UUID
    last_event: UUID
    state: str | None
    facts: dict[str, Any]


def rows_of(model: type[Recorded]) -> Iterator[Today]:
    """Every row of the model in the order of ids."""
    covered = model.audit_facts
    has_state = issubclass(model, Stateful)
    columns = ["id", "last_event_id", *(["state"] if has_state else []), *covered.values()]
    rows: QuerySet[Recorded, tuple[Any, ...]] = QuerySet(model).order_by("id").values_list(*columns)
    for object_id, last_event, *rest in rows.iterator(chunk_size=2000):
        state = rest.pop(0) if has_state else None
        yield Today(object_id, last_event, state, dict(zip(covered, rest, strict=True)))


def compare(kind: str, history: History | None, row: Today | None, findings: Findings) -> None:
    """The object by its entries against the object by its row."""
    if history is None and row is not None:
        what = _("%(kind)s %(id)s is there, but no entry tells of it") % {"kind": kind, "id": row.object_id}
        findings.add(None, row.last_event, what)
    elif history is not None and history.last is not None:
        for what in _differences(kind, history, row):
            line = history.last_change or history.last
            findings.add(line.index, line.event_id, f"{kind} {history.object_id}: {what}")


def _differences(kind: str, history: History, row: Today | None) -> Iterator[str]:
    if row is None:
        if history.acted:
            yield _("its entries tell of it, but the row is gone")
        return
    if not _points_right(history, row):
        yield _("the row does not point to the entry that changed it last")
    if row.state is not None and row.state != history.state:
        yield _("it is “%(now)s” today, but its entries leave it “%(told)s”") % {
            "now": row.state,
            "told": _shown(history.state),
        }
    for name, value in row.facts.items():
        if _same(value) != _same(history.facts.get(name)):
            yield _("“%(name)s” is not today what its entries say") % {"name": name}


def _points_right(history: History, row: Today) -> bool:
    """A row that never changes keeps the entry that made it; another one has its last change, or a later entry."""
    if row.state is None:
        return history.first is not None and row.last_event == history.first.event_id
    return row.last_event in history.events


def _shown(state: str) -> str:
    return state or _("not there")


def _same(value: Any) -> Any:
    """An empty column and a fact that was never named mean the same: nothing."""
    return None if value in ("", None) else entries.plain(value)
