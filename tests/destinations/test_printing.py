"""What is printed and what is spelled out: over the fonts themselves, and over the whole of a PDF."""

import json
import unicodedata

import pytest
import typst

from referrals.destinations.police_package import pdf
from referrals.documents.printing import is_drawn, named, printable
from tests.destinations.corpus import HOSTILE
from tests.destinations.regenerate import COVERAGE, drawn

EVERY = [chr(number) for number in range(0x110000)]


def test_the_table_of_what_is_drawn_is_that_of_the_fonts() -> None:
    assert json.loads(COVERAGE.read_text()) == drawn()


def test_latin_cyrillic_and_greek_are_drawn() -> None:
    assert all(map(is_drawn, "ăâîșțĂÂÎȘȚéßčŁőğıñ ЖжІіЇїЄєҐґЁё ΆάΩω „”«»–—…€№"))


def test_what_is_outside_the_fonts_is_spelled_out() -> None:
    assert printable("中 ✓ 👩") == "[U+4E2D] [U+2713] [U+1F469]"


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_what_is_printable_stays_as_it_is_and_hides_nothing(text: str) -> None:
    shown = printable(text)
    assert printable(shown) == shown
    assert all(letter == " " or is_drawn(letter) for letter in shown)
    assert not {unicodedata.category(letter) for letter in shown} & {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


def test_every_character_that_is_drawn_prints_in_every_font() -> None:
    """One that does not would stop the package of whoever used it."""
    letters = "".join(letter for letter in EVERY if printable(letter) == letter)
    assert len(letters) > 2500
    template = b"""
        #set text(font: "Noto Sans", fallback: false, ligatures: false)
        #sys.inputs.letters
        #strong(sys.inputs.letters)
        #text(font: "Noto Sans Mono", sys.inputs.letters)
    """
    made = typst.compile(
        template,
        font_paths=pdf._fonts(),
        ignore_system_fonts=True,
        sys_inputs={"letters": " ".join(letters)},
        pdf_standards="a-2b",
    )
    assert made.startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("192.0.2.10", "192[.]0[.]2[.]10"),
        ("2001:db8::1", "2001[:]db8[:][:]1"),
        ("messenger.example.org", "messenger[.]example[.]org"),
        ("Example Hosting S.R.L., Cluj", "Example Hosting S.R.L., Cluj"),
        ("Example Messenger", "Example Messenger"),
        ("http://0x7f.1/", "hxxp[:]//0x7f[.]1/"),
        ("HTTPS://example\u3002org/x", "hxxPS[:]//example[U+3002]org/x"),
        ("ftp://a.b", "ftp[:]//a[.]b"),
        ("javascript:x", "javascript[:]x"),
        ("mailto:a@b.example", "mailto[:]a[at]b[.]example"),
        ("(https://b.example/x)", "(hxxps[:]//b[.]example/x)"),
        ("//b.c/x", "//b[.]c/x"),
        ("On 24.11.2026, at 12:30: see item 2.", "On 24.11.2026, at 12:30: see item 2."),
        ("hxxps://a[.]b.example", "hxxps[:]//a[.]b[.]example"),
        ("", ""),
    ],
)
def test_a_name_that_is_an_address_opens_nothing(name: str, shown: str) -> None:
    assert named(name) == shown
