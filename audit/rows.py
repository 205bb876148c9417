"""What the auditor's pages show of an entry: who, what, when, in words. No text of a case is opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit import checking, entries, log, naming
from audit.models import Line


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    index: int
    event_id: UUID
    recorded_at: datetime
    sentence: str | Promise
    action: str
    kind: str | Promise
    object_id: UUID
    number: str
    actor: str
    digest: str

    @property
    def short_id(self) -> str:
        return str(self.object_id)[:8]

    @property
    def short_digest(self) -> str:
        return f"{self.digest[:4]}…{self.digest[-4:]}"


@dataclass(frozen=True)
class Sheet:
    """All that one entry says. `fields` is empty when the bytes cannot be read; `problem` then says why."""

    row: Row
    case: str
    actor_id: str
    text: str
    size: int
    fields: dict[str, Any]
    problem: str

    @property
    def facts(self) -> list[tuple[str, Any]]:
        """Pairs: in a template, a fact that is named `items` would hide the method of a dict."""
        return list(self.fields.get("facts", {}).items())


def rows(lines: Sequence[Line]) -> list[Row]:
    """The lines with the names of their objects and actors, asked for once."""
    numbers = naming.numbers((line.object_kind, line.object_id) for line in lines)
    actors = naming.pseudonyms(line.actor for line in lines)
    return [
        Row(
            index=line.seq,
            event_id=line.event_id,
            recorded_at=line.recorded_at,
            sentence=log.sentence(line.action),
            action=line.action,
            kind=naming.kind(line.object_kind),
            object_id=line.object_id,
            number=numbers.get(line.object_id, ""),
            actor=actors.get(line.actor, line.actor),
            digest=bytes(line.leaf_hash).hex(),
        )
        for line in lines
    ]


def sheet(line: Line) -> Sheet:
    """One entry in full, read from its bytes."""
    body = bytes(line.entry)
    fields, problem = _fields(body)
    cases = naming.numbers([("case", line.case_id)]) if line.case_id else {}
    return Sheet(
        row=rows([line])[0],
        case=cases.get(line.case_id, str(line.case_id)) if line.case_id else "",
        actor_id=line.actor,
        text=body.decode("utf-8", "backslashreplace"),
        size=len(body),
        fields=fields,
        problem=problem or _digest_problem(line, body),
    )


def _fields(body: bytes) -> tuple[dict[str, Any], str]:
    try:
        return checking.read(body), ""
    except checking.Unreadable as error:
        return {}, str(error)


def _digest_problem(line: Line, body: bytes) -> str:
    return (
        "" if entries.leaf_hash(body) == bytes(line.leaf_hash) else _("its leaf hash does not fit its bytes")
    )
