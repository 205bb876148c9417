"""What a line of the form becomes: an address, or a refusal by code. No human text; forms put codes into words."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from intake.kinds import ItemKind

MAX_BYTES = 8192
MAX_NAME = 255


class Code(StrEnum):
    BLANK_INSIDE = "blank_inside"
    CONTROL_CHARACTERS = "control_characters"
    EMPTY = "empty"
    MEDIA_DATA = "media_data"
    NO_PLATFORM = "no_platform"
    NOT_AN_ADDRESS = "not_an_address"
    NOT_UNICODE = "not_unicode"
    SCHEME_REFUSED = "scheme_refused"
    SEVERAL_ADDRESSES = "several_addresses"
    TOO_LONG = "too_long"
    TOO_MANY_LINES = "too_many_lines"


class LineError(ValueError):
    """A line that is no address. `params` are numbers and schemes for the sentence, never the line itself."""

    def __init__(self, code: Code, **params: int | str) -> None:
        super().__init__(code.value)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Address:
    """One reported address. `raw` is the line as typed, to the letter; `canonical` is what duplicates share.

    `among` is the address as written, where the line holds other words beside it.
    """

    kind: ItemKind
    raw: str
    canonical: str
    platform: str = ""
    handle: str = ""
    host: str = ""
    among: str = ""

    @property
    def written(self) -> str:
        """The address alone, as the reporter wrote it; nothing where there are words only."""
        return "" if self.kind is ItemKind.TEXT else self.among or self.raw

    def __post_init__(self) -> None:
        refuse_long(self.canonical, MAX_BYTES)
        for name in (self.platform, self.handle, self.host):
            refuse_long(name, MAX_NAME)


def refuse_long(text: str, limit: int) -> None:
    """Nothing is ever cut: over the limit is an error that says both numbers (bytes of UTF-8)."""
    length = len(text.encode())
    if length > limit:
        raise LineError(Code.TOO_LONG, length=length, limit=limit)


def duplicate_text(address: Address) -> str | None:
    """The exact string that a keyed digest is taken over. Text joins no case by itself, so it has none."""
    if address.kind is ItemKind.TEXT:
        return None
    return f"{address.kind.value} {address.canonical}"


def visible(text: str) -> str:
    """The text without characters nobody can see (bidi, zero-width, tags)."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf")


def fold(name: str) -> str:
    """Canonical caseless form of a handle (Unicode 3.13, D145), composed."""
    decomposed = unicodedata.normalize("NFD", visible(name))
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", decomposed.casefold()))
