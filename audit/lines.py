"""The log as the verification reads it: streamed in the order of objects, each line with its copies and its text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

BATCH = 2000

_SELECT = """
SELECT e.seq, e.event_id, e.recorded_at, e.object_kind, e.object_id, e.case_id, e.action, e.actor, e.entry,
       e.leaf_hash, q.leaf_hash, p.event_id IS NOT NULL, p.subject, p.salt, p.sealed, k.wrapped,
       p.erased_by_id, x.action, x.object_id, x.seq
FROM audit_event e
LEFT JOIN audit_pending q USING (event_id)
LEFT JOIN audit_payload p USING (event_id)
LEFT JOIN audit_subject_key k ON k.subject = p.subject
LEFT JOIN audit_event x ON x.event_id = p.erased_by_id
"""
_OF_KIND = _SELECT + "WHERE e.object_kind = %s ORDER BY e.object_id, e.seq"
_OF_OTHER_KINDS = _SELECT + "WHERE e.object_kind <> ALL(%s) ORDER BY e.object_kind, e.object_id, e.seq"
_REMOVED = """
SELECT q.event_id FROM audit_pending q
WHERE NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.event_id = q.event_id) ORDER BY q.event_id
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """One line of the log with everything the database keeps about it."""

    index: int
    event_id: UUID
    recorded_at: datetime
    kind: str
    object_id: UUID
    case_id: UUID | None
    action: str
    actor: str
    entry: bytes
    leaf_hash: bytes
    copied_hash: bytes | None
    has_text: bool
    subject: UUID | None
    salt: bytes | None
    sealed: bytes | None
    wrapped_key: bytes | None
    erased_by: UUID | None
    erasing_action: str | None
    erasing_subject: UUID | None
    erasing_index: int | None


def count() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_event")
        (entries,) = cursor.fetchone()
    return int(entries)


def of_kind(kind: str) -> Iterator[Stored]:
    return _stream(_OF_KIND, [kind])


def of_other_kinds(kinds: Sequence[str]) -> Iterator[Stored]:
    return _stream(_OF_OTHER_KINDS, [list(kinds)])


def removed() -> Iterator[UUID]:
    """Entries of which only the copy in the queue is left."""
    for (event_id,) in _rows(_REMOVED, []):
        yield event_id


def _stream(statement: str, values: list[Any]) -> Iterator[Stored]:
    for row in _rows(statement, values):
        yield Stored(*row)


def _rows(statement: str, values: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Rows from a cursor on the server: memory stays the same however long the log is."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while batch := cursor.fetchmany(BATCH):
            yield from batch
