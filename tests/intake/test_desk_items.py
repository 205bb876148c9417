"""The items of a case at the desk: the form of an assessment, one assessed again, where one is hosted, every entry."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import log
from intake import panels
from intake.models import Case, HostingTrace, ReportedItem
from tests import line
from tests.cast import Cast
from tests.doors import DoorClient
from tests.intake.reporting import reported, submit
from tests.line import TYPED

pytestmark = pytest.mark.django_db
PAGE = "https://forum.example.org/t/1"
FOUND = {
    "method": "lookup",
    "country": "NL",
    "network": "64500",
    "confidence": "90",
    "provider": "Example hosting",
}


@pytest.fixture
def desk(cast: Cast, desk_client: DoorClient) -> DoorClient:
    return desk_client.sign_in(cast.ana)


@pytest.fixture
def case(cast: Cast) -> Case:
    return line.a_taken_case(cast, PAGE)


@pytest.fixture
def referred(cast: Cast) -> Case:
    return Case.objects.get(pk=line.a_referral(cast).case_id)


def item_of(case: Case) -> ReportedItem:
    return case.items.addresses()[0]


def typed(case: Case, **changed: Any) -> dict[str, Any]:
    """What a person types for the only address."""
    said = {"verdict": "national_csam", "country": "ro", "known_by": "lookup", "reason": "Seen."}
    return {f"item-{item_of(case).id}-{name}": value for name, value in (said | TYPED | changed).items()}


def see(desk: DoorClient, route: str, case: Case, **more: object) -> str:
    response = desk.get(desk.url(route, case_id=case.id, **more))
    assert response.status_code == 200
    return str(response.content.decode())


def send(desk: DoorClient, route: str, case: Case, data: dict[str, Any], **more: object) -> Any:
    return submit(desk, desk.url(route, case_id=case.id, **more), data)


def chosen(shown: str) -> set[str]:
    """What is ticked in the form of an item."""
    return set(re.findall(r'<input [^>]*name="item-[^>]*value="(\w+)"[^>]* checked', shown))


def test_nothing_is_chosen_before_a_person_chooses(desk: DoorClient, case: Case) -> None:
    shown = see(desk, "assess", case)
    assert not chosen(shown)
    assert "Not determined" in shown
    assert "Same as item 1" not in shown


def test_of_several_ages_the_youngest_is_kept(desk: DoorClient, case: Case) -> None:
    data = typed(case, age=["not_determined", "pubescent", "pre_pubescent"], flags=["ai_generated"])
    assert send(desk, "assess", case, data).status_code == 302
    kept = case.assessments.get()
    assert (kept.age, kept.flags) == ("pre_pubescent", ["ai_generated"])


def test_what_is_missing_is_named_and_everything_ticked_is_kept(desk: DoorClient, case: Case) -> None:
    data = typed(case, age=[], sex="", commercial="no", payment_methods=["card"], flags=["modelling"])
    response = send(desk, "assess", case, data)
    shown = response.content.decode()
    assert response.status_code == 422
    for said in (
        "Item 1: Choose the age, or “not determined”",
        "Item 1: Choose the sex, or “not determined”",
        "Item 1: You named a way of paying. Say that it is commercial",
    ):
        assert said in shown
    field = f"item-{item_of(case).id}-age"
    assert f'href="#id_{field}"' in shown
    assert f'id="id_{field}" tabindex="-1"' in shown
    assert chosen(shown) == {"national_csam", "no", "card", "modelling"}
    assert not case.assessments.exists()


def test_a_value_that_no_form_offers_is_refused_in_words(desk: DoorClient, case: Case) -> None:
    assert send(desk, "assess", case, typed(case, age=["adult"], site_type="cave")).status_code == 422
    assert not case.assessments.exists()


def test_the_page_tells_all_that_is_known_of_an_item(desk: DoorClient, cast: Cast, referred: Case) -> None:
    address = item_of(referred).canonical
    reported(address, found="Again.")
    line.a_trace(cast, referred.id)
    line.reassess(cast, referred)
    shown = see(desk, "case", referred)
    for words in (
        "2 reports, 2 assessments, 1 trace",
        "Superseded",
        "Other illegal CSEA",
        "Not illegal",
        "scheme tutela-baseline-2",
        "Age, as it appears: Not determined.",
        "Example hosting, AS64500",
        "192[.]0[.]2[.]44",
        "looked up, sure",
        "Who had it",
        "An assessment of a referred case was superseded",
        "Ana, analyst",
    ):
        assert words in shown, words
    assert address not in shown


def test_before_agencies_were_told_nothing_offers_a_correction(desk: DoorClient, case: Case) -> None:
    again = desk.url("reassess", case_id=case.id, item_id=item_of(case).id)
    assert again not in see(desk, "case", case)
    assert "No agency was told of this case" in see(desk, "reassess", case, item_id=item_of(case).id)


def test_an_item_is_assessed_again_with_a_new_reason(desk: DoorClient, referred: Case) -> None:
    item = item_of(referred)
    shown = see(desk, "reassess", referred, item_id=item.id)
    assert "Agencies were told what counts now." in shown
    assert chosen(shown) == {"other_illegal", "not_determined"}
    without = typed(referred, verdict="not_illegal", reason="")
    assert send(desk, "reassess", referred, without, item_id=item.id).status_code == 422
    again = typed(referred, verdict="not_illegal", reason="A second look.")
    assert send(desk, "reassess", referred, again, item_id=item.id).status_code == 302
    assert referred.assessments.current().get().verdict == "not_illegal"
    shown = see(desk, "case", referred)
    assert "A second look." in shown
    assert "They were told: Other illegal CSEA, RO. It says now: Not illegal, RO." in shown
    same = send(desk, "reassess", referred, again, item_id=item.id)
    assert same.status_code == 409
    assert "this is what the assessment says already" in same.content.decode()


def test_where_an_item_is_hosted_is_written_down_and_its_history_shown(desk: DoorClient, case: Case) -> None:
    item = item_of(case)
    assert "Nobody has written down where it is hosted." in see(desk, "trace", case, item_id=item.id)
    assert send(desk, "trace", case, FOUND, item_id=item.id).status_code == 302
    assert send(desk, "trace", case, FOUND | {"country": "DE"}, item_id=item.id).status_code == 302
    shown = see(desk, "trace", case, item_id=item.id)
    assert shown.index("Germany, Example hosting") < shown.index("Netherlands, Example hosting")
    assert "Germany, AS64500" in see(desk, "case", case)


def test_what_makes_no_sense_of_a_host_is_refused_and_kept(desk: DoorClient, case: Case) -> None:
    wrong = FOUND | {"method": "unknown", "ip": "192.0.2.999", "network": "my network"}
    response = send(desk, "trace", case, wrong, item_id=item_of(case).id)
    shown = response.content.decode()
    assert response.status_code == 422
    assert "An IP address looks like" in shown
    assert "my network" in shown
    assert not HostingTrace.objects.exists()


def test_an_item_of_another_case_is_not_there(desk: DoorClient, case: Case, referred: Case) -> None:
    for route in ("reassess", "trace"):
        assert desk.get(desk.url(route, case_id=case.id, item_id=item_of(referred).id)).status_code == 404


def test_every_entry_is_told_with_its_reason_folded_page_by_page(
    desk: DoorClient, cast: Cast, referred: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.panels.timeline.PAGE", 5)
    total = log.entries_for(case_id=referred.id).count()
    first = see(desk, "case_entries", referred)
    assert first.count("<tr>") == 6
    assert "Newer entries" not in first
    older = desk.get(desk.url("case_entries", case_id=referred.id) + "?before=" + _after(first, "before"))
    assert "Newer entries" in older.content.decode()
    back = desk.get(desk.url("case_entries", case_id=referred.id) + "?after=0").content.decode()
    assert "A case was opened" in back or "An address was reported" in back
    assert desk.get(desk.url("case_entries", case_id=referred.id) + "?before=x&after=-1").status_code == 200
    monkeypatch.setattr("intake.panels.timeline.PAGE", total + 9)
    whole = see(desk, "case_entries", referred)
    for words in (
        "The case was read",
        "Other illegal CSEA, Romania",
        line.REASON,
        "Ana, analyst",
        "Cleo, supervisor",
    ):
        assert words in whole, words


def _after(shown: str, word: str) -> str:
    return shown.split(f"?{word}=")[1].split('"')[0]


def test_more_reports_and_items_ask_the_database_nothing_more(cast: Cast) -> None:
    def asked(case: Case) -> int:
        with CaptureQueriesContext(connection) as queries:
            panels.case_page(cast.ana, Case.objects.get(pk=case.pk))
        return len(queries)

    small = line.an_assessed_case(cast, PAGE)
    large = line.an_assessed_case(cast, *[f"https://forum.example.org/p/{number}" for number in range(8)])
    for _again in range(4):
        for item in large.items.addresses():
            reported(item.canonical, found="Again.", language="ro")
    for case in (small, large):
        line.a_trace(cast, case.id)
        line.a_note(cast, case.id)
    assert large.items.count() == 40
    asked(small)  # what is asked once in a process
    assert asked(large) == asked(small)
