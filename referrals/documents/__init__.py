"""ReferralDocument: the exact facts that leave the house, frozen. Nothing that is not in it ever leaves. Pure.

The reporter's contact, text and language have no field here. The stored form is canonical JSON (RFC 8785), so that
one document has one digest.
"""

import dataclasses
import json
import types
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

import rfc8785

from referrals.documents.printing import printable as printable  # part of the contract of a destination
from referrals.documents.printing import without_surrogates as without_surrogates

FORMAT = "tutela-referral-1"
ILLEGAL = frozenset({"baseline_csam", "national_csam", "other_illegal"})
"""Verdicts that say: probably illegal."""


@dataclass(frozen=True)
class Addressee:
    name: str
    kind: str
    country: str
    contact: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class FollowUpCited:
    """What this document adds to, corrects or takes back: the number of the referral's follow-up, and why."""

    kind: str
    number: int
    reason: str


@dataclass(frozen=True)
class Informed:
    """Another organisation that was told, or is not told yet because the police hold stands."""

    name: str
    kind: str
    referral: str
    state: str
    receipt: str = ""


@dataclass(frozen=True)
class RuleCited:
    """The rule that brought the case here: code and version, how binding it is, and its reason by code."""

    code: str
    version: int
    obligation: str
    reason: str


@dataclass(frozen=True)
class Approval:
    """The log entry by which a person confirmed the referral. `leaf_hash` is hexadecimal SHA-256 (RFC 9162)."""

    event_id: UUID
    leaf_hash: str


@dataclass(frozen=True)
class DocumentItem:
    """One assessed address. `position` is its number in the case; days are in the hotline's time zone.

    `address` is what the first report says, byte for byte; `spellings` all that reports wrote, where they differ;
    `canonical` the one form that they share, which a program can read. It is not what was reported.
    """

    position: int
    kind: str
    address: str
    defanged: str
    verdict: str
    scheme: str
    hosting_country: str
    host_known_by: str
    assessed_by: str
    reports: int
    first_reported_on: date
    last_reported_on: date
    age: str = ""
    sex: str = ""
    site_type: str = ""
    commercial: str = ""
    payment_methods: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    platform: str = ""
    host_provider: str = ""
    network: str = ""
    ip: str = ""
    traced_at: datetime | None = None
    confidence: int = 0
    canonical: str = ""
    spellings: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """By what the same address is known again. Documents frozen earlier have this form in `address`."""
        return self.canonical or self.address


@dataclass(frozen=True)
class LeftOut:
    """What stays in the house, by code, and why. `position` names an item of the case, 0 anything else."""

    what: str
    why: str
    position: int = 0


@dataclass(frozen=True)
class ReferralDocument:
    """A draft has no number, no time and no approval yet; everything else is what will leave.

    `test`: the agency is not live, and every payload says so. `hold_until`: host and platform are not told before.
    `anonymous`: a notice does not name the hotline, where the law lets a notifier stay unnamed.
    `answer_url` stands in what is sealed, never in what is stored: who has it can answer for the agency.
    """

    hotline: str
    agency: Addressee
    case_number: str
    priority: str
    rule: RuleCited
    items: tuple[DocumentItem, ...]
    reviewed_by: str
    left_out: tuple[LeftOut, ...]
    referral: str = ""
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    approval: Approval | None = None
    hotline_contact: str = ""
    legal_basis: str = ""
    offences: tuple[str, ...] = ()
    urgency_reason: str = ""
    informed: tuple[Informed, ...] = ()
    hold_until: datetime | None = None
    preserve: bool = False
    test: bool = False
    anonymous: bool = False
    follow_up: FollowUpCited | None = None
    answer_url: str = ""
    answer_until: datetime | None = None
    format: str = FORMAT

    @property
    def not_illegal(self) -> bool:
        """By what we know now nothing of it is illegal: a correction may say so. What nobody assessed may be."""
        said = {item.verdict for item in self.items if item.verdict}
        return bool(said) and not said & ILLEGAL


class UnknownFormat(ValueError):
    """The bytes are not a document of a format this release reads."""


def to_bytes(document: ReferralDocument) -> bytes:
    """Canonical JSON. A lone surrogate, which no JSON can carry, becomes its visible escape."""
    return rfc8785.dumps(_plain(document))


def from_bytes(content: bytes) -> ReferralDocument:
    """Read a document back. Raises UnknownFormat."""
    raw = json.loads(content)
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise UnknownFormat("not a referral document of a known format")
    document = _build(ReferralDocument, raw)
    if not isinstance(document, ReferralDocument):
        raise UnknownFormat("not a referral document")
    return document


def digest(document: ReferralDocument) -> bytes:
    return sha256(to_bytes(document)).digest()


def _plain(value: Any) -> Any:
    """JSON types only; times and ids as text."""
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _build(kind: Any, raw: Any) -> Any:
    """Turn JSON into the type that the field declares."""
    if get_origin(kind) is types.UnionType:
        return None if raw is None else _build(get_args(kind)[0], raw)
    if get_origin(kind) is tuple:
        return tuple(_build(get_args(kind)[0], part) for part in raw)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _build(hints[name], part) for name, part in raw.items()})
    if kind in {date, datetime}:
        return kind.fromisoformat(raw)
    return kind(raw)
