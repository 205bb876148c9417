"""The notice: a message that mail servers take, that says what the law asks, and that opens nothing."""

import json
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID

import pytest
import xarf

from referrals import destinations
from referrals.destinations import DeliveryError, Payload, Remedy
from referrals.documents import FollowUpCited, ReferralDocument
from tests.destinations.contents import files_of, message_of, sample
from tests.destinations.corpus import HOSTILE, LONGEST

HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
]


@pytest.fixture
def document() -> ReferralDocument:
    return sample("provider_notice")


def built(*documents: ReferralDocument) -> Payload:
    return destinations.find("provider_notice").build_many(documents)


def prose(*documents: ReferralDocument) -> str:
    """The text for people, its lines run together."""
    return " ".join(files_of(built(*documents))["text"].decode().split())


def notices(*documents: ReferralDocument) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(files_of(built(*documents))["notice.json"])["notices"]
    return found


def reports(*documents: ReferralDocument) -> list[dict[str, Any]]:
    return [json.loads(content) for name, content in files_of(built(*documents)).items() if "xarf" in name]


def with_address(document: ReferralDocument, address: str) -> ReferralDocument:
    return replace(document, items=(replace(document.items[0], address=address, canonical="", spellings=()),))


def test_its_headers_are_neutral_and_come_from_the_document(document: ReferralDocument) -> None:
    message = message_of(built(document))
    assert list(message.keys()) == HEADERS
    assert message["Subject"] == "Notice R-2026-0312"
    assert message["From"] == document.hotline_contact
    assert message["To"] == document.agency.contact
    assert parsedate_to_datetime(message["Date"]) == document.confirmed_at
    number, _, domain = message["Message-ID"].strip("<>").partition("@")
    assert UUID(number).version == 5
    assert domain == "hotline.example.org"
    assert not message.defects


def test_another_document_has_another_number(document: ReferralDocument) -> None:
    others = [built(replace(document, referral=f"R-2026-{number}")) for number in range(3)]
    assert len({message_of(other)["Message-ID"] for other in others}) == 3


