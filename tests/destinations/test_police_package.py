"""The package for police: every field on paper, every address exact in one annex, every file proven."""

import csv
import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from referrals import destinations, documents
from referrals.destinations.police_package import case
from referrals.destinations.police_package.graph import CONTEXT
from referrals.documents import FollowUpCited, Informed, ReferralDocument
from tests.destinations.contents import files_of, pdf_text, sample

NAMES = ["README.txt", "items.csv", "manifest.json", "referral.json", "referral.jsonld", "referral.pdf"]
KINDS = ["url", "onion", "channel", "invite", "account", "email", "phone", "wallet", "app", "text"]
IPS = ["192.0.2.1", "2001:db8::1", "no address", ""]


@pytest.fixture
def document() -> ReferralDocument:
    return sample("police_package")


def opened(document: ReferralDocument) -> dict[str, bytes]:
    return files_of(destinations.find("police_package").build(document))


def paper(document: ReferralDocument) -> str:
    """The text of all pages, with its lines run together."""
    return " ".join(pdf_text(opened(document)["referral.pdf"]).split())


def in_english(document: ReferralDocument) -> ReferralDocument:
    return replace(document, agency=replace(document.agency, languages=("en",)))


def test_the_files_stand_in_order_with_neutral_names(document: ReferralDocument) -> None:
    assert list(opened(document)) == NAMES


def test_the_manifest_proves_every_other_file(document: ReferralDocument) -> None:
    files = opened(document)
    manifest = json.loads(files.pop("manifest.json"))
    found = {part["name"]: part["sha256"] for part in manifest["files"]}
    assert found == {name: sha256(content).hexdigest() for name, content in files.items()}
    assert document.approval
    assert manifest["approval"]["leaf_hash"] == document.approval.leaf_hash


def test_the_exact_document_and_the_table_are_there(document: ReferralDocument) -> None:
    files = opened(document)
    assert documents.from_bytes(files["referral.json"]) == document
    rows = list(csv.DictReader(io.StringIO(files["items.csv"].decode(), newline="")))
    # The quote stands before what could be a formula.
    assert [row["address"].removeprefix("'") for row in rows] == [item.address for item in document.items]


def test_every_field_police_ask_for_is_on_paper(document: ReferralDocument) -> None:
    shown = paper(in_english(document))
    item = document.items[0]
    assert document.approval
    for told in [
        document.referral,
        document.case_number,
        document.hotline,
        document.hotline_contact,
        document.legal_basis,
        *document.offences,
        "Urgency High",
        "A child may be at risk.",
        "2026-05-14 09:18:00 UTC",
        item.defanged,
        "CSAM by the international baseline",
        "Pre-pubescent",
        item.host_provider,
        item.network,
        "192[.]0[.]2[.]10",
        "Looked up 2026-05-14 08:02:00 UTC",
        "90 of 100",
        "3 times, first 2026-05-13, last 2026-05-14",
        f"Assessed by {item.assessed_by}",
        f"Reviewed by {document.reviewed_by}",
        f"Confirmed by {document.confirmed_by}",
        "Example Hotline Abroad Acknowledged. Our number: R-2026-0310. Their number: EX-55/2026.",
        "Example Hosting SRL Held, not told. Our number: R-2026-0312.",
        "not told before 2026-05-17 09:18:00 UTC",
        "We ask host and platform to preserve",
        "For the addressee alone (TLP:RED)",
        "No images or video are held or attached.",
        "The reporter's own words: kept by the hotline.",
        str(document.approval.event_id),
        document.approval.leaf_hash,
        document.answer_url,
    ]:
        assert told in shown, told


def test_what_nobody_assessed_says_so(document: ReferralDocument) -> None:
    item = replace(document.items[0], verdict="", age="", sex="", site_type="", commercial="", assessed_by="")
    shown = paper(in_english(replace(document, items=(item,), reviewed_by="")))
    assert "Classification not assessed: passed on as it was reported" in shown
    assert "Reviewed by not yet, by a second person" in shown


def test_exact_addresses_stand_in_the_annex_alone(document: ReferralDocument) -> None:
    pages = PdfReader(io.BytesIO(opened(document)["referral.pdf"])).pages
    texts = [" ".join(page.extract_text().split()) for page in pages]
    (annex,) = [text for text in texts if "Anexă: adresele exacte" in text]
    for item in document.items:
        assert item.address in annex
        assert not [text for text in texts if text is not annex and item.address in text]


