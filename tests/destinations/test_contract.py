"""What every destination keeps to. Each folder found gets these tests for nothing."""

import json
import socket
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from intake.refusals import find_media
from referrals import destinations, documents
from referrals.destinations import DeliveryError, Destination, Line, Mode, Remedy, Sealed
from referrals.documents import DocumentItem, FollowUpCited, ReferralDocument
from referrals.states import DeliveryMode
from tests.destinations.contents import files_of, texts_of
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
LONGEST_NAME = 400
FOLDERS = sorted(path.name for path in HOME.iterdir() if (path / "destination.py").exists())


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


class Wire:
    """Answers with one raw answer, and remembers nothing."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def put(self, sealed: Sealed, *, idempotency_key: UUID) -> bytes:
        return self.raw


def test_there_is_a_destination_and_the_registry_finds_every_folder() -> None:
    assert FOLDERS
    assert sorted(destinations.registry()) == FOLDERS


def test_its_key_is_the_name_of_its_folder(folder: Path, destination: Destination) -> None:
    assert destination.key == folder.name


def test_it_says_how_it_is_reached(destination: Destination) -> None:
    assert destination.label
    assert destination.modes
    assert all(isinstance(mode, Mode) for mode in destination.modes)
    assert {mode.value for mode in Mode} == {mode.value for mode in DeliveryMode}
    assert isinstance(destination.repeatable, bool)
    assert isinstance(destination.line, Line)
    assert destination.longest_address > 0


def test_a_machine_is_spoken_to_over_a_line_of_its_own(destination: Destination) -> None:
    assert (Mode.API in destination.modes) == (destination.line is not Line.OUTBOX)


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


def test_only_who_speaks_to_a_machine_has_its_answers(folder: Path, destination: Destination) -> None:
    for name in ("receipts", "errors"):
        assert bool(list(samples(folder, name))) == (Mode.API in destination.modes)


def test_without_a_machine_a_receipt_is_refused_as_a_wrong_setting(destination: Destination) -> None:
    if Mode.API in destination.modes:
        return
    with pytest.raises(DeliveryError) as caught:
        destination.read_receipt(b"{}")
    assert caught.value.remedy is Remedy.FIX_CONFIG


def test_each_receipt_can_be_read_and_is_about_the_sample(
    folder: Path, destination: Destination, document: ReferralDocument
) -> None:
    sealed = destination.seal(destination.build(document), {})
    for raw in samples(folder, "receipts"):
        receipt = destination.deliver(sealed, idempotency_key=uuid4(), wire=Wire(raw))
        assert receipt.id
        assert receipt.at.tzinfo
        assert receipt.digest == sealed.digest
        assert not receipt.offered


def test_each_error_names_its_remedy(folder: Path, destination: Destination) -> None:
    for raw in samples(folder, "errors"):
        with pytest.raises(DeliveryError) as caught:
            destination.read_receipt(raw)
        assert isinstance(caught.value.remedy, Remedy)


def test_each_acknowledgement_can_be_read(folder: Path, destination: Destination) -> None:
    for raw in samples(folder, "acknowledgements"):
        assert destination.read_acknowledgement(raw)


def test_a_receipt_about_other_bytes_is_refused(
    folder: Path, destination: Destination, document: ReferralDocument
) -> None:
    sealed = destination.seal(destination.build(replace(document, referral="R-2026-9999")), {})
    for raw in samples(folder, "receipts"):
        with pytest.raises(DeliveryError) as caught:
            destination.deliver(sealed, idempotency_key=uuid4(), wire=Wire(raw))
        assert caught.value.remedy is Remedy.ASK_HUMAN


def test_nothing_looks_like_media(destination: Destination, document: ReferralDocument) -> None:
    for name, text in texts_of(destination.build(document)).items():
        assert find_media(text) is None, name


def test_one_alone_is_built_as_one_of_many(destination: Destination, document: ReferralDocument) -> None:
    assert destination.build_many([document]) == destination.build(document)


def test_only_who_groups_makes_one_message_of_several(
    destination: Destination, document: ReferralDocument
) -> None:
    several = [document, replace(document, referral="R-2026-9999")]
    if destination.groups:
        assert destination.build_many(several) == destination.build_many(several[::-1])
        return
    with pytest.raises(ValueError, match="unpack"):
        destination.build_many(several)


def test_a_test_says_so_and_so_does_a_draft_build(
    destination: Destination, document: ReferralDocument
) -> None:
    payload = destination.build(replace(document, test=True))
    assert b"TEST" in payload.content or "TEST" in " ".join(texts_of(payload).values())
    assert destination.build(
        replace(document, confirmed_at=None, approval=None, referral="", confirmed_by="")
    )


def test_the_names_give_nothing_away(destination: Destination, document: ReferralDocument) -> None:
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
    hostile = with_text(document, text)
    assert destination.build(hostile).content == destination.build(hostile).content


def with_text(document: ReferralDocument, text: str) -> ReferralDocument:
    """This text wherever somebody outside the house can put one. Only an address can be as long as the longest."""
    item = replace(document.items[0], address=text, defanged=text)
    if len(text) > LONGEST_NAME:
        return replace(document, items=(item,))
    named = replace(item, platform=text, host_provider=text, network=text, ip=text, hosting_country=text)
    return replace(
        document,
        items=(named,),
        hotline=text,
        agency=replace(document.agency, name=text),
        case_number=text,
        legal_basis=text,
        offences=(text, text),
        urgency_reason=text,
        answer_url=text,
        informed=tuple(replace(one, name=text, receipt=text) for one in document.informed),
        follow_up=FollowUpCited("correction", 1, text),
    )