def test_no_line_is_too_long_for_a_mail_server(document: ReferralDocument) -> None:
    content = built(with_address(document, "https://example.org/" + "x" * LONGEST)).content
    assert content.isascii()
    assert all(len(line) <= 78 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")


def test_it_has_the_elements_of_article_16(document: ReferralDocument) -> None:
    shown = prose(document)
    assert "Article 16 of Regulation (EU) 2022/2065" in shown
    assert "What was found: CSAM by the international baseline; CSAM by national law." in shown
    assert "Probably illegal. Only a court decides." in shown
    assert "Criminal Code of Romania, Article 374" in shown
    assert all(item.defanged in shown for item in document.items)
    assert "Example Hotline, notices@hotline.example.org" in shown
    assert "We believe in good faith that the information and the allegations" in shown
    assert "Article 18 of the same Regulation" in shown
    assert "please preserve" in shown
    assert f"Answer to R-2026-0312: {document.answer_url}" in shown
    assert "No picture, no media and no copy of content is attached" in shown


def test_what_is_not_asked_is_not_said(document: ReferralDocument) -> None:
    shown = prose(replace(document, preserve=False, answer_url="", answer_until=None, reviewed_by=""))
    assert "please preserve" not in shown
    assert "Answer to" not in shown
    assert "a second person" not in shown


def test_a_provider_learns_nothing_of_the_case_the_people_or_the_child(document: ReferralDocument) -> None:
    told = built(replace(document, informed=sample("police_package").informed))
    everything = b" ".join(files_of(told).values()).decode()
    assert document.approval
    for kept in [
        document.case_number,
        document.confirmed_by,
        document.reviewed_by,
        document.approval.leaf_hash,
        "EX-55/2026",
        "R-2026-0310",
        "pubescent",
        "female",
        "analyst-",
    ]:
        assert kept not in everything, kept


def test_the_exact_address_stands_in_the_machine_parts_alone(document: ReferralDocument) -> None:
    files = files_of(built(document))
    assert [item["address"] for item in notices(document)[0]["items"]] == [
        item.address for item in document.items
    ]
    assert not [item for item in document.items if item.address in files["text"].decode()]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_hostile_addresses_stay_exact_and_xarf_takes_what_it_is_given(
    document: ReferralDocument, text: str
) -> None:
    for address in (text, f"https://example.org/{text}"):
        hostile = with_address(document, address)
        if "\ud800" not in text:
            assert notices(hostile)[0]["items"][0]["address"] == address
        for report in reports(hostile):
            assert report["url"] == address
            assert not xarf.parse(report).errors


@pytest.mark.parametrize(
    ("reported", "canonical", "url"),
    [
        (
            "https://u:pw@files.example.org/x",
            "https://files.example.org/x",
            "https://u:pw@files.example.org/x",
        ),
        ("files.example.org/f#KEY", "https://files.example.org/f", "https://files.example.org/f#KEY"),
        (
            "hxxps://files[.]example[.]org/#é",
            "https://files.example.org/",
            "https://files.example.org/#%C3%A9",
        ),
        ("https://files.example.org/a b.html", "https://files.example.org/a%20b.html", None),
        ("@a on files.example.org", "files.example.org/@a", ""),
    ],
)
def test_xarf_has_what_was_reported_where_it_takes_it(
    document: ReferralDocument, reported: str, canonical: str, url: str | None
) -> None:
    item = replace(document.items[0], address=reported, canonical=canonical, spellings=(reported, "other"))
    told = replace(document, items=(item,))
    assert [report["url"] for report in reports(told)] == (
        [canonical if url is None else url] if url != "" else []
    )
    assert not [report for report in reports(told) if xarf.parse(report).errors]
    (said,) = notices(told)[0]["items"]
    assert (said["address"], said["canonical"], said["spellings"]) == (
        reported,
        canonical,
        [reported, "other"],
    )


def test_a_correction_to_not_illegal_says_so_and_asks_for_nothing(document: ReferralDocument) -> None:
    items = tuple(replace(item, verdict="not_illegal") for item in document.items)
    now = replace(document, items=items, follow_up=FollowUpCited("correction", 1, "It was looked at again."))
    shown = prose(now)
    assert "By what we know now, not illegal." in shown
    assert "We ask nothing of you for these addresses any more." in shown
    for kept in ("Probably illegal", "Why we consider it illegal", "What we ask", "Offences concerned"):
        assert kept not in shown
    assert "Probably" not in notices(now)[0]["explanation"]
    romanian = prose(replace(now, agency=replace(now.agency, languages=("ro",))))
    assert "După ce știm acum, nu este ilegal." in romanian
    assert "Probabil ilegal" not in romanian
    mixed = replace(now, items=(document.items[0], *items[1:]))
    assert "Probably illegal. Only a court decides." in prose(mixed)


def test_an_address_typed_as_the_reason_opens_nothing(document: ReferralDocument) -> None:
    reason = "It moved to https://b.example.org/x?y=1, ask a.b@mail.example.org at 12:30."
    shown = prose(replace(document, follow_up=FollowUpCited("supplement", 1, reason)))
    assert "It moved to hxxps[:]//b[.]example[.]org/x?y=1, ask a.b[at]mail[.]example[.]org at 12:30." in shown


def test_xarf_takes_the_report_of_each_page_of_the_baseline(document: ReferralDocument) -> None:
    (report,) = reports(document)
    assert not xarf.parse(report).errors
    assert report["url"] == document.items[0].address
    assert report["classification"] == "baseline"
    assert report["source_identifier"] == "192.0.2.10"
    assert not {"evidence", "screenshot_url", "hash_values", "_internal"} & set(report)


def test_several_reports_have_several_names(document: ReferralDocument) -> None:
    twice = replace(document, items=(document.items[0], replace(document.items[0], position=9)))
    assert list(files_of(built(twice))) == ["text", "notice.json", "xarf.json", "xarf-2.json"]
    assert len({report["report_id"] for report in reports(twice)}) == 2


def test_xarf_is_not_bent_to_what_it_has_no_class_for(document: ReferralDocument) -> None:
    for verdict in ("national_csam", "other_illegal"):
        assert not reports(replace(document, items=(replace(document.items[0], verdict=verdict),)))
    assert not reports(replace(document, hotline="x" * 201))


def test_a_test_says_so_to_people_and_machines(document: ReferralDocument) -> None:
    test = replace(document, test=True)
    assert message_of(built(test))["Subject"] == "[TEST] Notice R-2026-0312"
    assert prose(test).startswith("TEST.")
    assert notices(test)[0]["test"] is True
    assert "lifecycle:test" in reports(test)[0]["tags"]
    assert not xarf.parse(reports(test)[0]).errors


def test_the_notifier_may_stay_unnamed_for_child_abuse(document: ReferralDocument) -> None:
    unnamed = replace(document, anonymous=True)
    everything = b" ".join(files_of(built(unnamed)).values()).decode()
    assert "The notifier is not named" in prose(unnamed)
    assert document.hotline not in everything
    assert document.hotline_contact not in everything
    assert not reports(unnamed)


def test_the_notifier_is_named_for_anything_else(document: ReferralDocument) -> None:
    other = replace(document, anonymous=True, items=(replace(document.items[0], verdict="other_illegal"),))
    with pytest.raises(DeliveryError) as caught:
        built(other)
    assert caught.value.remedy is Remedy.FIX_PAYLOAD


def test_several_referrals_for_one_contact_are_one_message(document: ReferralDocument) -> None:
    second = replace(document, referral="R-2026-0400", answer_url="https://partner.example.org/answer/BBBB")
    together = built(second, document)
    assert together == built(document, second)
    assert message_of(together)["Subject"] == "Notice R-2026-0312 (+1)"
    assert [notice["referral"] for notice in notices(second, document)] == ["R-2026-0312", "R-2026-0400"]
    shown = prose(second, document)
    assert "These are 2 notices" in shown
    assert shown.index(f"Answer to R-2026-0312: {document.answer_url}") < shown.index(
        "Answer to R-2026-0400: https://partner.example.org/answer/BBBB"
    )
    assert shown.count("What we ask") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"test": True},
        {"hotline_contact": "other@hotline.example.org"},
    ],
)
def test_what_does_not_belong_together_is_refused(document: ReferralDocument, change: Any) -> None:
    with pytest.raises(DeliveryError) as caught:
        built(document, replace(document, **change))
    assert caught.value.remedy is Remedy.FIX_PAYLOAD


