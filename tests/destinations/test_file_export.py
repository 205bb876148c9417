"""The ZIP to collect: what is in it, and that no spreadsheet takes a cell for a formula."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from hashlib import sha256

import pytest

from referrals import documents
from referrals.destinations.file_export import payload
from referrals.documents import ReferralDocument, archives
from tests.destinations.contents import sample
from tests.destinations.corpus import HOSTILE

SIGNS = "=+-@|\t\r\n＝＋－＠｜"


@pytest.fixture
def document() -> ReferralDocument:
    return sample("file_export")


def opened(document: ReferralDocument) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(payload.build(document))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def cells(document: ReferralDocument) -> list[list[str]]:
    return list(csv.reader(io.StringIO(opened(document)["items.csv"].decode(), newline="")))


def test_the_machine_form_is_the_document_itself(document: ReferralDocument) -> None:
    assert documents.from_bytes(opened(document)["referral.json"]) == document


def test_the_manifest_names_each_file_with_its_digest_and_the_approval(document: ReferralDocument) -> None:
    files = opened(document)
    manifest = json.loads(files.pop("manifest.json"))
    assert {part["name"]: part["sha256"] for part in manifest["files"]} == {
        name: sha256(content).hexdigest() for name, content in files.items()
    }
    assert document.approval
    assert manifest["approval"] == {
        "event_id": str(document.approval.event_id),
        "leaf_hash": document.approval.leaf_hash,
    }


def test_every_file_has_the_same_fixed_date(document: ReferralDocument) -> None:
    with zipfile.ZipFile(io.BytesIO(payload.build(document))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {archives.DAY_ZERO}


def test_the_table_is_rfc_4180_with_every_cell_quoted_and_no_byte_order_mark(
    document: ReferralDocument,
) -> None:
    table = opened(document)["items.csv"]
    assert not table.startswith(b"\xef\xbb\xbf")
    assert table.endswith(b"\r\n")
    assert all(line.startswith(b'"') and line.endswith(b'"') for line in table.split(b"\r\n")[:-1])


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_no_cell_begins_like_a_formula_or_hides_a_character(document: ReferralDocument, text: str) -> None:
    hostile = replace(document, items=(replace(document.items[0], address=text, defanged=text),))
    for row in cells(hostile):
        for cell in row:
            assert not cell.lstrip().startswith(tuple(SIGNS))
            assert cell == documents.printable(cell)
    assert len(cells(hostile)) == 2


def test_the_exact_address_stays_exact_in_the_machine_form(document: ReferralDocument) -> None:
    hostile = replace(document, items=(replace(document.items[0], address="=a\u202e\u0301\t"),))
    assert json.loads(opened(hostile)["referral.json"])["items"][0]["address"] == "=a\u202e\u0301\t"


def test_plain_words_say_what_was_left_out(document: ReferralDocument) -> None:
    words = opened(document)["README.txt"].decode()
    assert "The reporter's contact: kept by the hotline." in words
    assert "Item 3: no rule brings it before you." in words
    assert "Only a court decides." in words
    assert not [item.address for item in document.items if item.address in words]
