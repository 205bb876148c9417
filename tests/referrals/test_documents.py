"""The document that leaves: one form, one digest, nothing of the reporter, nothing unseen."""

from dataclasses import fields, replace
from pathlib import Path

import pytest

from referrals import destinations, documents
from referrals.documents import DocumentItem, ReferralDocument, UnknownFormat, printable

SAMPLE = Path(destinations.__file__).parent / "file_export" / "samples" / "document.json"


@pytest.fixture
def document() -> ReferralDocument:
    return documents.from_bytes(SAMPLE.read_bytes())


def test_it_comes_back_from_its_bytes_unchanged(document: ReferralDocument) -> None:
    assert documents.from_bytes(documents.to_bytes(document)) == document
    assert documents.to_bytes(document) == SAMPLE.read_bytes()


def test_a_draft_comes_back_too(document: ReferralDocument) -> None:
    draft = replace(document, referral="", confirmed_by="", confirmed_at=None, approval=None)
    assert documents.from_bytes(documents.to_bytes(draft)) == draft
    assert documents.digest(draft) != documents.digest(document)


def test_an_unknown_format_is_refused() -> None:
    for raw in (b"[]", b"{}", b'{"format": "tutela-referral-2"}'):
        with pytest.raises(UnknownFormat):
            documents.from_bytes(raw)


def test_it_has_no_place_for_the_reporter() -> None:
    names = {field.name for kind in (ReferralDocument, DocumentItem) for field in fields(kind)}
    found = [name for name in names if "reporter" in name or "contact" in name or "language" in name]
    assert found == ["hotline_contact"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ăâîșț", "plain ăâîșț"),
        ("cafe\u0301", "café"),
        ("a\u202eb", "a[U+202E]b"),
        ("a\x00\x07b", "a[U+0000][U+0007]b"),
        ("a\ud800b", "a[U+D800]b"),
        ("a\u200b\u2060b", "a[U+200B][U+2060]b"),
        ("a\u00a0b", "a[U+00A0]b"),
        ("a\ufe0fb", "a[U+FE0F]b"),
        ("a\U000e0041b", "a[U+E0041]b"),
        ("a\u3164b", "a[U+3164]b"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text: str, shown: str) -> None:
    assert printable(text) == shown
