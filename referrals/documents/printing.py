"""How a string that leaves looks to a person: every character either prints or is spelled out. Pure.

`coverage.json` lists what the fonts of the packages can draw, as first and last of each run. It is taken from the
fonts by `tests/destinations/regenerate.py`, and a test compares the two: one letter without a shape stops a PDF/A.
"""

import json
import re
import unicodedata
from bisect import bisect_right
from pathlib import Path

UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})
# Letters and marks by category, blanks by shape.
UNSEEN_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
RUNS: list[tuple[int, int]] = sorted(
    (first, last) for first, last in json.loads((Path(__file__).parent / "coverage.json").read_text())
)
INSIDE = re.compile(r"(?<=\w)\.(?=\w\w)|(?<=\d)\.(?=\d)|(?<=[\w:]):(?=[\w:])")
"""A dot or colon within a word, as in the name of a host or an IP address, and not as in S.R.L."""
WORD = re.compile(r"[^ ]+")
SCHEME = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.-]{0,30}:(?=[^\s:])|//")
HTTP = re.compile(r"htt(?=ps?(?![A-Za-z]))", re.IGNORECASE)
AT = re.compile(r"(?<=[^\s@])@(?=[^\s@])")
EVERY_DOT = re.compile(r"(?<!\[)[.:](?!\])")
NUMBER = re.compile(r"[(\"'„“]*[0-9]{1,4}(?:[.:][0-9]{1,4}){1,2}[)\"'”,;.:!?]*")
"""A time, a date, an amount: its dots and colons open nothing."""
FIRSTS = [first for first, _ in RUNS]


def printable(text: str) -> str:
    """The text as a person may see it: NFC; what cannot be seen or drawn, or turns the line around, as [U+202E]."""
    return "".join(letter if _is_visible(letter) else _spelled(letter) for letter in _composed(text))


def named(text: str) -> str:
    """A printable name or a sentence that somebody typed. What in it is an address opens nothing, however written."""
    return WORD.sub(_dead, printable(text))


def _dead(word: re.Match[str]) -> str:
    """With a scheme or slashes in it, no dot or colon stays live; else those within words."""
    text = word[0]
    if NUMBER.fullmatch(text):
        return text
    if SCHEME.search(text):
        return AT.sub("[at]", EVERY_DOT.sub(r"[\g<0>]", HTTP.sub("hxx", text)))
    return AT.sub("[at]", INSIDE.sub(r"[\g<0>]", text))


def without_surrogates(text: str) -> str:
    return "".join(_spelled(letter) if "\ud800" <= letter <= "\udfff" else letter for letter in text)


def is_drawn(letter: str) -> bool:
    """Whether every font of the packages has a shape for it."""
    place = bisect_right(FIRSTS, ord(letter)) - 1
    return place >= 0 and ord(letter) <= RUNS[place][1]


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _spelled(letter: str) -> str:
    return f"[U+{ord(letter):04X}]"


def _is_visible(letter: str) -> bool:
    if letter == " ":
        return True
    hidden = (
        unicodedata.category(letter) in UNSEEN_CATEGORIES
        or letter in UNSEEN_LETTERS
        or "\ufe00" <= letter <= "\ufe0f"
        or "\U000e0100" <= letter <= "\U000e01ef"
    )
    return not hidden and is_drawn(letter)
