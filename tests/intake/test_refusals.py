"""Media never comes in as text, and long innocent tokens are left alone."""

import base64
import hashlib
from collections.abc import Callable
from urllib.parse import quote_from_bytes

import pytest

from intake.refusals import MediaFinding, find_media
from tests.growth import grows_like_its_length

BODY = bytes(range(256)) * 2
FILES = {
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + BODY,
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + BODY,
    "gif": b"GIF89a\x01\x00\x01\x00\x00\x00" + BODY,
    "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 " + BODY,
    "bmp": b"BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00" + BODY,
    "tiff": b"II*\x00\x08\x00\x00\x00" + BODY,
    "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00" + BODY,
    "mp4": b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00" + BODY,
    "webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + BODY,
    "avi": b"RIFF\x24\x00\x00\x00AVI LIST" + BODY,
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + BODY,
    "zip": b"PK\x03\x04\x14\x00\x00\x00" + BODY,
    "7z": b"7z\xbc\xaf\x27\x1c\x00\x04" + BODY,
    "rar": b"Rar!\x1a\x07\x01\x00" + BODY,
    "jpeg2000": b"\x00\x00\x00\x0cjP  \r\n\x87\n\x00\x00\x00\x14ftypjp2 " + BODY,
    "jpegxl": b"\x00\x00\x00\x0cJXL \r\n\x87\n\x00\x00\x00\x14ftypjxl " + BODY,
    "wmv": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + BODY,
    "flv": b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00" + BODY,
    "mpeg": b"\x00\x00\x01\xbaD\x00\x04\x00\x04\x01" + BODY,
    "ogg": b"OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00" + BODY,
    "mp3": b"ID3\x03\x00\x00\x00\x00\x0f\x76TIT2" + BODY,
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9"/></svg>' + BODY,
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + BODY,
}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _wrapped(data: bytes) -> str:
    return base64.encodebytes(data).decode()


def _url_safe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def _percent_of_base64(data: bytes) -> str:
    return "".join(f"%{ord(char):02X}" for char in _base64(data))


def _twice_percent(data: bytes) -> str:
    return _percent_of_base64(data).replace("%", "%25")


def _split(data: bytes) -> str:
    return " \u200b".join(_base64(data))


def _spaced_hex(data: bytes) -> str:
    return data.hex(" ")


def _escaped_hex(data: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in data)


