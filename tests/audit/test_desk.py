"""The auditor's desk: sentences, pseudonyms, filters, one entry, and the verdict."""

import re

import pytest
from django.utils import timezone

from audit import chart, log, reading, views
from project.actions import Action
from tests import line
from tests.audit.hands import tamper
from tests.cast import Cast
from tests.doors import DoorClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def dovs(cast: Cast, desk_client: DoorClient) -> DoorClient:
    return desk_client.sign_in(cast.dov)


def page(client: DoorClient, **asked: str) -> str:
    response = client.get(client.url("log"), asked)
    assert response.status_code == 200
    return str(response.content.decode())


def indexes(text: str) -> list[int]:
    return [int(index) for index in re.findall(r'<td class="num nowrap">(\d+)</td>', text)]


def test_an_act_is_a_sentence_with_its_code_and_a_pseudonym(cast: Cast, dovs: DoorClient) -> None:
    line.a_taken_case(cast)
    text = page(dovs)
    assert "The case was taken" in text
    assert "case:assign" in text
    assert f"Analyst {str(cast.ana.id)[:4]}" in text
    assert "Times in UTC" in text


def test_an_auditor_sees_no_name_and_no_address(cast: Cast, dovs: DoorClient) -> None:
    case = line.a_taken_case(cast, "https://www.example.net/never-shown")
    entries = log.entries_for(case_id=case.id)
    texts = [
        page(dovs),
        *(dovs.get(dovs.url("entry", event_id=e.event_id)).content.decode() for e in entries),
    ]
    for text in texts:
        assert "never-shown" not in text
        assert "Ana" not in text.replace("Analyst", "")


def test_a_case_is_found_by_its_number_its_id_and_the_first_letters(cast: Cast, dovs: DoorClient) -> None:
    case = line.a_taken_case(cast)
    wanted = indexes(page(dovs, q=case.number))
    assert wanted
    assert indexes(page(dovs, q=str(case.id))) == wanted
    assert indexes(page(dovs, q=str(case.id)[:8])) == wanted


def test_an_actor_is_found_by_the_pseudonym_on_the_page(cast: Cast, dovs: DoorClient) -> None:
    line.a_taken_case(cast)
    text = page(dovs, q=f"Analyst {str(cast.ana.id)[:6]}")
    mine = log.entries_for(actor=str(cast.ana.id)).values_list("seq", flat=True)
    assert set(mine) <= set(indexes(text))
    assert "Nobody" not in text


def test_acts_and_days_narrow_the_list(cast: Cast, dovs: DoorClient) -> None:
    today = timezone.now().date().isoformat()
    assert len(indexes(page(dovs, action="team:open", first=today, last=today))) == 2
    assert "No entry fits" in page(dovs, last="2020-01-01")


def test_days_the_wrong_way_round_are_explained(dovs: DoorClient) -> None:
    response = dovs.get(dovs.url("log"), {"first": "2026-02-01", "last": "2026-01-01"})
    assert response.status_code == 422
    assert "before the first one" in response.content.decode()


def test_paging_shows_every_entry_once(dovs: DoorClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 5)
    text, seen = page(dovs), []
    while True:
        seen += indexes(text)
        older = re.search(r'href="\?(before=(\d+))">Older', text)
        if not older:
            break
        text = page(dovs, before=older.group(2))
    assert seen == list(log.entries_for().order_by("-seq").values_list("seq", flat=True))
    newer = re.search(r'href="\?after=(\d+)">Newer', text)
    assert newer is not None
    assert indexes(page(dovs, after=newer.group(1))) == seen[-len(indexes(text)) - 5 : -len(indexes(text))]


def test_an_entry_shows_its_exact_bytes_and_its_neighbours(cast: Cast, dovs: DoorClient) -> None:
    case = line.a_taken_case(cast)
    opened, taken = log.entries_for(object_id=case.id)[:2]
    text = dovs.get(dovs.url("entry", event_id=taken.event_id)).content.decode()
    assert bytes(taken.entry).decode().replace('"', "&quot;") in text
    assert bytes(taken.leaf_hash).hex() in text
    assert str(opened.event_id) in text


def test_an_unknown_entry_is_not_there(cast: Cast, dovs: DoorClient) -> None:
    assert dovs.get(dovs.url("entry", event_id=cast.dov.id)).status_code == 404


@pytest.mark.parametrize("who", ["ana", "cleo", "ada"])
def test_only_an_auditor_reads_the_log(cast: Cast, desk_client: DoorClient, who: str) -> None:
    client = desk_client.sign_in(cast.people[who])
    assert client.get(client.url("log")).status_code == 404
    assert client.submit(client.url("verify")).status_code == 404
    assert log.entries_for(action=Action.DOOR_REFUSE).count() == 2


def test_the_verdict_comes_first_in_words(dovs: DoorClient) -> None:
    assert "Not checked yet" in dovs.get(dovs.url("verify")).content.decode()
    assert "Verified: nothing was changed" in dovs.submit(dovs.url("verify")).content.decode()


@pytest.mark.commits
def test_a_failing_verdict_names_the_first_bad_entry(cast: Cast, desk_client: DoorClient) -> None:
    bad = log.entries_for(object_id=cast.bo.id)[0]
    tamper("UPDATE audit_event SET entry = '{}' WHERE event_id = %s", bad.event_id)
    client = desk_client.sign_in(cast.dov)
    text = client.submit(client.url("verify")).content.decode()
    assert "Not verified" in text
    assert f"First bad entry: index {bad.seq}." in text
    assert f"Nothing was found up to index {bad.seq - 1}." in text
    entry = client.get(client.url("entry", event_id=bad.event_id)).content.decode()
    assert "This entry does not hold" in entry


def test_a_long_log_is_left_to_the_command(dovs: DoorClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_ON_A_PAGE", 3)
    assert "./run manage verify_audit" in dovs.submit(dovs.url("verify")).content.decode()


def test_the_chart_has_fourteen_days_and_its_table_the_same() -> None:
    today = timezone.now().date()
    drawn = chart.draw({today: 4}, today)
    assert len(drawn.bars) == 14
    assert (drawn.highest.day, drawn.highest.height, drawn.lowest.height) == (today, chart.TALLEST, 0)
