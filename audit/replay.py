"""The history of one object, told by its entries alone, and compared with the row as it is today."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit import binding, entries
from audit.findings import Findings
from audit.lines import Stored
from audit.models import Recorded, Stateful

# An act on an object that leaves the object as it is may also name one that never existed.
LOOKING = frozenset({"read", "refuse"})
# Rows are read in few at a time: a package may be long.
BATCH = 200


@dataclass(slots=True)
class History:
    """What the entries of one object say so far."""

    object_id: UUID
    state: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    bound: dict[UUID, Any] = field(default_factory=dict)
    """The entries since the last change, each with the digest of the row that it binds."""
    first_bound: Any = None
    first: Stored | None = None
    last: Stored | None = None
    last_change: Stored | None = None
    acted: bool = False

    def take(self, line: Stored, body: dict[str, Any], covered: dict[str, str], findings: Findings) -> None:
        """One entry more. What does not fit to the entries before it is a finding."""
        digest = body["facts"].get(binding.FACT)
        if self.first is None:
            self.first, self.first_bound = line, digest
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
            self.bound.clear()
        self.bound[line.event_id] = digest

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
    digest: str
    unmoved: bool = False
    """The state is a column of a later release and still says its default: no entry needs to name it."""


@dataclass(slots=True)
class Bound:
    """Rows against the digests in their entries, counted apart: under another pepper every row differs."""

    same: int = 0
    other: Findings = field(default_factory=Findings)

    def settle(self, findings: Findings) -> None:
        """Report the rows that differ, or, where none is the same, the likely cause once."""
        if self.same or self.other.total < 2:
            findings.take(self.other)
            return
        what = _(
            "no row has the digest that its entry holds: TUTELA_PEPPER is not the one of this log, "
            "or every row was changed"
        )
        findings.add(None, None, what)


def rows_of(model: type[Recorded]) -> Iterator[Today]:
    """Every row of the model in the order of ids."""
    covered = model.audit_facts
    has_state = issubclass(model, Stateful)
    added = [field for field in model._meta.concrete_fields if field.name in model.audit_added]
    first = next((field.get_default() for field in added if field.name == "state"), None)
    rows: QuerySet[Recorded] = QuerySet(model)
    for row in rows.order_by("id").iterator(chunk_size=BATCH):
        facts = {name: getattr(row, column) for name, column in covered.items()}
        state = getattr(row, "state") if has_state else None  # noqa: B009 - only some models have one
        yield Today(row.pk, row.last_event_id, state, facts, binding.digest(row), state == first)


def compare(kind: str, history: History | None, row: Today | None, findings: Findings, bound: Bound) -> None:
    """The object by its entries against the object by its row."""
    if history is None and row is not None:
        what = _("%(kind)s %(id)s is there, but no entry tells of it") % {"kind": kind, "id": row.object_id}
        findings.add(None, row.last_event, what)
    elif history is not None and history.last is not None:
        line = history.last_change or history.last
        differences = list(_differences(kind, history, row))
        for what in differences:
            findings.add(line.index, line.event_id, f"{kind} {history.object_id}: {what}")
        if row is not None and not differences:
            _compare_whole(kind, history, row, findings, bound)


def _compare_whole(kind: str, history: History, row: Today, findings: Findings, bound: Bound) -> None:
    """Every column at once, by the digest in the entry that the row points to."""
    line = history.last_change or history.last
    index = line.index if line else None
    digest = history.bound.get(row.last_event, history.first_bound)
    if digest == row.digest:
        bound.same += 1
    elif digest is None:
        what = _("its last entry does not say what the row was")
        findings.add(index, row.last_event, f"{kind} {row.object_id}: {what}")
    else:
        what = _("today's row is not what its last entry says")
        bound.other.add(index, row.last_event, f"{kind} {row.object_id}: {what}")


def _differences(kind: str, history: History, row: Today | None) -> Iterator[str]:
    if row is None:
        if history.acted:
            yield _("its entries tell of it, but the row is gone")
        return
    if not _points_right(history, row):
        yield _("the row does not point to the entry that changed it last")
    untold = row.unmoved and not history.state
    if row.state is not None and row.state != history.state and not untold:
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
    return row.last_event in history.bound


def _shown(state: str) -> str:
    return state or _("not there")


def _same(value: Any) -> Any:
    """An empty column and a fact that was never named mean the same: nothing."""
    return None if value in ("", None) else entries.plain(value)
