"""The bytes of an entry: canonical, short, and free of text."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from uuid import UUID

import pytest
import rfc8785

from audit import checking, entries

OBJECT = UUID("6c1e1b1e-0000-4000-8000-000000000001")
ENTRY = entries.Entry(
    log="log.example.org",
    id=UUID("6c1e1b1e-0000-4000-8000-000000000002"),
    ts=datetime(2026, 5, 14, 6, 30, 2, 17, tzinfo=UTC),
    action="case:open",
    kind="case",
    object_id=OBJECT,
    actor=entries.SYSTEM,
    after="open",
    facts={"priority": 2, "danger": False, "outcome": ""},
)
BYTES = (
    b'{"action":"case:open","actor":"system","agency":"","case":"","commit":"",'
    b'"facts":{"danger":false,"outcome":"","priority":2},"from":"",'
    b'"id":"6c1e1b1e-0000-4000-8000-000000000002","log":"log.example.org",'
    b'"object":"case:6c1e1b1e-0000-4000-8000-000000000001","seen":[],"to":"open",'
    b'"ts":"2026-05-14T06:30:02.000017Z","v":1}'
)


class Word(StrEnum):
    HIGH = "high"


def with_fact(value: object) -> entries.Entry:
    return replace(ENTRY, facts={"fact": value})  # type: ignore[dict-item]


def test_the_bytes_of_format_1_never_change() -> None:
    assert entries.encode(ENTRY) == BYTES


def test_what_is_written_can_be_read_back() -> None:
    assert checking.read(BYTES)["facts"] == {"danger": False, "outcome": "", "priority": 2}


def test_who_acts_by_a_link_is_named_by_the_link_and_its_agency() -> None:
    actor = entries.by_link(OBJECT, agency=ENTRY.id)
    body = checking.read(entries.encode(replace(ENTRY, actor=actor)))
    assert (body["actor"], body["agency"]) == (f"link:{OBJECT}", str(ENTRY.id))
    with pytest.raises(ValueError, match="UUID"):
        _ = actor.person


def test_the_leaf_hash_is_that_of_rfc_9162() -> None:
    assert entries.leaf_hash(BYTES) == hashlib.sha256(b"\x00" + BYTES).digest()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (OBJECT, str(OBJECT)),
        (Word.HIGH, "high"),
        (None, None),
        (True, True),
        (3, 3),
        (datetime(2026, 5, 14, 8, tzinfo=timezone(timedelta(hours=2))), "2026-05-14T06:00:00.000000Z"),
    ],
)
def test_a_fact_is_written_as_plain_json(value: object, written: object) -> None:
    assert json.loads(entries.encode(with_fact(value)))["facts"]["fact"] == written


@pytest.mark.parametrize("value", [1.5, b"bytes", ["list"], {"a": 1}, object()])
def test_nothing_else_can_be_a_fact(value: object) -> None:
    with pytest.raises(TypeError):
        entries.encode(with_fact(value))


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        entries.encode(replace(ENTRY, ts=datetime(2026, 5, 14)))  # noqa: DTZ001 - that is the point


def test_an_entry_has_4096_bytes_at_most() -> None:
    room = entries.MAX_BYTES - len(entries.encode(with_fact("")))
    assert len(entries.encode(with_fact("x" * room))) == entries.MAX_BYTES
    with pytest.raises(entries.EntryTooLong):
        entries.encode(with_fact("x" * (room + 1)))


def changed(**fields: object) -> bytes:
    return rfc8785.dumps({**json.loads(BYTES), **fields})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\xff",
        b"[]",
        b"[" * 4096,
        BYTES.replace(b",", b", ", 1),
        BYTES.replace(b'"v":1', b'"v":1,"v":1'),
        changed(v=2),
        changed(more="x"),
        changed(facts="x"),
        changed(v=True),
    ],
)
def test_other_bytes_are_no_entry(damaged: bytes) -> None:
    with pytest.raises(checking.Unreadable):
        checking.read(damaged)
