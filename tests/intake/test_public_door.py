"""The public door, from outside: what a reporter sends, sees, and comes back to."""

import re
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.utils import timezone

from audit import log
from intake import continuation
from intake.continuation import GOOD_FOR, Source
from intake.models import ReceiptCode, Report, ReportedItem, ReportStep
from tests.doors import DoorClient

pytestmark = pytest.mark.django_db
ADDRESS = "https://example.org/a"
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class Reporter(DoorClient):
    """A browser without scripts: forms are sent as browsers send them."""

    def post_form(self, path: str, **fields: str) -> Any:
        return self.post(path, urlencode(fields), content_type="application/x-www-form-urlencoded")


def token_in(answer: Any) -> str:
    found = re.search(r'name="token" value="([^"]+)"', answer.content.decode())
    assert found
    return found[1]


def begin(client: Reporter, query: str = "") -> str:
    return token_in(client.get("/en/where" + query))


def tell(client: Reporter, lines: str = ADDRESS, token: str = "", **answers: str) -> Any:
    return client.post_form("/en/where", token=token or begin(client), where=lines, **answers)


def finish(client: Reporter, token: str, language: str = "en") -> Any:
    return client.post_form(f"/{language}/when", token=token, skip="1")


def words_in(answer: Any) -> list[str]:
    return re.findall(r"<li>([a-z]+)</li>", answer.content.decode())


@pytest.fixture
def reporter() -> Reporter:
    return Reporter("public")


@pytest.mark.parametrize(("asked", "path"), [("ro", "/ro/"), ("en-GB", "/en/"), ("xx", "/en/"), ("", "/en/")])
def test_the_front_goes_to_the_language_asked_for(reporter: Reporter, asked: str, path: str) -> None:
    answer = reporter.get("/", headers={"accept-language": asked})
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert not answer.cookies


def test_an_address_is_kept_after_the_first_step(reporter: Reporter) -> None:
    answer = tell(reporter, f"{ADDRESS}\n@someone on example.org", found="a message", access="anyone")
    assert answer.status_code == 200
    report = Report.objects.get()
    assert (report.source, report.channel, report.language) == ("public", "form", "en")
    assert [item.raw for item in report.items.order_by("position")] == [ADDRESS, "@someone on example.org"]
    assert log.payloads([report.last_event_id])[report.last_event_id] == {
        "addresses": [ADDRESS, "@someone on example.org"],
        "found": "a message",
        "access": "anyone",
    }


def test_an_organisation_is_told_apart(reporter: Reporter) -> None:
    tell(reporter, token=begin(reporter, "?for=organisation"))
    assert Report.objects.get().source == "organisation"


def test_sending_the_same_twice_keeps_it_once(reporter: Reporter) -> None:
    token = begin(reporter)
    first, second = tell(reporter, token=token), tell(reporter, token=token)
    assert (first.status_code, second.status_code) == (200, 200)
    assert Report.objects.count() == ReportedItem.objects.count() == 1


def test_good_lines_are_saved_while_others_are_asked_for_again(reporter: Reporter) -> None:
    answer = tell(reporter, f"{ADDRESS}\n@someone")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 2: add the platform" in page
    assert "1 line is already saved" in page
    assert f"{ADDRESS}\n@someone</textarea>" in page
    corrected = tell(reporter, f"{ADDRESS}\n@someone on example.org", token=token_in(answer))
    assert corrected.status_code == 200
    assert sorted(ReportedItem.objects.values_list("raw", flat=True)) == ["@someone on example.org", ADDRESS]


