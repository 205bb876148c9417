"""How an address is shown: readable, complete, and dead. Nothing here is ever a link."""

import re
import unicodedata

from ada_url import URL

from intake.kinds import ItemKind

_SCHEMES = {"http": "hxxp", "https": "hxxps", "ftp": "fxp"}
_WEB_KINDS = frozenset(
    {ItemKind.URL, ItemKind.ONION, ItemKind.INVITE, ItemKind.CHANNEL, ItemKind.APP, ItemKind.ACCOUNT}
)
_PARTS = re.compile(
    r"(?s)(?:([A-Za-z][A-Za-z0-9+.-]{0,30})://)?([^/?#@\s]*@)?(\[[^\]/?#\s]*\]|[^/?#:@\s]*)(.*)"
)
_COLON = re.compile(r"(?<=[A-Za-z0-9+.\-]):(?!\s)")
_PORT = re.compile(r":[0-9]{1,5}(?![^/?#])")
_HTTP = re.compile(r"(?<![A-Za-z])htt(?=ps?\[:\])", re.IGNORECASE)
_FTP = re.compile(r"(?<![A-Za-z])ftp(?=\[:\])", re.IGNORECASE)
_WWW = re.compile(r"(www)\.", re.IGNORECASE)
_DOT = re.compile(r"(?<!\[)\.|\.(?!\])")
"""A dot that is not in brackets yet: what was reported may be dead already."""
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_HIDDEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def escape(text: str) -> str:
    """Each character that cannot be seen, or that moves others, as its number: `\\u202e`."""
    return "".join(_shown(char) for char in text)


def is_blank(text: str) -> bool:
    """Whether nothing in it can be seen."""
    return all(char.isspace() or _shown(char) != char for char in text)


def _shown(char: str) -> str:
    if char.isascii() and char.isprintable():
        return char
    category = unicodedata.category(char)
    selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    if category in _HIDDEN_CATEGORIES or category == "Zs" or char in _HIDDEN or selector:
        return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
    return char


def defang(address_text: str, kind: ItemKind | str) -> str:
    """The whole address as one string, for a page, a mail, a table or a print."""
    return "".join(defang_parts(address_text, kind))


def defang_parts(address_text: str, kind: ItemKind | str) -> tuple[str, str, str]:
    """(before, host, after): the host is shown dark, the rest grey. Joined, they are `defang`."""
    if kind == ItemKind.EMAIL and address_text.count("@") == 1:
        name, _, host = address_text.partition("@")
        return _dead(name) + "[at]", _dead_host(host), ""
    parts = _PARTS.fullmatch(address_text) if kind in _WEB_KINDS else None
    if not parts or not parts[3] or not (parts[1] or "." in parts[3]):
        return "", "", _dead_words(address_text)
    return (
        _before(parts[1], parts[2]),
        _dead_host(parts[3]),
        _dead_tail(parts[4], has_host=bool(parts[1]) or "." in parts[3]),
    )


def _before(scheme: str | None, credentials: str | None) -> str:
    shown = ""
    if scheme:
        known = _SCHEMES.get(scheme.lower())
        shown = f"{known}://" if known else f"{_dead(scheme)}[:]//"
    return shown + (_dead(credentials[:-1]) + "[at]" if credentials else "")


def _dead(text: str) -> str:
    """No scheme, no `www.` that a mail program would make a link of."""
    return _WWW.sub(r"\1[.]", _dead_scheme(text))


def _dead_scheme(text: str) -> str:
    plain = _COLON.sub("[:]", escape(text).replace("://", "[:]//"))
    return _FTP.sub("fxp", _HTTP.sub("hxx", plain))


def _dead_words(text: str) -> str:
    """An address that does not begin with its host, such as `@name on platform.example`: no dot is left."""
    return _DOT.sub("[.]", _dead_scheme(text))


def _dead_tail(text: str, *, has_host: bool) -> str:
    """What follows the host. Only a port may keep its colon: `javascript:x` and `tel:1` are no host and port."""
    if text.startswith(":") and not (has_host and _PORT.match(text)):
        return "[:]" + _dead(text[1:])
    return _dead(text)


def _dead_host(host: str) -> str:
    dead = _DOT.sub("[.]", escape(host)).replace(":", "[:]")
    ascii_form, unicode_form = _both_forms(host)
    if not unicode_form:
        return dead
    return f"{escape(unicode_form).replace('.', '[.]')} ({ascii_form.replace('.', '[.]')})"


def _both_forms(host: str) -> tuple[str, str]:
    """(punycode, Unicode) of an international host; ('', '') of any other."""
    if host.isascii() and "xn--" not in host.lower():
        return "", ""
    try:
        punycode = str(URL(f"https://{host}/").hostname)
    except ValueError:
        return "", ""
    labels = [_unicode_label(label) for label in punycode.split(".")]
    shown = ".".join(labels)
    return ("", "") if shown == punycode else (punycode, shown)


def _unicode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
