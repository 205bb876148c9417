"""Web addresses, by the WHATWG rules of browsers (ada-url), so that we and the page's visitors agree on the host.

Canonical: small-letter punycode host, no credentials, no default port, no fragment, query order kept. A fragment
that names a page (`#!x`, `#F!x`, `#/x`) is kept: dropping it would take many files of one host for one.
"""

import re
from functools import partial
from urllib.parse import unquote

from ada_url import URL, HostType

from intake.kinds import ItemKind
from intake.normalise.address import MAX_NAME, Address, Code, LineError, fold, visible

WEB = frozenset({"http", "https", "ftp"})
INVITE_HOSTS = frozenset({"chat.whatsapp.com", "discord.gg", "signal.group"})
CHANNEL_HOSTS = frozenset({"t.me", "telegram.me"})
HANDLE = re.compile(r"[\w.-]{1,100}")

_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_BARE_HOST = re.compile(r"[^\s/?#@:]{1,253}\.[^\W\d_][\w-]{1,62}\.?|[0-9]{1,3}(\.[0-9]{1,3}){3}")
_FILE_NAME = re.compile(
    r"[^/]+\.(?:avi|docx?|gif|heic|html?|jpe?g|mkv|mp[34]|pdf|png|rar|txt|webp)", re.IGNORECASE
)
_INVITE = re.compile(r"(/[^/]+)*/(invite|joinchat)/[\w-]+/?|/\+[\w-]+/?")
_CHANNEL = re.compile(r"/(channel|group|groups)/[^/]+/?")
_CHANNEL_NAME = re.compile(r"/(s/)?\w{4,64}/?")
_STORE = re.compile(r"/(.*/)?app/(.*/)?id[0-9]{6,}/?")
_DEFANGED = [
    (re.compile(r"^h(?:xx|\*\*|XX)p(s?)(?=\W)", re.IGNORECASE), r"http\1"),
    (re.compile(r"^fxp(?=\W)", re.IGNORECASE), "ftp"),
    (re.compile(r"^([a-z]{2,10})(?:\[:\]//|\[://\]|:\[//\]|\(:\)//)", re.IGNORECASE), r"\1://"),
]
_DOT = re.compile(r"\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\{dot\}", re.IGNORECASE)
_AT = re.compile(r"\[(?:at|@)\]|\((?:at|@)\)", re.IGNORECASE)
_PATH = re.compile(r"[/?#]")


def refang(text: str) -> str:
    """Undo the usual ways to make an address harmless, in scheme and host only."""
    text = text.removeprefix("//")
    for pattern, plain in _DEFANGED:
        text = pattern.sub(plain, text)
    scheme, slashes, rest = text.partition("://") if "://" in text[:16] else ("", "", text)
    cut = _PATH.search(rest)
    host, tail = (rest[: cut.start()], rest[cut.start() :]) if cut else (rest, "")
    return scheme + slashes + _AT.sub("@", _DOT.sub(".", host)).replace("[:]", ":") + tail


def looks_like_host(text: str) -> bool:
    """A host with a dot, perhaps a port, perhaps a path: what people type without `https://`."""
    if _FILE_NAME.fullmatch(text):
        return False
    authority = _PATH.split(text, maxsplit=1)[0]
    host, _, port = authority.partition(":")
    return bool(_BARE_HOST.fullmatch(host)) and (not port or (port.isascii() and port.isdigit()))


def host_of(text: str) -> str:
    """The ASCII host, or '' when it is none."""
    return _host(URL(f"https://{text}/")) if URL.can_parse(f"https://{text}/") else ""


def parse_url(text: str, raw: str) -> Address:
    """The web address, as the kind its shape shows. Raises LineError."""
    try:
        url = URL(text)
    except ValueError as error:
        raise LineError(Code.NOT_AN_ADDRESS) from error
    host = _host(url)
    if not host:
        raise LineError(Code.NOT_AN_ADDRESS)
    account = _account(url, host, raw)
    if account:
        return account
    canonical = f"{url.protocol}//{host}{_port(url)}{_tidy(url.pathname)}{_tidy(url.search)}{_page(url.hash)}"
    return Address(_kind(url, host), raw, canonical, host=host)


def _host(url: URL) -> str:
    host = str(url.hostname).rstrip(".")
    if url.host_type != HostType.DEFAULT:
        return host
    labels = host.split(".")
    if len(labels) < 2 or not all(0 < len(label) <= 63 for label in labels) or len(host) > MAX_NAME - 2:
        return ""
    return host


def _port(url: URL) -> str:
    return f":{url.port}" if url.port else ""


def _tidy(part: str) -> str:
    """RFC 3986, 6.2.2: capital hex digits, unreserved characters as themselves; a stray % becomes %25."""
    return "" if part == "?" else _PERCENT.sub(_percent, part)


def _percent(match: re.Match[str]) -> str:
    if not match[1]:
        return "%25"
    char = chr(int(match[1], 16))
    return char if char in _UNRESERVED else match[0].upper()


def _page(fragment: str) -> str:
    return _tidy(fragment) if fragment.startswith(("#!", "#/", "#F!")) else ""


def _account(url: URL, host: str, raw: str) -> Address | None:
    """`platform.example/@handle`, the one shape of account that most platforms share."""
    path = url.pathname.rstrip("/")
    named = url.host_type == HostType.DEFAULT and not host.endswith(".onion")
    if not path.startswith("/@") or not named or url.port or url.protocol == "ftp:":
        return None
    handle = visible(unquote(path[2:], errors="replace"))
    if not HANDLE.fullmatch(handle) or not HANDLE.fullmatch(fold(handle)):
        return None
    platform = host.removeprefix("www.")
    return Address(ItemKind.ACCOUNT, raw, f"{platform}/@{fold(handle)}", platform, handle, host)


def _kind(url: URL, host: str) -> ItemKind:
    path = url.pathname
    is_path = partial(re.fullmatch, string=path)
    if host.endswith(".onion"):
        return ItemKind.ONION
    if is_path(_INVITE) or (host in INVITE_HOSTS and path != "/"):
        return ItemKind.INVITE
    if is_path(_STORE) or (path == "/store/apps/details" and "id=" in url.search):
        return ItemKind.APP
    if is_path(_CHANNEL) or (host in CHANNEL_HOSTS and is_path(_CHANNEL_NAME)):
        return ItemKind.CHANNEL
    return ItemKind.URL
