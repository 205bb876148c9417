"""Does what leaves name a person who must not be named? Nothing may, unless a person has resolved it (T28). Pure.

It looks for what people write without meaning to: the name in any order, with or without its accents; the e-mail
address, defanged or not; the phone number in any spacing, with or without the country in front.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from referrals.documents import ReferralDocument

OURS = frozenset({"hotline", "hotline_contact", "agency", "answer_url", "format"})
"""Fields that say who we are and whom we write to: no reporter ever wrote into them."""
NATIONAL = 8
"""Digits at the end of a phone number that are the same however its country is written."""

_DOT = re.compile(r"\s?(?:\[\.\]|\(\.\)|\[dot\]|\(dot\)|\bdot\b)\s?")
_AT = re.compile(r"\s?(?:\[at\]|\(at\)|\[@\]|\bat\b)\s?")
_PHONE = re.compile(r"[0-9][0-9 ().\-/]{5,40}[0-9]")
_WORD = re.compile(r"\w+")
_LIVE = re.compile(
    r"\b(?!hxx|fxp)[a-z][a-z0-9+.-]{1,20}://\S|\bwww\.\w|\b(?:mailto|tel|tg|javascript|data):\S"
    r"|(?<![\w.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w.])|\b[0-9a-f]{1,4}:[0-9a-f:]{0,35}::|\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b|\b[0-9a-f]{1,4}::",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?<![\w.@])(?:[\w-]{1,63}\.){1,10}(?![A-Z][a-z])([^\W\d_]{2,24})(?![\w.]\w)")
_FILES = frozenset({"csv", "json", "jsonld", "pdf", "txt"})
_MAIL = re.compile(r"[^\s@<>()\[\]]{1,64}@(?:[\w-]{1,63}\.){1,10}[^\W\d_]{2,24}")
_DAY = re.compile(
    r"(?<![0-9.])(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4})(?!\.?[0-9])"
)
_CALL = re.compile(r"(?<![\w.-])(?:\+|\(?0)[0-9 ().-]{7,24}[0-9]")
_DIGITS_OF_A_PHONE = range(9, 16)


@dataclass(frozen=True)
class Identity:
    """What a reporter gave of themselves, as far as the house keeps it."""

    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Hit:
    """Where the document names them: `field` like `items.2.address`; `what`: name, email or phone."""

    field: str
    what: str


def find_identities(document: ReferralDocument, identities: Iterable[Identity]) -> tuple[Hit, ...]:
    """Every place that names one of these people."""
    known = tuple(identities)
    if not known:
        return ()
    found = [Hit(field, what) for field, text in _texts(document) for what in _named_in(text, known)]
    return tuple(dict.fromkeys(found))


def told_in(text: str) -> tuple[str, ...]:
    """What somebody typed into a sentence that does not belong there: a live address, an e-mail, a phone number.

    Those stand in the machine part, as items; in a sentence nobody assessed them.
    """
    mails = _MAIL.findall(text)
    rest = _DAY.sub(" ", _MAIL.sub(" ", text))
    hosts = [found[1].lower() for found in _HOST.finditer(rest)]
    found = {
        "address": bool(_LIVE.search(rest)) or any(end not in _FILES for end in hosts),
        "email": bool(mails),
        "phone": any(len(_digits(number)) in _DIGITS_OF_A_PHONE for number in _CALL.findall(rest)),
    }
    return tuple(what for what, there in found.items() if there)


def _named_in(text: str, identities: Iterable[Identity]) -> Iterator[str]:
    plain = _fold(text)
    words = frozenset(_WORD.findall(plain))
    mail = _AT.sub("@", _DOT.sub(".", plain))
    phones = [_digits(number) for number in _PHONE.findall(plain)]
    for one in identities:
        name = frozenset(_WORD.findall(_fold(one.name)))
        if name and name <= words:
            yield "name"
        if one.email and _fold(one.email) in mail:
            yield "email"
        tail = _digits(one.phone)[-NATIONAL:]
        if len(tail) == NATIONAL and any(number.endswith(tail) for number in phones):
            yield "phone"


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of the document that is not ours, with its place."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for number, part in enumerate(value, start=1):
            yield from _texts(part, f"{path}.{number}")
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if path or field.name not in OURS:
                yield from _texts(getattr(value, field.name), f"{path}.{field.name}".lstrip("."))


def _fold(text: str) -> str:
    """Small letters without accents."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in apart if not unicodedata.combining(char))


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isdigit())