WAYS = [
    _base64,
    _wrapped,
    _url_safe,
    _percent_of_base64,
    _twice_percent,
    _split,
    quote_from_bytes,
    bytes.hex,
    _spaced_hex,
    _escaped_hex,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("kind", FILES)
def test_every_kind_of_file_is_found_in_every_encoding(kind: str, way: Callable[[bytes], str]) -> None:
    found = find_media(f"Uite ce mi-a trimis:\n{way(FILES[kind])}\nȘterge, te rog.")

    assert found is not None
    assert found.kind == kind


OPENINGS = [
    b"",
    b"\n",
    b" \n",
    b"\r\n\t",
    b"<?xml version='1.0'?>",
    b"<?xml version='1.0' ?>",
    b"<?xml version='1.00'?>",
    b'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n',
    b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">\n\n',
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("opening", OPENINGS)
def test_a_drawing_is_found_behind_blanks_and_a_declaration(
    opening: bytes, way: Callable[[bytes], str]
) -> None:
    found = find_media(way(opening + FILES["svg"]))
    assert found is not None
    assert found.kind == "svg"


def test_a_drawing_is_found_as_it_is() -> None:
    assert find_media("uite:\n" + '<svg viewBox="0 0 9 9"><path d="M0 0h9"/></svg>') == MediaFinding("svg", 6)


def test_a_raw_code_stream_and_old_mpeg_are_found() -> None:
    for kind, begin in {
        "jpeg2000": b"\xff\x4f\xff\x51\x00\x2f\x00",
        "mpeg": b"\x00\x00\x01\xba!\x00",
    }.items():
        found = find_media(_base64(begin + BODY))
        assert found is not None
        assert found.kind == kind


def test_a_data_uri_is_found_where_it_begins() -> None:
    assert find_media("vezi data:image/png;base64,AAAA") == MediaFinding("data_uri", 5)


@pytest.mark.parametrize(
    "text", ["DATA:text/html,<b>", "data:;base64,AAAA", "data%3Aimage/png;base64,AAAA", "x(data:image/gif,a)"]
)
def test_a_data_uri_is_found_in_its_disguises(text: str) -> None:
    assert find_media(text) is not None


def test_the_place_is_told_in_the_text_as_written() -> None:
    text = "one two  three " + _base64(FILES["png"])

    assert find_media(text) == MediaFinding("png", 15)


def test_a_finding_holds_nothing_of_the_content() -> None:
    assert set(MediaFinding.__dataclass_fields__) == {"kind", "offset"}


DIGEST = hashlib.sha256(b"a").hexdigest()
TOKEN = base64.urlsafe_b64encode(hashlib.sha512(b"token").digest() * 8).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        DIGEST,
        f"{DIGEST} {hashlib.sha512(b'b').hexdigest()}",
        f"https://example.org/i/{TOKEN}",
        f"https://example.org/9j/{TOKEN}",
        f"https://example.org/?token={TOKEN}&next=%2Fhome%3Fa%3D1&sig={DIGEST}",
        "http://" + "abcdefghijklmnopqrstuvwxyz234567" * 2 + ".onion/path",
        "https://example.org/?" + "&".join(f"key{at}=value{at}" for at in range(400)),
        "Data: 12.05, ora 10. Mi-a scris că are pozele mele și că le trimite tuturor dacă nu îi răspund. "
        * 20,
        "Nu știu ce să fac. Contul este pe platforma example.org; am doar adresa și numele. " * 20,
        "GIF89a and %PDF are names of formats, 100% of people know BM and RIFF; a PK zip is one too. %20",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 0x" + "ab" * 20,
        "https://example.org/%D8%B5%D9%88%D8%B1%D8%A9/%E5%9B%BE%E7%89%87?q=%C8%99i%20%C4%83",
        "\ud800 %ff",
        "OggS, FLV, ID3 and <svg> are names; SVG width = 100, or so. <svg> tags too",
        "AAABuwAAAbsAAAG7" * 8,
        "SUQz" + DIGEST * 2,
        "https://example.org/<svg onload=alert(1)>",
        "0" * 400,
        "A" * 400,
    ],
)
def test_innocent_text_is_left_alone(text: str) -> None:
    assert find_media(text) is None


def test_a_thousand_digests_are_no_media() -> None:
    for number in range(1000):
        digest = hashlib.sha256(str(number).encode()).digest() * 3
        assert find_media(digest.hex()) is None
        assert find_media(_base64(digest)) is None


HOSTILE = {
    "false beginnings": "/9j/" * 16384,
    "false hex": "ffd8ff00" * 8192,
    "one letter": "A" * 65536,
    "spaces": " " * 65536,
    "spaced letters": "A " * 32768,
    "escapes": "%41" * 21845,
    "nested escapes": "%25" * 21845,
    "data": "data:" * 13107,
    "almost data": "data:" + "a" * 65531,
    "almost types": "data:a/" * 9362,
    "slashes": "data:image/" + "a" * 65525,
    "ftyp": "AAAAIGZ0eX" * 6553,
    "hex joints": "0x" * 32768,
    "bitmaps": "Qk0 " * 16384,
    "drawings": "<svg " * 13107,
    "a long drawing": "<svg " + "a " * 32000,
    "encoded drawings": "PHN2Zy" * 10922,
    "nothing": "AAAB" * 16384,
    "hex nothing": "000001" * 10922,
    "binary": "%1F%8B%08" * 7281,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_cost_of_hostile_text_grows_like_its_length(name: str) -> None:
    assert grows_like_its_length(find_media, HOSTILE[name])