def test_nothing_on_paper_is_a_link_or_a_picture_or_runs_a_program(document: ReferralDocument) -> None:
    reader = PdfReader(io.BytesIO(opened(document)["referral.pdf"]))
    assert not [page for page in reader.pages if page.get("/Annots") or page.images]
    assert not reader.attachments
    assert "/OpenAction" not in str(reader.trailer["/Root"])


def test_it_is_pdf_a_2b_made_at_the_time_of_the_document(document: ReferralDocument) -> None:
    reader = PdfReader(io.BytesIO(opened(document)["referral.pdf"]))
    assert reader.xmp_metadata
    assert (reader.xmp_metadata.pdfaid_part, reader.xmp_metadata.pdfaid_conformance) == ("2", "B")
    assert reader.metadata
    assert reader.metadata.creation_date == document.confirmed_at
    assert reader.metadata.title == "Sesizarea R-2026-0311"


def test_every_font_is_ours_and_inside(document: ReferralDocument) -> None:
    pages: Any = PdfReader(io.BytesIO(opened(document)["referral.pdf"])).pages
    fonts = [font.get_object() for page in pages for font in page["/Resources"]["/Font"].values()]
    assert all("/DescendantFonts" in font for font in fonts)
    assert {font["/BaseFont"].partition("+")[2] for font in fonts} == {
        "NotoSans-Regular",
        "NotoSans-Bold",
        "NotoSansMono-Regular",
    }


def test_romanian_letters_come_out_as_they_went_in(document: ReferralDocument) -> None:
    shown = paper(document)
    assert "Poliția Exemplu, serviciul de criminalitate informatică" in shown
    assert "Vârsta aparentă" in shown
    assert "încadrare" in shown.lower()


def test_a_test_says_so_on_every_page(document: ReferralDocument) -> None:
    pages = PdfReader(io.BytesIO(opened(replace(document, test=True))["referral.pdf"])).pages
    assert all(page.extract_text().count("TEST") >= 2 for page in pages)
    assert "TEST" not in paper(document)
    assert opened(replace(document, test=True))["README.txt"].startswith(b"TEST.")


@pytest.mark.parametrize(
    ("kind", "title", "effect"),
    [
        ("supplement", "Supplement 2 to referral R-2026-0311", "It adds to what we sent before."),
        ("correction", "Correction 2 of referral R-2026-0311", "It replaces what we sent before."),
        ("withdrawal", "Withdrawal of referral R-2026-0311", "We take the referral back."),
    ],
)
def test_what_follows_a_referral_is_named_in_its_title(
    document: ReferralDocument, kind: str, title: str, effect: str
) -> None:
    follow_up = replace(in_english(document), follow_up=FollowUpCited(kind, 2, "The country was wrong."))
    shown = paper(follow_up)
    assert shown.startswith(title)
    assert f"{effect}" in shown
    assert "The country was wrong." in shown
    assert destinations.find("police_package").build(follow_up).name == "R-2026-0311-2.zip"


@pytest.mark.parametrize(
    ("languages", "country", "words"),
    [
        (("ro",), "DE", "Ce este în acest pachet"),
        (("de", "en", "ro"), "RO", "What is in this package"),
        (("de",), "RO", "What is in this package"),
        ((), "MD", "Ce este în acest pachet"),
        ((), "DE", "What is in this package"),
    ],
)
def test_it_speaks_the_language_of_its_reader(
    document: ReferralDocument, languages: tuple[str, ...], country: str, words: str
) -> None:
    read = replace(document, agency=replace(document.agency, languages=languages, country=country))
    assert words in opened(read)["README.txt"].decode()


def test_the_letter_says_how_to_check_and_names_no_address(document: ReferralDocument) -> None:
    letter = opened(document)["README.txt"].decode()
    assert "manifest.json" in letter
    assert document.approval
    assert document.approval.leaf_hash in letter
    for item in document.items:
        assert item.address not in letter
        assert item.defanged not in letter


def every_kind(document: ReferralDocument) -> ReferralDocument:
    items = tuple(
        replace(document.items[0], position=place, kind=kind, platform="A platform", ip=IPS[place % len(IPS)])
        for place, kind in enumerate(KINDS, start=1)
    )
    told = (Informed('A "quoted" name', "platform", "R-2026-0001", "sent"),)
    return replace(document, items=items, informed=told, test=True)


