"""From what people type to addresses, one a line."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from intake.kinds import ItemKind
from intake.normalise.account import (
    parse_account,
    parse_app,
    parse_email,
    parse_messenger,
    parse_phone,
    parse_wallet,
)
from intake.normalise.address import MAX_BYTES, Address, Code, LineError, refuse_long, visible
from intake.normalise.url import WEB, looks_like_host, parse_url, refang

MAX_LINES = 50
TEXT_WORDS = 3

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_BLANK = re.compile(r"[ \t\u00a0]+")
_ODD_BLANK = re.compile(r"[\t\u00a0]")
_URL_WITH_BLANKS = re.compile(r"\.\w{2,5}$|[/=&#]|\?\w")
_STOPS = ".,;!?)\"'>"
_SCHEME = re.compile(r"([a-z][a-z0-9+-]{1,30}):(?=[^\s])", re.IGNORECASE)
_WEB_TOKEN = re.compile(r"(?:h(?:tt|xx)ps?|ftp)(?:://|\[:\]//)\S+|www\.\S+", re.IGNORECASE)
_OTHER_KIND = frozenset({"bitcoin", "ethereum", "litecoin", "mailto", "monero", "tel"})
_REFUSED = frozenset(
    {"about", "android-app", "blob", "chrome", "cid", "content", "file", "filesystem", "intent", "jar"}
    | {"javascript", "market", "resource", "vbscript", "view-source", "ws", "wss"}
)
_SHAPES: tuple[Callable[[str, str], Address | None], ...] = (
    parse_email,
    parse_phone,
    parse_wallet,
    parse_app,
    parse_account,
)


def parse_lines(text: str) -> list[tuple[int, Address | LineError]]:
    """Each line that is not blank, with its number from 1. Lines past the 50th share one refusal."""
    found: list[tuple[int, Address | LineError]] = []
    for number, line in enumerate(_LINE_BREAK.split(text), start=1):
        if not line.strip():
            continue
        if len(found) == MAX_LINES:
            return [*found, (number, LineError(Code.TOO_MANY_LINES, limit=MAX_LINES))]
        found.append((number, _parsed(line)))
    return found


def _parsed(line: str) -> Address | LineError:
    try:
        return parse_line(line)
    except LineError as error:
        return error


def parse_line(line: str) -> Address:
    """The address on a line. Raises LineError, and nothing else, whatever the line holds."""
    raw = line.strip()
    _refuse_unstorable(raw)
    text = _trimmed(raw)
    if not text:
        raise LineError(Code.EMPTY)
    if _BLANK.search(text):
        return _parse_words(text, raw)
    return _parse_word(refang(text), raw)


def _refuse_unstorable(raw: str) -> None:
    if not raw:
        raise LineError(Code.EMPTY)
    if any("\ud800" <= char <= "\udfff" for char in raw):
        raise LineError(Code.NOT_UNICODE)
    refuse_long(raw, MAX_BYTES)
    if any(unicodedata.category(char) == "Cc" for char in raw.replace("\t", " ")):
        raise LineError(Code.CONTROL_CHARACTERS)


def _trimmed(raw: str) -> str:
    """Without the invisible characters and brackets that copying leaves at both ends."""
    first = next((at for at, char in enumerate(raw) if visible(char) and not char.isspace()), len(raw))
    last = next((at for at in range(len(raw), first, -1) if visible(raw[at - 1]).strip()), first)
    text = raw[first:last]
    return text[1:-1] if text[:1] == "<" and text[-1:] == ">" and text[1:-1].strip() == text[1:-1] else text


def _parse_word(text: str, raw: str) -> Address:
    scheme = _scheme(text)
    if scheme == "data":
        raise LineError(Code.MEDIA_DATA)
    if scheme in WEB:
        return parse_url(text, raw)
    if scheme and scheme not in _OTHER_KIND:
        return _parse_deep_link(scheme, text, raw)
    address = _first_shape(text, raw)
    if address:
        return address
    if looks_like_host(text):
        onion = text.lower().split("/")[0].split(":")[0].rstrip(".").endswith(".onion")
        return parse_url(f"{'http' if onion else 'https'}://{text}", raw)
    raise LineError(Code.NOT_AN_ADDRESS)


def _scheme(text: str) -> str:
    """The scheme, where there is one; `host:8080` and `platform:@name` have none."""
    match = _SCHEME.match(text)
    if not match:
        return ""
    scheme, rest = match[1].lower(), text[match.end() :]
    known = scheme in WEB | _OTHER_KIND | _REFUSED | {"data", "tg", "whatsapp"}
    return scheme if known or rest.startswith("//") else ""


def _parse_deep_link(scheme: str, text: str, raw: str) -> Address:
    address = parse_messenger(scheme, text, raw)
    if not address:
        raise LineError(Code.SCHEME_REFUSED, scheme=scheme)
    return address


def _first_shape(text: str, raw: str) -> Address | None:
    return next((address for shape in _SHAPES if (address := shape(text, raw))), None)


def _parse_words(text: str, raw: str) -> Address:
    """A line with spaces: an address in its long form, one web address among words, or words alone."""
    words = _BLANK.split(text)
    if any(_scheme(word) == "data" for word in words):
        raise LineError(Code.MEDIA_DATA)
    address = _first_shape(text, raw)
    if address:
        return address
    pages = [word for word in words if _WEB_TOKEN.match(word)]
    if len(pages) > 1:
        raise LineError(Code.SEVERAL_ADDRESSES)
    if pages:
        page = _page_among(text, words, pages[0])
        return replace(
            _parse_word(refang(_ODD_BLANK.sub(" ", page)), raw), among="" if page == text else page
        )
    if sum(any(char.isalpha() for char in word) for word in words) < TEXT_WORDS:
        raise LineError(Code.NOT_AN_ADDRESS)
    return Address(ItemKind.TEXT, raw, unicodedata.normalize("NFC", " ".join(words)))


def _page_among(text: str, words: list[str], page: str) -> str:
    """The web address without the words around it. A path with blanks (`/my file.html`) is kept whole.

    Where one or two words follow it, nobody can tell whether they are its end: whoever typed it is asked.
    """
    if page == words[0] and _URL_WITH_BLANKS.search(words[-1]):
        return text
    alone = _without_stop(page)
    if page == words[0] and alone == page and len(words) <= TEXT_WORDS:
        raise LineError(Code.BLANK_INSIDE)
    return alone


def _without_stop(page: str) -> str:
    """Without what ends a sentence. A bracket that opens inside the address is closed by it."""
    bare = page.rstrip(_STOPS)
    end = page[len(bare) :]
    return bare + ")" if end.startswith(")") and bare.count("(") > bare.count(")") else bare
