"""Media hidden in text: data: URIs, and base64, percent or hex runs that decode to a known file. Pure.

Only where and what kind is ever told; the decoded bytes are looked at and dropped. Runs are found by what a
file's first bytes look like once encoded, so the work is linear and long innocent tokens cost nothing.
Out of reach by design: encodings nobody's clipboard makes (base85, uuencode, a cipher).
"""

import re
from base64 import b64decode
from binascii import unhexlify
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from string import ascii_letters, digits, hexdigits
from urllib.parse import unquote, unquote_to_bytes

MIN_RUN = 64
HEAD = 64
MAX_CANDIDATES = 500
PERCENT_ROUNDS = 3


@dataclass(frozen=True)
class MediaFinding:
    """What kind of file, and at which character it begins (of the text, or of its percent escapes)."""

    kind: str
    offset: int


@dataclass(frozen=True)
class _Code:
    """How one way of encoding looks: what may stand between, how a file begins, how long, in which letters."""

    joint: re.Pattern[str]
    head: re.Pattern[str]
    run: re.Pattern[str]
    letters: frozenset[str]
    decode: Callable[[str], bytes]


_DATA_URI = re.compile(
    r"(?<![a-z0-9])data:\s{0,8}(?:[a-z]{1,20}/[\w.+-]{1,80}\s{0,8}[;,]|;base64,)", re.IGNORECASE
)
_SVG = re.compile(r"<svg\s[^<>]{0,800}?\b(?:xmlns|viewBox|width|height|version)\s{0,8}=", re.IGNORECASE)
_SPACE = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff\u00ad]+")
_URL_SAFE = str.maketrans("-_", "+/")
_BASE64_RUN = re.compile(rf"[A-Za-z0-9+/]{{{MIN_RUN},{MIN_RUN}}}")
_BASE64_HEAD = re.compile(
    r"/9j/|iVBORw|R0lGOD|UklGR|Qk[0-3]|SUkqA|TU0AK|AAAA[A-Za-z0-9+/]{2}Z0eX|GkXfo|JVBERi|UEsDB|N3q8r|UmFyIR|H4sI"
    r"|AAAADGpQ|AAAADEpY|/0//U|MCaydY|RkxWA|AAABu[g-v]|T2dnUwA|SUQz|PHN2Z"
    # A blank or the end of a declaration before `<svg` moves its letters to the other two places in base64.
    r"|(?:ID|C[jT]|DT|Pj)xzdm|[CDIP][A-Za-z0-9+/]{2}8c3Zn"
)
_HEX_JOINT = re.compile(r"\\x|0x|%|[\s:,;\-]+", re.IGNORECASE)
_HEX_RUN = re.compile(rf"[0-9a-f]{{{MIN_RUN},{MIN_RUN}}}", re.IGNORECASE)
_HEX_HEAD = re.compile(
    r"ffd8ff|89504e47|47494638|52494646|424d|49492a00|4d4d002a|000000[0-9a-f]{2}66747970|1a45dfa3|25504446"
    r"|504b0304|377abcaf|52617221|1f8b08|0000000c6a502020|0000000c4a584c20|ff4fff51|3026b275|464c5601|000001ba"
    r"|4f67675300|494433|3c737667",
    re.IGNORECASE,
)
_BASE64_LETTERS = frozenset(ascii_letters + digits + "+/")
_HEX_LETTERS = frozenset(hexdigits)
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_BINARY_HEAD = re.compile(
    rb"\xff\xd8\xff|\x89PNG|GIF8[79]a|RIFF|BM|II\*\x00|MM\x00\*|\x00\x00\x00.ftyp|\x1aE\xdf\xa3|%PDF-"
    rb"|PK\x03\x04|7z\xbc\xaf|Rar!|\x1f\x8b\x08|\x00\x00\x00\x0c(?:jP|JXL) |\xff\x4f\xff\x51|0&\xb2u|FLV\x01"
    rb"|\x00\x00\x01\xba|OggS\x00|ID3",
    re.DOTALL,
)

