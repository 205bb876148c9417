"""Addresses that are not web pages: accounts, e-mail, phones, wallets, apps, links into a messenger."""

import re

from ada_url import URL, parse_search_params

from intake.kinds import ItemKind
from intake.normalise.address import Address, Code, LineError, fold, visible
from intake.normalise.url import HANDLE, host_of

_ON = re.compile(r"@?(\S{1,100})\s{1,5}(?:on|pe)\s{1,5}(\S{1,253})", re.IGNORECASE)
_THEN = re.compile(r"@(\S{1,100})\s{1,5}(\S{1,253})")
_BESIDE = re.compile(r"(\S{1,253}?)\s{0,5}[:/\s]\s{0,5}@(\S{1,100})")
_FEDIVERSE = re.compile(r"@([^\s@]{1,100})@([^\s@]{1,253})")
_PLATFORM = re.compile(r"[^\W_][\w.-]{0,252}")
_ALONE = re.compile(r"@\S{1,200}")
_EMAIL = re.compile(r"(?:mailto:)?([^\s@<>:/?#\[\]()\"\\,;]{1,64})@([^\s@:/?#]{3,253})", re.IGNORECASE)
_PHONE = re.compile(r"(?:tel:)?(\+|00)?([0-9][0-9 ().\-/]{5,40}[0-9])", re.IGNORECASE)
_PHONE_BRACKET = re.compile(r"(?:tel:)?(\+|00)?(\([0-9][0-9 ().\-/]{5,40}[0-9])", re.IGNORECASE)
_IPV4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_DATE = re.compile(r"[0-9]{4}([-/.])[0-9]{1,2}\1[0-9]{1,2}|[0-9]{1,2}([-/.])[0-9]{1,2}\2[0-9]{4}")
_WALLET_PREFIX = re.compile(r"(?:bitcoin|ethereum|litecoin|monero):", re.IGNORECASE)
_BECH32 = re.compile(r"(?:bc|tb|ltc)1[02-9ac-hj-np-z]{11,87}", re.IGNORECASE)
_HEX_WALLET = re.compile(r"0x[0-9a-f]{40}", re.IGNORECASE)
_BASE58 = re.compile(r"[13LMDT][1-9A-HJ-NP-Za-km-z]{25,34}")
_APP = re.compile(r"(?:com|org|net|io|app)(?:\.[a-z][a-z0-9_]{0,60}){2,6}", re.IGNORECASE)
_MESSENGER = {
    "tg": (("resolve", "domain", ItemKind.CHANNEL), ("join", "invite", ItemKind.INVITE)),
    "whatsapp": (("chat", "code", ItemKind.INVITE),),
}
"""By scheme: what the app is asked to do, and the part that names the place. Without the first, nothing opens."""


def parse_account(text: str, raw: str) -> Address | None:
    """`@name on platform`, `platform/@name`, `platform: @name`, `@name@platform`; `@name` alone is refused."""
    named = _ON.fullmatch(text) or _THEN.fullmatch(text) or _FEDIVERSE.fullmatch(text)
    beside = _BESIDE.fullmatch(text)
    name, platform = (named[1], named[2]) if named else (beside[2], beside[1]) if beside else ("", "")
    platform = platform.rstrip(":/")
    if name and _PLATFORM.fullmatch(platform):
        return _account(name.removeprefix("@"), platform, raw)
    if _ALONE.fullmatch(text):
        raise LineError(Code.NO_PLATFORM)
    return None


def _account(name: str, platform: str, raw: str) -> Address | None:
    handle = visible(name)
    if not HANDLE.fullmatch(handle) or not HANDLE.fullmatch(fold(handle)):
        return None
    host = host_of(platform) if "." in platform else ""
    place = host.removeprefix("www.") or fold(platform)
    if not host and not place.isalnum():
        return None
    return Address(ItemKind.ACCOUNT, raw, f"{place}/@{fold(handle)}", place, handle, host)


def parse_email(text: str, raw: str) -> Address | None:
    match = _EMAIL.fullmatch(text.split("?")[0] if text[:7].lower() == "mailto:" else text)
    host = host_of(match[2]) if match else ""
    local = fold(match[1]) if match else ""
    if not match or not host or not local:
        return None
    return Address(ItemKind.EMAIL, raw, f"{local}@{host}", handle=match[1], host=host)


def parse_phone(text: str, raw: str) -> Address | None:
    """7 to 15 digits (E.164); `00` is written `+`. A dotted quad and a date are no phone."""
    match = _PHONE.fullmatch(text) or _PHONE_BRACKET.fullmatch(text)
    if not match or _IPV4.fullmatch(text) or _DATE.fullmatch(text):
        return None
    digits = "".join(char for char in match[2] if char.isdigit())
    if not 7 <= len(digits) <= 15:
        return None
    return Address(ItemKind.PHONE, raw, f"{'+' if match[1] else ''}{digits}")


def parse_wallet(text: str, raw: str) -> Address | None:
    """By shape alone: a wrong checksum is still what was reported."""
    bare = _WALLET_PREFIX.sub("", text, count=1).split("?")[0]
    if _BECH32.fullmatch(bare) or _HEX_WALLET.fullmatch(bare):
        return Address(ItemKind.WALLET, raw, bare.lower())
    mixed = any(char.isupper() for char in bare) and any(char.isdigit() for char in bare[1:])
    if _BASE58.fullmatch(bare) and mixed:
        return Address(ItemKind.WALLET, raw, bare)
    return None


def parse_app(text: str, raw: str) -> Address | None:
    """An Android package name. Store pages are web addresses and known by their path."""
    return Address(ItemKind.APP, raw, text) if _APP.fullmatch(text) else None


def parse_messenger(scheme: str, text: str, raw: str) -> Address | None:
    """Links into a messenger: a name is a channel, an invitation code an invite; anything else is refused."""
    if scheme not in _MESSENGER or not URL.can_parse(text):
        return None
    query = parse_search_params(URL(text).search)
    for act, key, kind in _MESSENGER[scheme]:
        value = query.get(key, [""])[0]
        if HANDLE.fullmatch(value) and value.isascii():
            shown = value.lower() if kind is ItemKind.CHANNEL else value
            return Address(kind, raw, f"{scheme}://{act}?{key}={shown}", scheme, value)
    return None