@pytest.mark.parametrize(
    "fields",
    [
        {"where": PICTURE},
        {"where": f"{ADDRESS}\ndata:image/png;base64,{PICTURE}"},
        {"where": f"{ADDRESS}\ndata:,x"},
        {"where": ADDRESS, "found": PICTURE},
        {"where": ADDRESS, "found": "stone wheat eclipse sundial sycamore protect lecture pardon burst"},
    ],
)
def test_media_and_codes_are_refused_and_nothing_is_kept(reporter: Reporter, fields: dict[str, str]) -> None:
    answer = reporter.post_form("/en/where", token=begin(reporter), **fields)
    assert answer.status_code == 422
    assert PICTURE.encode() not in answer.content
    assert "We did not keep this" in answer.content.decode()
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("", "Paste a link"),
        ("https://example.org/" + "a" * 9000, "too long"),
        ("javascript:alert(1)", "javascript"),
        ("\n".join(f"https://example.org/{n}" for n in range(51)), "only 50 lines"),
        ("\u202ehttps://", "Line 1"),
    ],
)
def test_a_line_we_cannot_read_is_named(reporter: Reporter, lines: str, sentence: str) -> None:
    answer = tell(reporter, lines)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_an_unknown_field_is_refused(reporter: Reporter) -> None:
    for path in ("/en/where", "/en/code"):
        assert (
            reporter.post_form(path, token=begin(reporter), where=ADDRESS, state="sorted").status_code == 400
        )
    assert not Report.objects.exists()


def test_all_the_way_to_the_words_and_back(reporter: Reporter) -> None:
    token = token_in(tell(reporter))
    token = token_in(reporter.post_form("/en/what", token=token, kind="grooming", save="1"))
    answer = reporter.post_form("/ro/when", token=token, seen_on="20.11.2025", danger="on", save="1")
    words = words_in(answer)
    assert len(words) == 9
    assert sorted(ReportStep.objects.values_list("name", "kind", "danger")) == [
        ("kind", "grooming", False),
        ("submit", "", False),
        ("when", "", True),
    ]
    entries = log.entries_for().count()
    visit = reporter.post_form("/en/code", words=" ".join(words).upper())
    assert visit.status_code == 200
    assert b"We have it" in visit.content
    assert log.entries_for().count() == entries


def test_the_words_are_shown_once(reporter: Reporter) -> None:
    token = token_in(tell(reporter))
    assert len(words_in(finish(reporter, token))) == 9
    again = finish(reporter, token)
    assert words_in(again) == []
    assert b"shown already" in again.content
    assert ReceiptCode.objects.count() == 1


def test_every_wrong_code_gets_the_same_answer(reporter: Reporter) -> None:
    answers = [
        reporter.post_form("/en/code", words=words)
        for words in (
            "",
            "stone " * 9,
            "?" * 300,
            "stone wheat eclipse sundial sycamore protect lecture pardon burst",
        )
    ]
    pages = {re.sub(rb'value="[^"]*" required', b"", answer.content) for answer in answers}
    assert {answer.status_code for answer in answers} == {422}
    assert len(pages) == 1


def test_an_expired_code_opens_nothing(reporter: Reporter) -> None:
    past = timezone.localdate() - timedelta(days=400)
    with patch("intake.services.reports.timezone.localdate", return_value=past):
        words = words_in(finish(reporter, token_in(tell(reporter))))
    assert reporter.post_form("/en/code", words=" ".join(words)).status_code == 422


@pytest.mark.parametrize("path", ["what", "when", "done"])
def test_a_step_without_a_saved_address_starts_again(reporter: Reporter, path: str) -> None:
    for token in ("", "x:y:z", begin(reporter)):
        answer = reporter.post_form(f"/en/{path}", token=token, skip="1")
        assert answer.status_code == 400
        assert b"Start again" in answer.content
    assert not ReceiptCode.objects.exists()


def test_an_old_token_starts_again(reporter: Reporter) -> None:
    with patch("django.core.signing.time.time", return_value=timezone.now().timestamp() - 7300):
        old = continuation.seal(continuation.begin(Source.PUBLIC))
    assert timedelta(seconds=7300) > GOOD_FOR
    assert tell(reporter, token=old).status_code == 400
    assert not Report.objects.exists()