def test_two_contacts_never_share_a_message(document: ReferralDocument) -> None:
    other = replace(document, agency=replace(document.agency, contact="abuse@other.example.org"))
    with pytest.raises(DeliveryError):
        built(document, other)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_no_header_can_be_injected(document: ReferralDocument, text: str) -> None:
    typed_in = replace(document, referral=text, hotline=text, agency=replace(document.agency, name=text))
    assert list(message_of(built(typed_in)).keys()) == HEADERS


@pytest.mark.parametrize("text", [text for text in HOSTILE if text], ids=lambda text: ascii(text)[:40])
def test_what_is_no_mailbox_is_never_written_from_or_to(document: ReferralDocument, text: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        built(replace(document, hotline_contact=f"a@example.org{text} "))
    assert caught.value.remedy is Remedy.FIX_PAYLOAD
    contact = replace(document.agency, contact=f"{text} b@example.org")
    headers = list(message_of(built(replace(document, agency=contact))).keys())
    assert headers == [name for name in HEADERS if name != "To"]


def test_a_platform_that_is_named_by_its_address_opens_nothing(document: ReferralDocument) -> None:
    item = replace(document.items[0], platform="messenger.example.org", network="AS64500 net.example.org:8")
    shown = prose(replace(document, items=(item,)))
    assert "Platform: messenger[.]example[.]org" in shown
    assert "AS64500 net[.]example[.]org[:]8" in shown


def test_a_withdrawal_asks_for_nothing_more(document: ReferralDocument) -> None:
    back = replace(document, follow_up=FollowUpCited("withdrawal", 1, "It was another page."))
    shown = prose(back)
    assert "Withdrawal of notice R-2026-0312" in shown
    assert "We take the referral back." in shown
    assert "It was another page." in shown
    assert "What we ask" not in shown
    assert not reports(back)
    assert notices(back)[0]["kind"] == "withdrawal"


def test_it_speaks_romanian_to_who_reads_it(document: ReferralDocument) -> None:
    romanian = replace(document, agency=replace(document.agency, languages=("ro",)))
    text = next(iter(message_of(built(romanian)).iter_parts()))
    assert text["Content-Language"] == "ro"
    assert message_of(built(romanian))["Subject"] == "Notice R-2026-0312"
    assert "Notificarea R-2026-0312" in prose(romanian)
    assert "Considerăm cu bună-credință" in prose(romanian)


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (421, Remedy.RETRY),
        (451, Remedy.RETRY),
        (535, Remedy.FIX_CONFIG),
        (550, Remedy.FIX_CONFIG),
        (554, Remedy.ASK_HUMAN),
        (200, Remedy.ASK_HUMAN),
    ],
)
def test_each_refusal_of_a_mail_server_has_its_remedy(code: int, remedy: Remedy) -> None:
    with pytest.raises(DeliveryError) as caught:
        destinations.find("provider_notice").read_receipt(json.dumps({"code": code}).encode())
    assert caught.value.remedy is remedy
