"""The pages of referrals, through the front doors: what they say, whom they let in, and that reading moves nothing."""

import io
import json
import re
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from audit import log
from intake.states import Priority
from referrals.models import Referral
from tests import line
from tests.doors import DoorClient

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
FORM = "application/x-www-form-urlencoded"
ADDRESS = "https://example.org/pages/1"
DEFANGED = "hxxps://example[.]org/pages/1"


@pytest.fixture
def desk(cast: "Cast", desk_client: DoorClient) -> DoorClient:
    return desk_client.sign_in(cast.ana)


@pytest.fixture
def partner(cast: "Cast", partner_client: DoorClient) -> DoorClient:
    return partner_client.sign_in(cast.pia)


def text(response: Any) -> str:
    body: str = response.content.decode()
    return body


def send(client: DoorClient, url: str, fields: dict[str, Any] | None = None) -> Any:
    """What a browser sends for a form of ours."""
    return client.post(url, urlencode(fields or {}, doseq=True), content_type=FORM)


def chosen(desk: DoorClient, case_id: Any) -> str:
    """The proposal that the page shows, as its form would send it."""
    page = text(desk.get(desk.url("routes", case_id=case_id)))
    return page.split('name="choices" value="')[1].split('"')[0]


def answer(**changes: str) -> dict[str, str]:
    return {
        "answer": "accepted",
        "by_name": "Duty officer",
        "source": "phone",
        "answered_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "reference": "",
        "note": "",
    } | changes


def test_the_exact_document_is_shown_before_it_can_be_confirmed(cast: "Cast", desk: DoorClient) -> None:
    case = line.a_confirmed_case(cast, ADDRESS)
    page = text(desk.get(desk.url("routes", case_id=case.id)))
    assert DEFANGED in page
    assert ADDRESS not in page
    for said in (
        "Obligatory",
        "RO-01",
        "Hosted at home: police at once.",
        "Left out, and why",
        "Only a court decides",
    ):
        assert said in page
    assert not Referral.objects.exists()


def test_one_post_confirms_what_was_shown(cast: "Cast", desk: DoorClient) -> None:
    case = line.a_confirmed_case(cast, ADDRESS)
    choice = chosen(desk, case.id)
    response = send(desk, desk.url("routes", case_id=case.id), {"choices": [choice]})
    assert response.status_code == 302
    assert Referral.objects.get(case=case).state == "queued"


@pytest.mark.parametrize("spoil", ["", "nonsense", "a:b:c:d"])
def test_a_choice_that_cannot_be_read_is_answered_with_the_page(
    cast: "Cast", desk: DoorClient, spoil: str
) -> None:
    case = line.a_confirmed_case(cast)
    response = send(desk, desk.url("routes", case_id=case.id), {"choices": [spoil] if spoil else []})
    assert response.status_code == 422
    assert "This is not done yet" in text(response)
    assert not Referral.objects.exists()


def test_a_case_that_is_not_confirmed_shows_why_it_cannot_go(cast: "Cast", desk: DoorClient) -> None:
    case = line.an_assessed_case(cast)
    page = text(desk.get(desk.url("routes", case_id=case.id)))
    assert "Nothing leaves before a second person has agreed." in page
    assert "disabled" in page


def test_before_the_package_is_taken_no_page_says_sent(
    cast: "Cast", desk: DoorClient, partner: DoorClient
) -> None:
    referral = line.an_offered_referral(cast, ADDRESS)
    for client, route, named in (
        (desk, "referrals", {}),
        (desk, "referral", {"referral_id": referral.id}),
        (partner, "inbox", {}),
        (partner, "received", {"referral_id": referral.id}),
    ):
        page = text(client.get(client.url(route, **named)))
        assert "Ready to be collected" in page
        assert '<span class="pill i">Sent' not in page


def test_the_agency_sees_the_cover_and_no_address_before_collecting(
    cast: "Cast", partner: DoorClient
) -> None:
    referral = line.an_offered_referral(cast, ADDRESS)
    for page in (
        text(partner.get(partner.url("inbox"))),
        text(partner.get(partner.url("received", referral_id=referral.id))),
    ):
        assert referral.number in page
        assert "1 × page" in page
        assert "example" not in page.split("<main")[1].replace("example.org", "", 0)
        # The two numbers run apart and may meet: the referral's own is taken out first.
        assert referral.case.number not in page.replace(referral.number, "")


