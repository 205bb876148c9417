"""The contract of a destination, and the registry that finds them. A destination is one folder here.

The base does the dangerous part; a folder fills the blanks between the lines marked so. It imports this module and
`referrals.documents` and nothing else of the product: no database, no clock, no settings, no network of its own.
"""

import importlib
import json
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from hashlib import sha256
from typing import ClassVar, Protocol
from uuid import UUID

from referrals.documents import ReferralDocument

Keys = Mapping[str, bytes]


class Mode(StrEnum):
    """How a package reaches the agency. The words are those of `referrals.states.DeliveryMode`."""

    MANUAL = "manual"
    EXPORT = "export"
    API = "api"


class Line(StrEnum):
    """Which outbound line `deliver` needs. The house makes it and hands it in."""

    OUTBOX = "outbox"
    CONSOLE = "console"
    MAIL = "mail"


class Remedy(StrEnum):
    """What has to happen before a failed delivery can work."""

    RETRY = "retry"
    FIX_CONFIG = "fix_config"
    FIX_PAYLOAD = "fix_payload"
    ASK_HUMAN = "ask_human"


OUTBOX_REMEDIES = {
    "changed": Remedy.ASK_HUMAN,
    "missing": Remedy.ASK_HUMAN,
    "unavailable": Remedy.RETRY,
}


class DeliveryError(Exception):
    """The delivery failed, and we know it did not arrive. The message goes to no log: it may name an address."""

    def __init__(self, message: str, *, remedy: Remedy) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True)
class Payload:
    """The bytes made from a document, before they are signed and encrypted. The name gives nothing away."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Sealed:
    """What is stored before the first call and sent on every try."""

    name: str
    content_type: str
    content: bytes

    @property
    def digest(self) -> bytes:
        return sha256(self.content).digest()


@dataclass(frozen=True)
class Receipt:
    """The machine's answer. `offered`: the package waits to be collected, so nothing has been sent yet."""

    id: str
    at: datetime
    digest: bytes
    offered: bool = False


@dataclass(frozen=True)
class Acknowledgement:
    """The organisation's answer, in our words; the raw answer is kept beside it."""

    answer: str
    at: datetime
    by: str
    reference: str = ""


class Wire(Protocol):
    """The line that is handed to `deliver`. Gives the raw answer; raises DeliveryError or anything it likes."""

    def put(self, sealed: Sealed, *, idempotency_key: UUID) -> bytes: ...


class Destination(ABC):
    """One agency's system, or one way of handing files over."""

    # -- the child fills these blanks ------------------------------------------------------------
    key: ClassVar[str]
    """The folder's name, stored with every delivery."""
    label: ClassVar[str]
    modes: ClassVar[frozenset[Mode]]
    repeatable: ClassVar[bool]
    """The same idempotency key twice has the effect of once, so a broken call may be tried again."""
    line: ClassVar[Line] = Line.OUTBOX
    groups: ClassVar[bool] = False
    """Several documents for one contact travel as one message: `build_many` makes it."""
    takes_unassessed: ClassVar[bool] = False
    """Accepts a report that nobody assessed (forward-only mode)."""
    longest_address: ClassVar[int] = 8192
    """Characters. A longer address is said at the proposal, and never cut."""

    @abstractmethod
    def build(self, document: ReferralDocument) -> Payload:
        """Pure: no clock, no key, no random. Twice the same bytes. Raises DeliveryError(FIX_PAYLOAD)."""

    def build_many(self, documents: Sequence[ReferralDocument]) -> Payload:
        """One message of several documents, as pure as `build`. Only where `groups`."""
        (document,) = documents
        return self.build(document)

    def read_receipt(self, raw: bytes) -> Receipt:
        """Read the machine's answer, in mode `api`. Raises DeliveryError with its remedy where it is a refusal."""
        del raw
        raise DeliveryError("this destination has no machine to speak to", remedy=Remedy.FIX_CONFIG)

    def read_acknowledgement(self, raw: bytes) -> Acknowledgement | None:
        """Read the organisation's answer, if it ever sends one by machine. None: this is not one."""
        del raw
        return None

    # -- the base does this ----------------------------------------------------------------------
    def seal(self, payload: Payload, keys: Keys) -> Sealed:
        """Sign and encrypt, once. A destination without keys leaves the payload as it is."""
        del keys
        return Sealed(payload.name, payload.content_type, payload.content)

    def offer(self, sealed: Sealed, *, idempotency_key: UUID, wire: Wire) -> Receipt:
        """Modes `manual` and `export`: the package lies ready. It has left once somebody has taken it."""
        answer = json.loads(wire.put(sealed, idempotency_key=idempotency_key))
        if "error" in answer:
            word = str(answer["error"])
            raise DeliveryError(f"the outbox says {word}", remedy=OUTBOX_REMEDIES.get(word, Remedy.ASK_HUMAN))
        return _about(
            sealed,
            Receipt(
                id=str(answer["id"]),
                at=datetime.fromisoformat(answer["ready_at"]),
                digest=bytes.fromhex(answer["sha256"]),
                offered=True,
            ),
        )

    def deliver(self, sealed: Sealed, *, idempotency_key: UUID, wire: Wire) -> Receipt:
        """Mode `api`: hand the sealed bytes to the wire, and prove that the receipt is about these bytes."""
        return _about(sealed, self.read_receipt(wire.put(sealed, idempotency_key=idempotency_key)))


def _about(sealed: Sealed, receipt: Receipt) -> Receipt:
    if receipt.digest != sealed.digest:
        raise DeliveryError("the receipt is about other bytes", remedy=Remedy.ASK_HUMAN)
    return receipt


class UnknownDestination(LookupError):
    """No folder has this name."""


@cache
def registry() -> Mapping[str, Destination]:
    """Every destination found, by key."""
    found: dict[str, Destination] = {}
    for folder in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{folder.name}.destination")
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, Destination) and thing is not Destination:
                found[thing.key] = thing()
    return found


def find(key: str) -> Destination:
    """The destination of this key. Raises UnknownDestination."""
    if key not in registry():
        raise UnknownDestination(key)
    return registry()[key]