def a_draft(document: ReferralDocument) -> ReferralDocument:
    return replace(document, referral="", confirmed_at=None, approval=None, reviewed_by="", informed=())


def one_in_two_spellings(document: ReferralDocument) -> ReferralDocument:
    item = replace(
        document.items[0],
        address="HTTP://u:pw@example.org/a b#K",
        canonical="http://example.org/a%20b",
        spellings=("HTTP://u:pw@example.org/a b#K", "example.org/a b", "http://example.org/a%20b"),
    )
    return replace(document, items=(item,))


def hostile(document: ReferralDocument) -> ReferralDocument:
    text = 'a\u202eb \ud800 \x00 "}] <http://x> 中 👩'
    item = replace(document.items[0], address=text, ip=text, platform=text, flags=(text,))
    return replace(document, hotline=text, items=(item,), case_number=text)


@pytest.mark.parametrize("change", [replace, every_kind, a_draft, hostile, one_in_two_spellings])
def test_case_validate_accepts_it(document: ReferralDocument, change: object, tmp_path: Path) -> None:
    assert callable(change)
    path = tmp_path / "referral.jsonld"
    path.write_bytes(case.build(change(document)))
    run = subprocess.run(
        [Path(sys.executable).parent / "case_validate", "--built-version", "case-1.5.0", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Conforms: True" in run.stdout


def test_the_graph_holds_each_address_exactly_and_no_data(document: ReferralDocument) -> None:
    graph = json.loads(case.build(every_kind(document)))
    held = json.dumps(graph)
    names = [node["uco-core:name"] for node in graph["@graph"] if node["@id"].startswith("kb:item-")]
    assert names == [document.items[0].address] * len(KINDS)
    assert held.count('fullValue": ' + json.dumps(document.items[0].address)) == 5
    assert "dataPayload" not in held
    assert "ContentData" not in held
    assert graph["@context"] == CONTEXT


def test_an_account_keeps_its_platform_and_handle_beside_what_was_typed(document: ReferralDocument) -> None:
    nodes = {node["@id"]: node for node in json.loads(case.build(document))["@graph"]}
    (account,) = [node for node in nodes.values() if node["@type"] == "uco-observable:DigitalAccount"]
    (facet, *_) = account["uco-core:hasFacet"]
    assert account["uco-core:name"] == "@acct_18 on messenger.example.org"
    assert facet["uco-observable:accountIdentifier"] == "messenger.example.org/@acct_18"


def test_every_spelling_is_exact_in_the_graph_the_table_and_the_annex(document: ReferralDocument) -> None:
    told = one_in_two_spellings(document)
    (item,) = told.items
    files = opened(told)
    (node,) = [
        node
        for node in json.loads(files["referral.jsonld"])["@graph"]
        if node["@type"] == "uco-observable:URL"
    ]
    assert node["uco-core:hasFacet"][0]["uco-observable:fullValue"] == item.address
    assert node["uco-core:description"] == list(item.spellings[1:])
    (row,) = csv.DictReader(io.StringIO(files["items.csv"].decode(), newline=""))
    assert (row["address"], row["address_canonical"]) == (item.address, item.canonical)
    assert row["spellings"] == " | ".join(item.spellings)
    annex = paper(told).partition("Anexă: adresele exacte")[2]
    assert all("".join(spelled.split()) in "".join(annex.split()) for spelled in item.spellings)


def test_a_correction_to_not_illegal_says_so(document: ReferralDocument) -> None:
    items = tuple(replace(item, verdict="not_illegal") for item in document.items)
    cited = FollowUpCited("correction", 1, "See https://b.example.org/x instead.")
    now = replace(in_english(document), items=items, follow_up=cited)
    letter = opened(now)["README.txt"].decode()
    for text in (paper(now), letter):
        assert "By what we know now, not illegal." in text
        assert "robably illegal" not in text
        assert "See hxxps[:]//b[.]example[.]org/x instead." in text
    assert (
        "După ce știm acum, nu este ilegal."
        in opened(replace(now, agency=document.agency))["README.txt"].decode()
    )


def test_times_are_utc_wherever_the_document_was_confirmed(document: ReferralDocument) -> None:
    moved = replace(document, confirmed_at=datetime.fromisoformat("2026-05-14T12:18:00+03:00"))
    assert document.confirmed_at == datetime(2026, 5, 14, 9, 18, tzinfo=UTC)
    assert "2026-05-14 09:18:00 UTC" in paper(moved)
