"""The nine words a reporter keeps. Pure: reads the packaged lists, knows no database.

A code is nine words of a 2,048-word list (99 bits). The first four letters name a word, so the digest is
taken over them alone: a slip of the pen after the fourth letter does not lock a reporter out.
"""

import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from importlib import resources

WORDS_IN_A_CODE = 9
WORDS_IN_A_LIST = 2048
STEM = 4
LANGUAGES = ("en", "ro")

_WORD = re.compile(r"[a-z]+")


class UnknownLanguage(LookupError):
    """There is no word list for this language."""


@cache
def word_list(language: str) -> tuple[str, ...]:
    """The list of a language, in its order. Raises UnknownLanguage."""
    if language not in LANGUAGES:
        raise UnknownLanguage(language)
    path = resources.files("intake") / "words" / f"{language}.txt"
    return tuple(path.read_text(encoding="ascii").split())


def new_code(language: str, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Nine words joined by spaces. Two random bytes a word, the top five bits unused: no bias."""
    words = word_list(language)
    drawn = random_bytes(2 * WORDS_IN_A_CODE)
    picks = (int.from_bytes(drawn[at : at + 2], "big") for at in range(0, len(drawn), 2))
    return " ".join(words[pick % WORDS_IN_A_LIST] for pick in picks)


def normalise_code(text: str) -> str:
    """Small letters, one space between words; numbering, punctuation and diacritics gone."""
    return " ".join(_words(text))


def looks_like_code(text: str) -> bool:
    """Does the text hold nine or more words of one list in a row? Such a text is refused in a message."""
    words = _words(text)
    return any(_longest_run(words, _known(language)) >= WORDS_IN_A_CODE for language in LANGUAGES)


def code_digest(code: str, *, pepper: bytes) -> bytes:
    """HMAC-SHA256 over the normalised code, each word by its first four letters."""
    stems = " ".join(word[:STEM] for word in normalise_code(code).split())
    return hmac.digest(pepper, stems.encode("ascii"), "sha256")


def _words(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _WORD.findall(bare)


def _longest_run(words: Iterable[str], known: frozenset[str]) -> int:
    longest = run = 0
    for word in words:
        run = run + 1 if word in known else 0
        longest = max(longest, run)
    return longest


@cache
def _known(language: str) -> frozenset[str]:
    return frozenset(word_list(language))