# Name, pattern of the first bytes, and whether it is long enough to be no accident in the middle of a token.
_MAGIC: tuple[tuple[str, re.Pattern[bytes], bool], ...] = tuple(
    (kind, re.compile(pattern, re.DOTALL), sure)
    for kind, pattern, sure in (
        ("jpeg", rb"\xff\xd8\xff[\xe0\xe1]..(?:JFIF|Exif)\x00", True),
        ("jpeg", rb"\xff\xd8\xff[\xc0-\xcf\xdb\xdd\xe0-\xef\xfe]", False),
        ("png", rb"\x89PNG\r\n\x1a\n", True),
        ("gif", rb"GIF8[79]a", True),
        ("webp", rb"RIFF....WEBP", True),
        ("avi", rb"RIFF....AVI ", True),
        ("bmp", rb"BM....\x00\x00\x00\x00....[\x0c\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00", True),
        ("tiff", rb"(?:II\*\x00...\x00|MM\x00\*\x00...)", True),
        ("heic", rb"\x00\x00\x00.ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1|avi[fs])", True),
        ("mp4", rb"\x00\x00\x00.ftyp[ -~]{4}", True),
        ("webm", rb"\x1a\x45\xdf\xa3.{1,40}(?:webm|matroska)", True),
        ("webm", rb"\x1a\x45\xdf\xa3", False),
        ("pdf", rb"%PDF-[12]\.", True),
        ("zip", rb"PK\x03\x04[\x0a-\x3f]\x00", True),
        ("7z", rb"7z\xbc\xaf\x27\x1c", True),
        ("rar", rb"Rar!\x1a\x07", True),
        ("jpeg2000", rb"\x00\x00\x00\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51\x00[\x29-\xff]\x00", True),
        ("jpegxl", rb"\x00\x00\x00\x0cJXL \r\n\x87\n", True),
        ("wmv", rb"0&\xb2u\x8ef\xcf\x11\xa6\xd9", True),
        ("flv", rb"FLV\x01[\x00\x01\x04\x05]\x00\x00\x00\x09", True),
        ("mpeg", rb"\x00\x00\x01\xba(?:[D-GL-OT-W\x5c-\x5fd-gl-ot-w\x7c-\x7f]|[!#%')+\-/])", True),
        ("ogg", rb"OggS\x00[\x00-\x07]", True),
        ("mp3", rb"ID3[\x02-\x04][\x00-\x0a].[\x00-\x7f]{4}", True),
        ("svg", rb".{0,3}<svg[\s>]", True),
        ("gzip", rb"\x1f\x8b\x08[\x00-\x1f]", False),
    )
)


def find_media(text: str) -> MediaFinding | None:
    """The first piece of media found in the text, or None."""
    for round_number, (form, shift) in enumerate(_forms(text)):
        found = _in_plain(form)
        if found:
            return MediaFinding(found.kind, found.offset if not round_number else shift)
    return None


def _forms(text: str) -> Iterator[tuple[str, int]]:
    """The text, and what is left when percent escapes are undone, a few times over."""
    first = _PERCENT.search(text)
    shift = first.start() if first else 0
    for _ in range(PERCENT_ROUNDS):
        yield text, shift
        if not _PERCENT.search(text):
            return
        text = unquote(text, errors="replace")


def _in_plain(text: str) -> MediaFinding | None:
    uri = _DATA_URI.search(text)
    if uri:
        return MediaFinding("data_uri", uri.start())
    picture = _SVG.search(text)
    if picture:
        return MediaFinding("svg", picture.start())
    return _in_base64(text) or _in_hex(text) or _in_percent(text)


def _in_base64(text: str) -> MediaFinding | None:
    return _in_run(text, _Code(_SPACE, _BASE64_HEAD, _BASE64_RUN, _BASE64_LETTERS, b64decode))


def _in_hex(text: str) -> MediaFinding | None:
    return _in_run(text, _Code(_HEX_JOINT, _HEX_HEAD, _HEX_RUN, _HEX_LETTERS, unhexlify))


def _in_run(text: str, code: _Code) -> MediaFinding | None:
    """A run that begins like a file. In the middle of a longer token only a long magic counts."""
    dense = code.joint.sub("", text).translate(_URL_SAFE)
    places = None
    for count, head in enumerate(code.head.finditer(dense)):
        at = head.start()
        if count == MAX_CANDIDATES:
            return MediaFinding("unclear", 0)
        kind, sure = (
            _kind_of(code.decode(dense[at : at + HEAD])) if code.run.match(dense, at) else ("", False)
        )
        if not kind:
            continue
        places = places or _Places(text, code.joint)
        if sure or places.starts_token(at) or dense[at - 1] not in code.letters:
            return MediaFinding(kind, places.of(at))
    return None


def _in_percent(text: str) -> MediaFinding | None:
    """A file's own bytes behind percent escapes. Text in any language has no such bytes."""
    first = _PERCENT.search(text)
    if not first:
        return None
    data = unquote_to_bytes(text.encode("utf-8", "surrogatepass"))
    for count, head in enumerate(_BINARY_HEAD.finditer(data)):
        if count == MAX_CANDIDATES:
            return MediaFinding("unclear", first.start())
        window = data[head.start() : head.start() + HEAD]
        kind, _ = _kind_of(window)
        if kind and (kind == "pdf" or sum(byte < 9 for byte in window) >= 2):
            return MediaFinding(kind, first.start())
    return None


def _kind_of(data: bytes) -> tuple[str, bool]:
    """(kind, is the magic too long for an accident) of a file that begins so; ('', False) for none."""
    return next(((kind, sure) for kind, magic, sure in _MAGIC if magic.match(data)), ("", False))


class _Places:
    """From an index in the text without its joints back to one in the text."""

    def __init__(self, text: str, joint: re.Pattern[str]) -> None:
        self.dense = [0]
        self.shift = [0]
        removed = 0
        for match in joint.finditer(text):
            at = match.start() - removed
            removed += len(match[0])
            self.dense.append(at)
            self.shift.append(removed)

    def of(self, at: int) -> int:
        return at + self.shift[bisect_right(self.dense, at) - 1]

    def starts_token(self, at: int) -> bool:
        return self.dense[bisect_right(self.dense, at) - 1] == at
