"""What every destination keeps to. Each folder found gets these tests for nothing."""

import io
import json
import socket
import zipfile
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from intake.refusals import find_media
from referrals import destinations, documents
from referrals.destinations import DeliveryError, Destination, Mode, Payload, Remedy, Sealed
from referrals.documents import DocumentItem, ReferralDocument
from tests.destinations.corpus import HOSTILE

HOME = Path(destinations.__file__).parent
HEADINGS = [
    "Who they are",
    "Legal basis",
    "What they may receive",
    "What they may not receive",
    "Modes",
    "API version",
]
FOLDERS = sorted(path.name for path in HOME.iterdir() if (path / "destination.py").exists())
CANARY = "canary-7f3a"


@pytest.fixture(params=FOLDERS)
def folder(request: pytest.FixtureRequest) -> Path:
    return HOME / str(request.param)


@pytest.fixture
def destination(folder: Path) -> Destination:
    return destinations.find(folder.name)


@pytest.fixture
def document(folder: Path) -> ReferralDocument:
    return documents.from_bytes((folder / "samples" / "document.json").read_bytes())


def samples(folder: Path, name: str) -> Iterator[bytes]:
    return (path.read_bytes() for path in sorted((folder / "samples" / name).glob("*")))


def files_of(payload: Payload) -> dict[str, bytes]:
    """The files in the payload: those of an archive, or the payload itself."""
    if not zipfile.is_zipfile(io.BytesIO(payload.content)):
        return {payload.name: payload.content}
    with zipfile.ZipFile(io.BytesIO(payload.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_there_is_a_destination_and_the_registry_finds_every_folder() -> None:
    assert FOLDERS
    assert sorted(destinations.registry()) == FOLDERS


def test_its_key_is_the_name_of_its_folder(folder: Path, destination: Destination) -> None:
    assert destination.key == folder.name


def test_it_says_how_it_is_reached(destination: Destination) -> None:
    assert destination.label
    assert destination.modes
    assert all(isinstance(mode, Mode) for mode in destination.modes)
    assert isinstance(destination.repeatable, bool)


def test_its_readme_answers_the_same_questions(folder: Path) -> None:
    lines = (folder / "README.md").read_text().splitlines()
    assert [line[3:] for line in lines if line.startswith("## ")] == HEADINGS


def test_the_sample_document_makes_the_sample_payload(
    folder: Path, destination: Destination, document: ReferralDocument
) -> None:
    (sample,) = (folder / "samples").glob("payload.*")
    assert destination.build(document).content == sample.read_bytes()


def test_building_twice_gives_the_same_bytes(destination: Destination, document: ReferralDocument) -> None:
    assert destination.build(document) == destination.build(replace(document))


def test_building_opens_no_socket(
    destination: Destination, document: ReferralDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: Any, **named: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    destination.build(document)


def test_each_receipt_can_be_read(folder: Path, destination: Destination) -> None:
    receipts = list(samples(folder, "receipts"))
    assert receipts
    for raw in receipts:
        receipt = destination.read_receipt(raw)
        assert receipt.id
        assert receipt.at.tzinfo
        assert len(receipt.digest) == 32
        assert receipt.offered is destination.awaits_pickup


def test_each_error_names_its_remedy(folder: Path, destination: Destination) -> None:
    errors = list(samples(folder, "errors"))
    assert errors
    for raw in errors:
        with pytest.raises(DeliveryError) as caught:
            destination.read_receipt(raw)
        assert isinstance(caught.value.remedy, Remedy)


def test_each_acknowledgement_can_be_read(folder: Path, destination: Destination) -> None:
    for raw in samples(folder, "acknowledgements"):
        assert destination.read_acknowledgement(raw)


def test_a_receipt_about_other_bytes_is_refused(
    folder: Path, destination: Destination, document: ReferralDocument
) -> None:
    raw = next(samples(folder, "receipts"))

    class Wire:
        def put(self, sealed: Sealed, *, idempotency_key: Any) -> bytes:
            return raw

    sealed = destination.seal(destination.build(replace(document, referral="R-2026-9999")), {})
    with pytest.raises(DeliveryError):
        destination.deliver(sealed, idempotency_key=uuid4(), wire=Wire())


def test_nothing_looks_like_media(destination: Destination, document: ReferralDocument) -> None:
    for name, content in files_of(destination.build(document)).items():
        assert find_media(content.decode()) is None, name


def test_the_name_gives_nothing_away(destination: Destination, document: ReferralDocument) -> None:
    payload = destination.build(document)
    shown = payload.name + " ".join(files_of(payload))
    told = [document.case_number, document.agency.name, *(item.address for item in document.items)]
    assert not [word for word in told if word in shown]


def test_no_field_outside_the_document_appears(destination: Destination, document: ReferralDocument) -> None:
    """Two documents that are equal give equal bytes, so nothing but the document can have gone in; and the machine
    form has the document's fields and no other."""
    twin = documents.from_bytes(documents.to_bytes(document))
    assert destination.build(twin) == destination.build(document)
    names = {field.name for kind in (ReferralDocument, DocumentItem) for field in fields(kind)}
    for content in files_of(destination.build(document)).values():
        if content.startswith(b'{"agency"'):
            found = json.loads(content)
            assert set(found) | {key for item in found["items"] for key in item} <= names


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_each_hostile_string_alone_still_builds(
    destination: Destination, document: ReferralDocument, text: str
) -> None:
    item = replace(document.items[0], address=text, defanged=text)
    hostile = replace(document, items=(item,), hotline=text, agency=replace(document.agency, name=text))
    assert destination.build(hostile).content == destination.build(hostile).content