def test_opening_the_page_collects_nothing(cast: "Cast", partner: DoorClient) -> None:
    referral = line.an_offered_referral(cast)
    partner.get(partner.url("received", referral_id=referral.id))
    assert partner.get(partner.url("collect", referral_id=referral.id)).status_code == 405
    referral.refresh_from_db()
    assert referral.state == "queued"


def test_collecting_is_a_download_that_nobody_keeps(cast: "Cast", partner: DoorClient) -> None:
    referral = line.an_offered_referral(cast, ADDRESS)
    response = send(partner, partner.url("collect", referral_id=referral.id))
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == f'attachment; filename="{referral.number}.zip"'
    assert "no-store" in response["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert json.loads(archive.read("referral.json"))["items"][0]["address"] == ADDRESS
    referral.refresh_from_db()
    assert referral.state == "sent"
    assert "Collected" in text(partner.get(partner.url("received", referral_id=referral.id)))


def test_what_is_not_ready_is_not_there(cast: "Cast", partner: DoorClient) -> None:
    """Nobody of an agency sees a referral before its package may leave."""
    referral = line.a_referral(cast)
    assert partner.get(partner.url("received", referral_id=referral.id)).status_code == 404
    assert send(partner, partner.url("collect", referral_id=referral.id)).status_code == 404
    assert "Nothing waits for you" in text(partner.get(partner.url("inbox")))


def test_another_agency_sees_nothing_of_it(cast: "Cast", partner_client: DoorClient) -> None:
    referral = line.an_offered_referral(cast)
    pavel = partner_client.sign_in(cast.pavel)
    assert "Nothing waits for you" in text(pavel.get(pavel.url("inbox")))
    assert pavel.get(pavel.url("received", referral_id=referral.id)).status_code == 404
    assert send(pavel, pavel.url("collect", referral_id=referral.id)).status_code == 404
    assert log.entries_for(object_id=referral.id, action="referral:refuse").count() == 2


def test_another_team_sees_nothing_of_it(cast: "Cast", desk_client: DoorClient) -> None:
    referral = line.a_sent_referral(cast)
    bo = desk_client.sign_in(cast.bo)
    assert "No referral yet" in text(bo.get(bo.url("referrals")))
    assert bo.get(bo.url("referral", referral_id=referral.id)).status_code == 404
    assert bo.get(bo.url("routes", case_id=referral.case_id)).status_code == 404
    for route in ("hand_over", "acknowledge", "outcome"):
        assert send(bo, bo.url(route, referral_id=referral.id), answer()).status_code == 404


def test_the_desk_hands_over_with_a_name_and_gets_the_package(cast: "Cast", desk: DoorClient) -> None:
    referral = line.an_offered_referral(cast)
    url = desk.url("hand_over", referral_id=referral.id)
    assert send(desk, url, {"recipient": "", "how": "courier"}).status_code == 422
    response = send(desk, url, {"recipient": "Duty officer", "how": "courier"})
    assert response["Content-Type"] == "application/zip"
    page = text(desk.get(desk.url("referral", referral_id=referral.id)))
    assert "Duty officer" in page
    assert "by courier" in page


def test_an_answer_and_an_outcome_are_typed_in(cast: "Cast", desk: DoorClient) -> None:
    referral = line.a_sent_referral(cast)
    send(desk, desk.url("acknowledge", referral_id=referral.id), answer())
    outcome = {
        "outcome": "investigating",
        "by_name": "Duty officer",
        "source": "mail",
        "happened_on": timezone.localdate().isoformat(),
    }
    send(desk, desk.url("outcome", referral_id=referral.id), outcome)
    referral.refresh_from_db()
    assert referral.state == "concluded"
    page = text(desk.get(desk.url("referral", referral_id=referral.id)))
    assert "Accepted: they take the case" in page
    assert "Investigating" in page
    send(desk, desk.url("close_reviewed_case", case_id=referral.case_id), {"reason": "Concluded."})
    line.agree_to_close(cast, referral.case_id)
    referral.case.refresh_from_db()
    assert referral.case.state == "closed"


@pytest.mark.parametrize(
    "spoil",
    [
        {"by_name": ""},
        {"answer": "perhaps"},
        {"source": ""},
        {"answered_at": "yesterday"},
        {"answered_at": "2099-01-01T00:00"},
        {"note": "data:image/png;base64,iVBORw0KGgo="},
        {"by_name": PNG},
    ],
)
def test_a_wrong_answer_form_comes_back_with_what_was_typed(
    cast: "Cast", desk: DoorClient, spoil: dict[str, str]
) -> None:
    referral = line.a_sent_referral(cast)
    response = send(
        desk, desk.url("acknowledge", referral_id=referral.id), answer(reference="55-210") | spoil
    )
    assert response.status_code == 422
    assert "This is not done yet" in text(response)
    assert 'value="55-210"' in text(response)
    referral.refresh_from_db()
    assert referral.state == "sent"


def test_what_failed_or_is_late_stands_first(
    cast: "Cast", desk: DoorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = line.an_acknowledged_referral(cast)
    late = line.a_sent_referral(cast)
    page = text(desk.get(desk.url("referrals")))
    assert page.index(answered.number) < page.index(late.number)
    after = late.due_at + timedelta(hours=3)
    monkeypatch.setattr(timezone, "now", lambda: after)
    page = text(desk.sign_in(cast.ana).get(desk.url("referrals")))
    assert page.index(late.number) < page.index(answered.number)
    assert "Late 3 h" in page


def test_the_directory_shows_agencies_and_the_rules_in_force(cast: "Cast", desk: DoorClient) -> None:
    page = text(desk.get(desk.url("agencies")))
    for said in ("Police", "Clearing house", "File to collect", "RO-01", "3 working days"):
        assert said in page


@pytest.mark.parametrize("route", ["case", "routes"])
def test_a_confirmed_case_that_goes_to_nobody_says_so_and_can_be_closed(
    cast: "Cast", desk: DoorClient, route: str
) -> None:
    case = line.a_confirmed_case(cast, "a shop on the corner of two streets")
    page = text(desk.get(desk.url(route, case_id=case.id)))
    assert "No rule proposes anybody for what was assessed." in page
    assert "close the case with a reason" in page
    url = desk.url("close_reviewed_case", case_id=case.id)
    assert f'action="{url}"' in page
    send(desk, url, {"reason": "Nobody is competent."})
    assert f'action="{url}"' not in text(desk.get(desk.url(route, case_id=case.id)))
    assert line.agree_to_close(cast, case.id).state == "closed"
    assert url not in text(desk.get(desk.url(route, case_id=case.id)))


def test_confirming_from_a_page_that_is_out_of_date_says_it_was_referred_already(
    cast: "Cast", desk: DoorClient
) -> None:
    case = line.a_confirmed_case(cast)
    url, choice = desk.url("routes", case_id=case.id), chosen(desk, case.id)
    assert send(desk, url, {"choices": [choice]}).status_code == 302
    again = send(desk, url, {"choices": [choice]})
    assert again.status_code == 422
    assert "has been referred already. Its referrals are listed on the page of the case." in text(again)
    assert "before a second person" not in text(again)
    assert Referral.objects.filter(case=case).count() == 1


def test_confirming_a_closed_case_says_that_it_is_closed(cast: "Cast", desk: DoorClient) -> None:
    case = line.a_confirmed_case(cast, "a shop on the corner of two streets")
    send(desk, desk.url("close_reviewed_case", case_id=case.id), {"reason": "Nobody is competent."})
    line.agree_to_close(cast, case.id)
    again = send(desk, desk.url("routes", case_id=case.id), {"choices": [f"{cast.police.id}:RO-01:1:"]})
    assert "This case is closed already." in text(again)
    assert "before a second person" not in text(again)


def test_what_happens_to_the_case_later_is_not_shown_to_the_agency(
    cast: "Cast", desk: DoorClient, partner: DoorClient
) -> None:
    """The urgency shown is that of the document they were sent, at the desk too."""
    referral = line.an_offered_referral(cast, ADDRESS)
    pages = [
        (partner, partner.url("inbox")),
        (partner, partner.url("received", referral_id=referral.id)),
        (desk, desk.url("referrals")),
    ]
    before = [_main(client.get(url)) for client, url in pages]
    again = line.a_case(ADDRESS, danger=True)
    assert again.id == referral.case_id
    assert Priority(list(Priority)[again.priority]) is Priority.DANGER
    assert [_main(client.get(url)) for client, url in pages] == before


def test_once_referred_the_page_says_what_was_confirmed(cast: "Cast", desk: DoorClient) -> None:
    referral = line.a_referral(cast)
    page = text(desk.get(desk.url("routes", case_id=referral.case_id)))
    assert "What was confirmed" in page
    assert referral.number in page
    assert "will leave the house" not in page
    assert "Confirm these referrals" not in page


def _main(response: Any) -> str:
    """The page without its tokens."""
    body = text(response).split("<main")[1]
    return re.sub(r'csrfmiddlewaretoken" value="[^"]*"', "", body)
