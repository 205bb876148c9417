"""The one field into which the world writes: each hostile thing gets a clear answer, and is not kept."""

import pytest
from django.utils.html import escape

from intake.models import Report, ReportedItem
from tests.hostile.test_refused_at_every_route import PNG
from tests.reporter import Reporter

pytestmark = pytest.mark.django_db

REFUSED = {
    "an address over 8,192 bytes": "https://www.example.net/" + "a" * 8192,
    "a picture as base64": f"data:image/png;base64,{PNG}",
    "a picture in an address": f"https://www.example.net/?p=data:image/png;base64,{PNG * 4}",
    "a naked picture": PNG * 8,
    "a script": "javascript:alert(1)",
    "a page in an address": "data:text/html,<script>alert(1)</script>",
    "a file of the server": "file:///etc/passwd",
    "51 lines": "\n".join(f"https://www.example.net/{number}" for number in range(51)),
    "nothing": " \n\t ",
    "two addresses on a line": "https://www.example.net/1 https://www.example.net/2",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_taken_is_refused_in_words_and_not_kept(text: str) -> None:
    reporter = Reporter()
    reporter.get("where")
    answer = reporter.post("where", where=text)
    assert 400 <= answer.status_code < 500
    assert b"<h1" in answer.content
    # What was good of several lines may be kept, what was refused never.
    kept = set(ReportedItem.objects.values_list("raw", flat=True))
    assert kept <= set(text.split("\n"))
    if text.startswith(("data:", "javascript:", "file:", PNG)) or "data:image" in text:
        assert not kept


def test_an_address_of_8192_bytes_is_taken_whole() -> None:
    address = "https://www.example.net/"
    address += "a" * (8192 - len(address))
    reporter = Reporter()
    reporter.report(address)
    assert ReportedItem.objects.get().raw == address


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200f", "\u200b", "\ufeff"])
def test_text_that_turns_the_reading_direction_is_taken_and_shown_so_that_it_cannot(
    mark: str, cast: object
) -> None:
    """Bidirectional and invisible characters: the address stays what it was, the page shows them by name."""
    reporter = Reporter()
    reporter.get("where")
    answer = reporter.post("where", where=f"https://www.example.net/{mark}gpj.exe")
    assert answer.status_code < 500
    if Report.objects.exists():
        assert mark not in answer.content.decode()


def test_markup_in_an_address_stays_text() -> None:
    reporter = Reporter()
    reporter.get("where")
    nasty = 'https://www.example.net/"><img src=x onerror=alert(1)>'
    answer = reporter.post("where", where=nasty)
    assert answer.status_code < 500
    assert "<img" not in answer.content.decode().replace(escape("<img"), "")


def test_a_token_that_is_not_ours_begins_again() -> None:
    reporter = Reporter()
    reporter.get("where")
    reporter.token = reporter.token[:-3] + "abc"
    assert reporter.post("where", where="https://www.example.net/1").status_code == 400
    assert not Report.objects.exists()


def test_a_field_that_no_page_has_is_refused() -> None:
    reporter = Reporter()
    reporter.get("where")
    assert reporter.post("where", where="https://www.example.net/1", contact="x").status_code == 400
    assert not Report.objects.exists()


def test_a_form_sent_from_another_site_is_refused() -> None:
    reporter = Reporter(headers={"sec-fetch-site": "cross-site", "origin": "https://elsewhere.example.org"})
    reporter.get("where")
    assert reporter.post("where", where="https://www.example.net/1").status_code == 403
    assert not Report.objects.exists()


def test_the_same_form_sent_twice_is_one_report() -> None:
    reporter = Reporter()
    reporter.get("where")
    token = reporter.token
    for _time in range(2):
        reporter.token = token
        reporter.post("where", where="https://www.example.net/1")
    assert Report.objects.count() == 1
