"""What a machine at the provider reads: notice.json with the exact addresses, and XARF where it has a class. Pure.

Sources: DSA Article 16(2); XARF 4.2.0. XARF knows CSAM by the international baseline; a notice about anything else is
not bent into one of its classes. `evidence`, `screenshot_url` and `hash_values` are never used: we hold no media.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid5

import rfc8785

from referrals.destinations.provider_notice import prose
from referrals.documents import DocumentItem, ReferralDocument, digest, without_surrogates
from referrals.documents.archives import neutral_name
from referrals.documents.printing import printable

XARF = "4.2.0"
URL = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
DOMAIN = re.compile(r"([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}")
IN_A_URL = "!#$%&'()*+,/:;=?@[]~"
COUNTRY = re.compile(r"[A-Z]{2}")
LONGEST_NAME = 200
LONGEST_TEXT = 1000


def parts(documents: Sequence[ReferralDocument], namespace: UUID) -> Iterator[tuple[str, bytes]]:
    """(name, content) of each attachment: `notice.json`, then `xarf.json`, `xarf-2.json` ..."""
    notices = [_notice(document, namespace) for document in documents]
    yield "notice.json", rfc8785.dumps({"format": "tutela-notice-1", "notices": notices})
    reports = [report for document in documents for report in _xarf(document, namespace)]
    for number, report in enumerate(reports, start=1):
        yield ("xarf.json" if number == 1 else f"xarf-{number}.json"), rfc8785.dumps(report)


def _notice(document: ReferralDocument, namespace: UUID) -> dict[str, Any]:
    confirmed, until = document.confirmed_at, document.answer_until
    follow_up = document.follow_up
    return {
        "notice_id": str(uuid5(namespace, digest(document).hex())),
        "referral": without_surrogates(document.referral),
        "test": document.test,
        "kind": follow_up.kind if follow_up else "notice",
        "follow_up_number": follow_up.number if follow_up else None,
        "reason": without_surrogates(follow_up.reason) if follow_up else None,
        "submitted_at": confirmed.isoformat() if confirmed else None,
        "legal_basis": "DSA-16",
        "explanation": " ".join(prose.explanation(document)),
        "offences": [without_surrogates(offence) for offence in document.offences],
        "items": [_item(item) for item in document.items],
        "content_category": "STATEMENT_CATEGORY_PROTECTION_OF_MINORS",
        "content_keyword": "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL"
        if prose.may_stay_unnamed(document)
        else None,
        "directive_2011_93_art_3_to_7": prose.may_stay_unnamed(document),
        "notifier_name": None if document.anonymous else without_surrogates(document.hotline),
        "notifier_email": None if document.anonymous else document.hotline_contact,
        "good_faith_statement": prose.good_faith(document),
        "preservation_requested": document.preserve,
        "answer_url": without_surrogates(document.answer_url) or None,
        "answer_until": until.isoformat() if until else None,
    }


def _item(item: DocumentItem) -> dict[str, Any]:
    told = {
        "kind": item.kind,
        "address": item.address,
        "canonical": item.key,
        "classification": item.verdict,
        "scheme": item.scheme,
        "platform": item.platform,
        "host_provider": item.host_provider,
        "network": item.network,
        "ip": item.ip,
        "hosting_country": item.hosting_country,
    }
    return {
        "position": item.position,
        **{name: without_surrogates(value) for name, value in told.items()},
        "spellings": [without_surrogates(spelled) for spelled in item.spellings],
        "traced_at": item.traced_at.isoformat() if item.traced_at else None,
        "first_reported_on": item.first_reported_on.isoformat(),
        "last_reported_on": item.last_reported_on.isoformat(),
    }


def _xarf(document: ReferralDocument, namespace: UUID) -> Iterator[dict[str, Any]]:
    """One report for each item that the format can say without a word more or less than we know."""
    hotline = printable(document.hotline)
    confirmed = document.confirmed_at
    if document.anonymous or prose.is_withdrawn(document) or not confirmed:
        return
    if not 0 < len(hotline) <= LONGEST_NAME:
        return
    domain = document.hotline_contact.rpartition("@")[2]
    organisation = {"org": hotline, "contact": document.hotline_contact, "domain": domain}
    shared = {
        "xarf_version": XARF,
        "timestamp": confirmed.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "reporter": organisation,
        "sender": organisation,
        "category": "content",
        "type": "csam",
        "classification": "baseline",
        "detection_method": "manual_review",
        "verification_method": "manual",
        "evidence_source": "user_report",
        **_about(document),
    }
    seed = digest(document).hex()
    for item in document.items:
        place = _place(item)
        if place and item.verdict == "baseline_csam":
            yield {**shared, **place, "report_id": str(uuid5(namespace, f"{seed}/{item.position}"))}


def _place(item: DocumentItem) -> dict[str, Any]:
    """Where it is; nothing where the address is no URL that the format takes."""
    url = _url(item)
    host = _host(url)
    if not host:
        return {}
    place: dict[str, Any] = {"url": url, "source_identifier": without_surrogates(item.ip) or host}
    if DOMAIN.fullmatch(host):
        place["domain"] = host
    if COUNTRY.fullmatch(item.hosting_country):
        place["country_code"] = item.hosting_country
    if item.host_provider:
        place["hosting_provider"] = printable(item.host_provider)
    return place


def _url(item: DocumentItem) -> str:
    """As it was reported; where the format does not take that, the canonical form, with the reported fragment."""
    if _host(item.address):
        return item.address
    _, mark, fragment = item.address.partition("#")
    if not mark or "#" in item.key:
        return item.key
    return f"{item.key}#{quote(fragment, safe=IN_A_URL, errors='replace')}"


def _host(address: str) -> str:
    if not URL.fullmatch(address):
        return ""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _about(document: ReferralDocument) -> dict[str, Any]:
    number = neutral_name(document, "").rstrip(".").lower()
    told = " ".join(prose.explanation(document))
    about: dict[str, Any] = {
        "tags": [*(["lifecycle:test"] if document.test else []), f"hotline-ref:{number}"]
    }
    return {**about, "description": told} if len(told) <= LONGEST_TEXT else about
