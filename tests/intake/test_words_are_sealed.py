"""What a reporter writes in words stands in no column of any table, and is folded on the page of the case."""

import pytest
from django.db import connection

from intake.models import ReportedItem
from tests.cast import Cast
from tests.doors import DoorClient
from tests.intake.reporting import reported
from tests.marks import found_in_tables

PROSE = "ieri am gasit marturisire pe https://forum.example.org/t/1, va rog ajutati."
WORDS = "un barbat pomenit marturisire fara nicio adresa"


@pytest.mark.commits
def test_words_beside_an_address_and_words_alone_are_in_no_table(cast: Cast, desk_client: DoorClient) -> None:
    prose, words = reported(PROSE), reported(WORDS)
    assert found_in_tables(connection.settings_dict["NAME"], ["forum.example.org/t/1"])
    assert found_in_tables(connection.settings_dict["NAME"], ["marturisire", "va rog", "pomenit"]) == []
    assert ReportedItem.objects.get(kind="url").raw == "https://forum.example.org/t/1"

    desk = desk_client.sign_in(cast.ana)
    shown = desk.get(desk.url("case", case_id=prose.id)).content.decode()
    folded = shown[shown.index("<details") : shown.rindex("</details>")]
    assert "am gasit marturisire pe hxxps[:]//forum[.]example[.]org/t/1, va rog ajutati." in folded
    assert "9 words" in folded

    shown = desk.get(desk.url("case", case_id=words.id)).content.decode()
    before, _, after = shown.partition("<details")
    assert "Words without an address" in before
    assert WORDS in after
    assert WORDS not in before

    queue = desk.get(desk.url("queue")).content.decode()
    assert "Words without an address" in queue
    assert "marturisire" not in queue


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("https://forum.example.org/a", "https://forum.example.org/a"),
        ("I saw hxxps://forum[.]example[.]org/a there", "hxxps://forum[.]example[.]org/a"),
        ("https://forum.example.org/a is it allowed?", "https://forum.example.org/a"),
        ("https://forum.example.org/my file.html", "https://forum.example.org/my file.html"),
        ("@someone on forum.example.org", "@someone on forum.example.org"),
        (WORDS, ""),
    ],
)
@pytest.mark.django_db
def test_the_row_holds_the_address_as_it_was_written(cast: Cast, line: str, address: str) -> None:
    reported(line)
    assert ReportedItem.objects.get().raw == address
