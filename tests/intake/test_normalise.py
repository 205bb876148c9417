"""Reported addresses: one canonical form each, refusals by code, and nothing clickable on a page."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from intake.kinds import ItemKind
from intake.normalise import (
    MAX_BYTES,
    MAX_LINES,
    Address,
    Code,
    LineError,
    defang,
    defang_parts,
    duplicate_text,
    parse_line,
    parse_lines,
)
from tests.growth import grows_like_its_length

ONION = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwx.onion"


def _refusal(line: str) -> Code:
    with pytest.raises(LineError) as caught:
        parse_line(line)
    return caught.value.code


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("https://example.org", "https://example.org/"),
        ("  HTTPS://EXAMPLE.org:443/A?b=2&a=1#top ", "https://example.org/A?b=2&a=1"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://example.org/a/../b/./c", "https://example.org/b/c"),
        ("https://example.org/%7ea/%c3%a9%2f", "https://example.org/~a/%C3%A9%2F"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org?", "https://example.org/"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://BÜCHER.example", "https://xn--bcher-kva.example/"),
        ("forum.example.org/t/1", "https://forum.example.org/t/1"),
        ("forum.example.org:8443/t", "https://forum.example.org:8443/t"),
        ("hxxps://forum[.]example[.]org/t/1", "https://forum.example.org/t/1"),
        ("hXXp://forum(dot)example[dot]org", "http://forum.example.org/"),
        ("forum[.]example/x[.]y", "https://forum.example/x[.]y"),
        ("ftp://example.org:21/a", "ftp://example.org/a"),
        ("http://192.0.2.1/a", "http://192.0.2.1/a"),
        ("http://0xc0.0.2.1/a", "http://192.0.2.1/a"),
        ("192.0.2.1", "https://192.0.2.1/"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"),
        ("https://host.example/#!key!name", "https://host.example/#!key!name"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("\u200bhttps://example.org/a\ufeff", "https://example.org/a"),
        ("Vezi https://example.org/a, te rog", "https://example.org/a"),
        ("http:\\\\example.org\\a", "http://example.org/a"),
        ("//example.org/a", "https://example.org/a"),
        ("https://example.org/my file.html", "https://example.org/my%20file.html"),
        ("https://example.org/my  file.html", "https://example.org/my%20%20file.html"),
        ("https://example.org/my\tfile.html", "https://example.org/my%20file.html"),
        ("https://example.org/a, ieri", "https://example.org/a"),
        ("pe https://example.org/a_(b).", "https://example.org/a_(b)"),
        ("https://example.org/a am vazut ieri", "https://example.org/a"),
        ("https://example.org/a\u2028b", "https://example.org/a%E2%80%A8b"),
    ],
)
def test_a_web_address_has_one_canonical_form(typed: str, canonical: str) -> None:
    address = parse_line(typed)

    assert (address.kind, address.canonical) == (ItemKind.URL, canonical)
    assert address.raw == typed.strip()


@pytest.mark.parametrize(
    ("typed", "kind", "canonical"),
    [
        ("@Ana on platform.example", ItemKind.ACCOUNT, "platform.example/@ana"),
        ("ana pe platform.example", ItemKind.ACCOUNT, "platform.example/@ana"),
        ("https://www.platform.example/@Ana?lang=ro", ItemKind.ACCOUNT, "platform.example/@ana"),
        ("platform.example/@ana", ItemKind.ACCOUNT, "platform.example/@ana"),
        ("platform[.]example/@ana", ItemKind.ACCOUNT, "platform.example/@ana"),
        ("platform.example: @ana", ItemKind.ACCOUNT, "platform.example/@ana"),
        ("@ana@platform.example", ItemKind.ACCOUNT, "platform.example/@ana"),
        ("@ana on Fotogram", ItemKind.ACCOUNT, "fotogram/@ana"),
        ("@ana Fotogram", ItemKind.ACCOUNT, "fotogram/@ana"),
        ("Fotogram: @ana", ItemKind.ACCOUNT, "fotogram/@ana"),
        ("@ana on f", ItemKind.ACCOUNT, "f/@ana"),
        ("mailto:name@example.org?subject=a", ItemKind.EMAIL, "name@example.org"),
        ("@Ștefan on platform.example", ItemKind.ACCOUNT, "platform.example/@ștefan"),
        ("Name.Surname@Example.ORG", ItemKind.EMAIL, "name.surname@example.org"),
        ("mailto:name@example.org", ItemKind.EMAIL, "name@example.org"),
        ("name[at]example[.]org", ItemKind.EMAIL, "name@example.org"),
        ("+40 (21) 555-01-00", ItemKind.PHONE, "+40215550100"),
        ("0040 21 555 01 00", ItemKind.PHONE, "+40215550100"),
        ("0215550100", ItemKind.PHONE, "0215550100"),
        ("tel:+40215550100", ItemKind.PHONE, "+40215550100"),
        (f"{ONION}/a", ItemKind.ONION, f"http://{ONION}/a"),
        ("http://abcdefghij234567.onion", ItemKind.ONION, "http://abcdefghij234567.onion/"),
        ("https://chat.example/invite/AbC123", ItemKind.INVITE, "https://chat.example/invite/AbC123"),
        ("chat.example/joinchat/AbC", ItemKind.INVITE, "https://chat.example/joinchat/AbC"),
        ("chat.example/+AbC_1", ItemKind.INVITE, "https://chat.example/+AbC_1"),
        ("tg://join?invite=AbC", ItemKind.INVITE, "tg://join?invite=AbC"),
        ("tg://?invite=AbC", ItemKind.INVITE, "tg://join?invite=AbC"),
        ("tg://resolve?domain=Name", ItemKind.CHANNEL, "tg://resolve?domain=name"),
        ("whatsapp://chat?code=AbC", ItemKind.INVITE, "whatsapp://chat?code=AbC"),
        ("https://chat.example/channel/abc", ItemKind.CHANNEL, "https://chat.example/channel/abc"),
        ("BC1Q" + "0" * 38, ItemKind.WALLET, "bc1q" + "0" * 38),
        ("0x" + "Ab" * 20, ItemKind.WALLET, "0x" + "ab" * 20),
        ("1" + "aB2" * 10, ItemKind.WALLET, "1" + "aB2" * 10),
        ("bitcoin:1" + "aB2" * 10 + "?amount=1", ItemKind.WALLET, "1" + "aB2" * 10),
        ("com.example.app", ItemKind.APP, "com.example.app"),
        (
            "https://store.example/ro/app/name/id123456789",
            ItemKind.APP,
            "https://store.example/ro/app/name/id123456789",
        ),
        ("a man near the  school gate", ItemKind.TEXT, "a man near the school gate"),
    ],
)
def test_other_addresses_are_known_by_their_shape(typed: str, kind: str, canonical: str) -> None:
    address = parse_line(typed)

    assert (address.kind, address.canonical) == (kind, canonical)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("https://mega.example/folder/abc#KEY", "https://mega.example/folder/abc#KEY"),
        ("http://user:pw@example.org/x", "http://user:pw@example.org/x"),
        ("tg://join?invite=AbC", "tg://join?invite=AbC"),
        ("https://example.org/my  file.html", "https://example.org/my  file.html"),
        ("see https://example.org/a#KEY, please", "https://example.org/a#KEY"),
    ],
)
def test_what_was_typed_is_kept_to_the_letter(typed: str, written: str) -> None:
    assert parse_line(typed).written == written


def test_an_account_knows_its_platform_handle_and_host() -> None:
    address = parse_line("@Ana on www.platform.example")

    assert (address.platform, address.handle, address.host) == (
        "platform.example",
        "Ana",
        "www.platform.example",
    )


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", Code.EMPTY),
        ("\u200b\ufeff", Code.EMPTY),
        ("@ana", Code.NO_PLATFORM),
        ("ana", Code.NOT_AN_ADDRESS),
        ("two words", Code.NOT_AN_ADDRESS),
        ("2024-01-05", Code.NOT_AN_ADDRESS),
        ("picture.jpg", Code.NOT_AN_ADDRESS),
        ("https://", Code.NOT_AN_ADDRESS),
        ("https://a..b/", Code.NOT_AN_ADDRESS),
        ("https://localhost/a", Code.NOT_AN_ADDRESS),
        ("https://\u202eexample.org/", Code.NOT_AN_ADDRESS),
        ("https://example.org:99999/", Code.NOT_AN_ADDRESS),
        ("data:image/png;base64,AAAA", Code.MEDIA_DATA),
        ("DATA:,x", Code.MEDIA_DATA),
        ("see data:image/png;base64,AAAA there", Code.MEDIA_DATA),
        ("javascript:alert(1)", Code.SCHEME_REFUSED),
        ("JavaScript://example.org/%0aalert(1)", Code.SCHEME_REFUSED),
        ("vbscript:x", Code.SCHEME_REFUSED),
        ("blob:https://example.org/1", Code.SCHEME_REFUSED),
        ("file:///etc/hosts", Code.SCHEME_REFUSED),
        ("intent://a#Intent;end", Code.SCHEME_REFUSED),
        ("filesystem:https://example.org/a", Code.SCHEME_REFUSED),
        ("about:blank", Code.SCHEME_REFUSED),
        ("view-source:https://example.org", Code.SCHEME_REFUSED),
        ("gopher://example.org/", Code.SCHEME_REFUSED),
        ("whatsapp://send?phone=1", Code.SCHEME_REFUSED),
        ("https://example.org/\x00", Code.CONTROL_CHARACTERS),
        ("https://example.org/\x1b[31m", Code.CONTROL_CHARACTERS),
        ("https://example.org/\na", Code.CONTROL_CHARACTERS),
        ("https://example.org/\ud800", Code.NOT_UNICODE),
        ("https://a.example/ and https://b.example/", Code.SEVERAL_ADDRESSES),
        ("https://example.org/a b", Code.BLANK_INSIDE),
        ("https://example.org/a\u00a0b c", Code.BLANK_INSIDE),
        ("https://example.org/" + "a" * MAX_BYTES, Code.TOO_LONG),
        ("https://example.org/" + "ă" * (MAX_BYTES // 2 - 20), Code.TOO_LONG),
    ],
)
def test_what_is_no_address_is_refused_with_its_code(typed: str, code: str) -> None:
    assert _refusal(typed) == code


def test_the_longest_address_is_kept_whole() -> None:
    longest = "https://example.org/".ljust(MAX_BYTES, "a")

    assert parse_line(longest).canonical == longest
    assert _refusal(longest + "a") == Code.TOO_LONG


def test_a_refusal_tells_numbers_and_never_the_line() -> None:
    with pytest.raises(LineError) as caught:
        parse_line("https://example.org/" + "a" * MAX_BYTES)

    assert caught.value.params == {"length": MAX_BYTES + 20, "limit": MAX_BYTES}
    assert str(caught.value) == "too_long"


def test_lines_keep_their_numbers_and_blank_ones_are_skipped() -> None:
    found = parse_lines("https://a.example/\r\n\r\n  \n@ana\rb.example")

    assert [number for number, _ in found] == [1, 4, 5]
    assert [type(result) for _, result in found] == [Address, LineError, Address]


def test_past_the_last_allowed_line_one_refusal_stands_for_the_rest() -> None:
    found = parse_lines("a.example\n" * (MAX_LINES + 10))

    assert len(found) == MAX_LINES + 1
    assert isinstance(found[-1][1], LineError)
    assert found[-1][1].code == Code.TOO_MANY_LINES


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://EXAMPLE.org/%7Ea#x", "hxxp://example[.]org:80/~a"),
        ("@Ana on platform.example", "https://platform.example/@ANA/"),
        ("name@example.org", "mailto:NAME@EXAMPLE.org"),
        ("+40 21 555 0100", "0040215550100"),
    ],
)
def test_the_same_address_written_twice_is_one_duplicate(one: str, other: str) -> None:
    assert duplicate_text(parse_line(one)) == duplicate_text(parse_line(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/?a=1&b=2", "https://example.org/?b=2&a=1"),
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a", "https://example.org/a/"),
        ("https://host.example/#!one", "https://host.example/#!two"),
        ("@ana on a.example", "@ana on b.example"),
    ],
)
def test_different_addresses_stay_different(one: str, other: str) -> None:
    assert duplicate_text(parse_line(one)) != duplicate_text(parse_line(other))


def test_text_without_an_address_joins_nothing() -> None:
    assert duplicate_text(parse_line("a man near the gate")) is None


@pytest.mark.parametrize(
    ("address", "kind", "shown"),
    [
        ("https://host.example/path", "url", "hxxps://host[.]example/path"),
        ("http://host.example:8080/a?b=c", "url", "hxxp://host[.]example:8080/a?b=c"),
        ("http://192.0.2.1/a", "url", "hxxp://192[.]0[.]2[.]1/a"),
        ("http://[2001:db8::1]/", "url", "hxxp://[2001[:]db8[:][:]1]/"),
        ("https://user:pw@host.example/", "url", "hxxps://user[:]pw[at]host[.]example/"),
        ("platform.example/@handle", "account", "platform[.]example/@handle"),
        ("name@host.example", "email", "name[at]host[.]example"),
        ("https://xn--bcher-kva.example/", "url", "hxxps://bücher[.]example (xn--bcher-kva[.]example)/"),
        ("https://bücher.example/", "url", "hxxps://bücher[.]example (xn--bcher-kva[.]example)/"),
        ("https://host.example/?u=https://b.example", "url", "hxxps://host[.]example/?u=hxxps[:]//b.example"),
        ("https://host.example/\u202egpj", "url", "hxxps://host[.]example/\\u202egpj"),
        ("see www.host.example now", "text", "see www[.]host[.]example now"),
        ("tg://?domain=name", "channel", "tg[:]//?domain=name"),
        ("tg://join?invite=abc", "invite", "tg[:]//join?invite=abc"),
        ("@ana on platform.example", "account", "@ana on platform[.]example"),
        ("@ana@platform.example", "account", "@ana@platform[.]example"),
        ("<https://host.example/a>", "url", "<hxxps[:]//host[.]example/a>"),
        ("http:\\\\host.example\\a", "url", "hxxp[:]\\\\host[.]example\\a"),
        ("hxxps://host[.]example/a", "url", "hxxps[:]//host[.]example/a"),
        ("name[at]host[.]example", "email", "name[at]host[.]example"),
        ("+40215550100", "phone", "+40215550100"),
    ],
)
def test_an_address_is_shown_dead_and_complete(address: str, kind: str, shown: str) -> None:
    assert defang(address, kind) == shown
    assert "".join(defang_parts(address, kind)) == shown


def test_the_host_stands_apart_for_the_page() -> None:
    assert defang_parts("https://a.example/b", "url") == ("hxxps://", "a[.]example", "/b")


HIDDEN = [
    *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200c\u200d\u200e\u200f\u2028\u2029\ufeff",
    *"\x00\x1b\x7f\x85\xad\u00a0\u180e\ue000\ud800\udfff\ufe0f\u3164\U000e0001\U000e0041\U000e007f\U000e0100",
]


@pytest.mark.parametrize("char", HIDDEN, ids=lambda char: f"{ord(char):x}")
@pytest.mark.parametrize("kind", ItemKind)
def test_each_hidden_character_is_shown_as_its_number(char: str, kind: str) -> None:
    shown = defang(f"https://a{char}b.example/x{char}y", kind)

    assert char not in shown
    assert f"{ord(char):04x}" in shown


PIECES = [
    *"ab1.@/:?#[]%+ \t\n\\İß\u0345",
    *HIDDEN,
    "https://",
    "hxxp",
    "[.]",
    "data:",
    "xn--",
    "javascript:",
    "www.",
]
ANYTHING = st.text(st.characters(), max_size=200) | st.lists(st.sampled_from(PIECES), max_size=30).map(
    "".join
)
SHAPED = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "https://", "http://u:p@", "hxxps://", "@", "tg://", "mailto:", "@a on "]),
        st.sampled_from(
            ["a.example", "bücher.example", "192.0.2.1", "[2001:db8::1]", "A.EXAMPLE.", "xn--a.test"]
        ),
        st.sampled_from(["", "/", ":80/", "/@", "/invite/", "?", "#!", "/+"]),
        st.text(max_size=30),
    ),
)
CLICKABLE = re.compile(
    r"(?i)\b(?:https?|ftp|javascript|data|mailto|tel|tg|file|blob|vbscript|intent):(?!\s)|www\.\w"
)


@given(ANYTHING | SHAPED)
@example("@\u0345a on b.example")
@example("https://a.example/%%37e")
def test_whatever_the_line_there_is_an_address_or_a_refusal(line: str) -> None:
    try:
        address = parse_line(line)
    except LineError:
        return

    assert address.raw == line.strip()
    assert address.host.isascii()
    assert parse_line(address.canonical).kind == address.kind
    assert duplicate_text(parse_line(address.canonical)) == duplicate_text(address)


@given(ANYTHING | SHAPED, st.sampled_from(ItemKind))
def test_whatever_the_text_the_defanged_form_is_dead(text: str, kind: str) -> None:
    shown = defang(text, kind)

    assert not CLICKABLE.search(shown)
    assert not [char for char in shown if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]


@given(ANYTHING)
def test_a_whole_field_never_breaks(text: str) -> None:
    for number, result in parse_lines(text):
        assert number >= 1
        assert isinstance(result, Address | LineError)


HOSTILE = [
    "a" * 8000,
    "a." * 4000,
    "@" * 8000,
    "a@" * 4000,
    "1 " * 4000,
    "(" * 8000,
    "/invite" * 1000,
    "%25" * 2600,
]
HOSTILE += ["https://a.example/" + char * 8000 for char in "a/%:.@+"]
HOSTILE += [
    "a :" * 2600,
    "[.]" * 2600,
    "bc1" + "q" * 8000,
    "com" + ".a" * 4000,
    "a on " * 1600,
]


@pytest.mark.parametrize("line", HOSTILE, ids=lambda line: f"{line[:20]}x{len(line)}")
def test_the_cost_of_a_hostile_line_grows_like_its_length(line: str) -> None:
    def work(text: str) -> None:
        parse_lines(text)
        for kind in ItemKind:
            defang(text, kind)

    assert grows_like_its_length(work, line)
