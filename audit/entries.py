"""One audit entry, format 1, as the exact bytes that are hashed. Pure: no Django, no clock, no database.

Source: RFC 8785 (canonical JSON) and RFC 9162 section 2.1.1 (leaf hash = SHA-256(0x00 || entry)).
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from uuid import UUID

import rfc8785

FORMAT = 1
MAX_BYTES = 4096
SALT_BYTES = 32

Fact = str | int | bool | UUID | datetime | Enum | None
"""What may stand in an entry in the clear. A str must be a member of a vocabulary: text goes to the payload."""


@dataclass(frozen=True)
class Actor:
    """Who acted: a person's or system's pseudonym, and the agency they acted for, if any."""

    pseudonym: str
    agency: str = ""

    @property
    def person(self) -> UUID:
        """The id of the person who acts. Raises ValueError for the public, the system and a link."""
        return UUID(self.pseudonym)


PUBLIC = Actor("public")
SYSTEM = Actor("system")
LINK = "link:"


def by_link(link: UUID, *, agency: UUID) -> Actor:
    """Whoever holds a link that we gave to an agency. Who they say they are stands in the sealed text."""
    return Actor(f"{LINK}{link}", str(agency))


@dataclass(frozen=True)
class Entry:
    """The fields of one entry. `before` and `after` are states; both empty means that nothing moved."""

    log: str
    id: UUID
    ts: datetime
    action: str
    kind: str
    object_id: UUID
    actor: Actor
    case: UUID | None = None
    before: str = ""
    after: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    commit: bytes = b""


class EntryTooLong(ValueError):
    """The entry would exceed 4,096 bytes: move facts to the payload."""


def plain(value: Fact) -> str | int | bool | None:
    """Bring a fact to the JSON type that is hashed; times as UTC, ids and enums as text."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return stamp(value)
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"{type(value).__name__} cannot stand in an audit entry")


def stamp(moment: datetime) -> str:
    """An aware time as RFC 3339 in UTC with microseconds."""
    if moment.tzinfo is None:
        raise ValueError("an audit time needs a zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def encode(entry: Entry) -> bytes:
    """The bytes of format 1. Raises EntryTooLong."""
    body = rfc8785.dumps(
        {
            "v": FORMAT,
            "log": entry.log,
            "id": str(entry.id),
            "ts": stamp(entry.ts),
            "actor": entry.actor.pseudonym,
            "agency": entry.actor.agency,
            "action": entry.action,
            "object": f"{entry.kind}:{entry.object_id}",
            "case": str(entry.case) if entry.case else "",
            "from": entry.before,
            "to": entry.after,
            "facts": {name: plain(value) for name, value in entry.facts.items()},
            "commit": entry.commit.hex(),
            # The last checkpoint known to the writer; stays empty until the log is sealed into a tree.
            "seen": [],
        }
    )
    if len(body) > MAX_BYTES:
        raise EntryTooLong(f"{entry.action}: {len(body)} bytes")
    return body


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def commitment(payload: bytes, salt: bytes) -> bytes:
    """Bind an entry to text kept elsewhere without revealing it. The salt is the HMAC key."""
    return hmac.digest(salt, payload, "sha256")