def test_another_language_keeps_the_page_and_what_was_typed(reporter: Reporter) -> None:
    answer = reporter.post_form(
        "/ro/where", token=begin(reporter), where="@someone", access="account", show="1"
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<html lang="ro"' in page
    assert "@someone</textarea>" in page
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("path", "field"), [("where", "where"), ("where", "found"), ("what", "kind"), ("when", "seen_on")]
)
@pytest.mark.parametrize("button", ["show", "save"])
def test_media_is_not_shown_again_in_any_language(
    reporter: Reporter, path: str, field: str, button: str
) -> None:
    token = token_in(tell(reporter))
    for text in (PICTURE, f"data:image/png;base64,{PICTURE}"):
        answer = reporter.post_form(f"/ro/{path}", token=token, **{field: text, button: "1"})
        assert answer.status_code == 422
        assert PICTURE.encode() not in answer.content
    assert ReportedItem.objects.count() == 1
    assert not ReportStep.objects.exists()


def test_words_of_a_receipt_are_not_shown_in_another_language(reporter: Reporter) -> None:
    words = "stone wheat eclipse sundial sycamore protect lecture pardon burst"
    answer = reporter.post_form("/ro/where", token=begin(reporter), where=words, show="1")
    assert answer.status_code == 422
    assert words.encode() not in answer.content


def test_another_language_refuses_a_field_that_no_page_has(reporter: Reporter) -> None:
    answer = reporter.post_form("/ro/where", token=begin(reporter), where=ADDRESS, state="x", show="1")
    assert answer.status_code == 400


@pytest.mark.parametrize("twice", ["where=b", "found=b", "access=gone", "save=1", "token=x"])
def test_a_field_sent_twice_is_refused(reporter: Reporter, twice: str) -> None:
    sent = urlencode(
        {"token": begin(reporter), "where": ADDRESS, "found": "a", "access": "anyone", "save": 1}
    )
    answer = reporter.post("/en/where", f"{sent}&{twice}", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    words = reporter.post("/en/code", "words=a&words=b", content_type="application/x-www-form-urlencoded")
    assert words.status_code == 400
    assert not Report.objects.exists()


def test_the_page_of_the_code_does_not_show_media_again(reporter: Reporter) -> None:
    answer = reporter.post_form("/en/code", words=PICTURE)
    assert answer.status_code == 422
    assert PICTURE.encode() not in answer.content


def test_a_post_from_elsewhere_is_refused(reporter: Reporter) -> None:
    for headers in ({"origin": "https://example.org"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
        assert reporter.post("/en/code", {}, headers=headers, content_type="text/plain").status_code in {
            403,
            415,
        }


def test_the_answer_does_not_say_whether_an_address_is_known(reporter: Reporter) -> None:
    first, second = tell(reporter), tell(reporter)
    pages = [re.sub(rb'name="token" value="[^"]+"', b"", answer.content) for answer in (first, second)]
    assert pages[0] == pages[1]
    keys = {bytes(item.duplicate_key or b"") for item in ReportedItem.objects.all()}
    assert len(keys) == 1


@pytest.mark.commits
def test_the_role_of_the_door_walks_all_the_way(as_role: Any) -> None:
    from intake.normalise import parse_line
    from intake.services import reports, visits

    thread = uuid4()
    with as_role("tutela_public"):
        reports.receive_report(thread=thread, addresses=[parse_line(ADDRESS)], language="ro")
        with pytest.raises(reports.AlreadySaved):
            reports.receive_report(thread=thread, addresses=[parse_line(ADDRESS)], language="ro")
        reports.record_step(thread=thread, name=reports.Step.KIND, kind="csam")
        words = reports.complete_report(thread=thread, language="ro")
        with pytest.raises(reports.AlreadySaved):
            reports.complete_report(thread=thread, language="ro")
        visit = visits.look_up(words)
    assert visit
    assert visit.state == "received"
