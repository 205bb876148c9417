"""The whole line in Chromium, before three real processes: with scripting, and without."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from intake import tasks as intake_tasks
from intake.models import Case, ReportedItem
from referrals import tasks as referral_tasks
from referrals.models import Package, Referral
from tests import line
from tests.cast import PASSWORD
from tests.journeys.conftest import NARROW, House, Visitor, sign_in
from tests.journeys.test_axe import check, violations
from tests.proof import assert_verified

pytestmark = pytest.mark.browser
Arrive = Callable[..., AbstractContextManager[Visitor]]


@pytest.mark.parametrize("scripting", [True, False], ids=["with scripting", "without scripting"])
def test_a_report_becomes_a_closed_case(scripting: bool, house: House, visitor: Arrive) -> None:
    address = f"https://www.example.net/browser-{'with' if scripting else 'without'}"
    with visitor(scripting=scripting, width=NARROW) as reporter:
        words = _report(house, reporter, address)
        assert reporter.context.cookies() == []
        assert reporter.strangers(house) == []
        before = _return_visit(house, reporter, words)

    case = _the_worker_sorts(house, address)
    with _signed_in(house, visitor, "ana", scripting=scripting) as ana:
        _take(house, ana, case)
        _assess(house, ana, case, address)
    with _signed_in(house, visitor, "cleo", scripting=scripting) as cleo:
        _review(house, cleo, case)
    with _signed_in(house, visitor, "ana", scripting=scripting) as ana:
        referral = _confirm(house, ana, case)
        _the_worker_offers(house)
        with _signed_in(house, visitor, "pia", scripting=scripting, door="partner") as pia:
            _collect(house, pia, referral, scripting=scripting)
        _answer(house, ana, referral)
        _close(house, ana, case)
    with _signed_in(house, visitor, "cleo", scripting=scripting) as cleo:
        _agree_to_close(house, cleo, case)

    with visitor(scripting=scripting, width=NARROW) as reporter:
        assert _return_visit(house, reporter, words) != before
    with house.behind():
        assert Case.objects.get(pk=case).state == "closed"
        assert_verified()
    written = house.doors.log.read_text()
    assert address not in written
    assert words not in written


def test_ana_signs_in_with_her_password_and_out_again(house: House, visitor: Arrive) -> None:
    with visitor() as ana:
        page = ana.context.new_page()
        page.goto(house.url("desk", "queue"))
        page.fill("[name=login]", "ana@example.org")
        page.fill("[name=password]", "not this one, whatever it is")
        _press(page, "form:has([name=password])")
        assert page.locator("[name=password]").count() == 1
        page.fill("[name=login]", "ana@example.org")
        page.fill("[name=password]", PASSWORD)
        _press(page, "form:has([name=password])")
        assert page.url.endswith("/cases/")
        (cookie,) = (cookie for cookie in ana.context.cookies() if cookie.get("name") == "tutela-desk")
        assert cookie["httpOnly"]
        assert cookie["sameSite"] == "Strict"
        _press(page, "form[action$=logout], form[action*=sign-out]")
        page.goto(house.url("desk", "queue"))
        assert page.locator("[name=password]").count() == 1
        assert ana.strangers(house) == []


def test_pia_cannot_sign_in_at_the_desk(house: House, visitor: Arrive) -> None:
    with visitor() as pia:
        page = pia.context.new_page()
        page.goto(house.url("desk", "account_login"))
        page.fill("[name=login]", "pia@example.org")
        page.fill("[name=password]", PASSWORD)
        _press(page, "form:has([name=password])")
        assert page.locator("[name=password]").count() == 1


def test_handing_over_leaves_the_desk_on_a_page_that_says_sent(house: House, visitor: Arrive) -> None:
    with house.behind():
        referral = line.refer_all(house.world.cast, line.a_confirmed_case(house.world.cast))[0]
        line.offer(referral.deliveries.get().id)
    with _signed_in(house, visitor, "ana", scripting=True) as ana:
        ana.goto(house.url("desk", "referral", referral_id=referral.id))
        form = f"form[action$='{referral.id}/hand-over']"
        _open_all(ana)
        ana.check(f"{form} [name=how][value=courier]")
        _press(ana, form)
        ana.locator(".errsum").wait_for()
        _open_all(ana)
        ana.fill(f"{form} [name=recipient]", "Officer on duty")
        ana.check(f"{form} [name=how][value=courier]")
        with ana.expect_download() as arriving:
            _press(ana, form)
        assert arriving.value.suggested_filename == f"{referral.number}.zip"
        ana.locator(".phead .pill", has_text="Sent").wait_for()


def test_a_button_that_the_page_disables_stays_so_and_can_be_read(house: House, visitor: Arrive) -> None:
    with house.behind():
        case = line.an_assessed_case(house.world.cast)
    with _signed_in(house, visitor, "ana", scripting=True) as ana:
        ana.goto(house.url("desk", "routes", case_id=case.id))
        button = ana.get_by_role("button", name="Confirm these referrals")
        assert button.is_disabled()
        button.evaluate("button => button.classList.add('main')")
        colour = "button => getComputedStyle(button).backgroundColor + getComputedStyle(button).color"
        before = button.evaluate(colour)
        button.hover(force=True)
        assert button.evaluate(colour) == before


def test_each_step_of_a_report_is_for_everybody(house: House, visitor: Arrive) -> None:
    """The pages that only a report in progress shows, also with a mistake in them."""
    with visitor() as reporter:
        page = reporter.context.new_page()
        page.goto(house.url("public", "where"))
        page.fill("[name=where]", "data:image/png;base64,AAAA")
        _press(page, "form:has([name=where])")
        assert check(page) == []
        page.fill("[name=where]", "https://www.example.net/steps")
        for now, field in pairwise(("[name=where]", "[name=kind]", "[name=still_online]", "[name=kept]")):
            _press(page, f"form:has({now})")
            assert page.locator(field).count() > 0
            assert check(page) == [], field
            if field == "[name=kind]":
                page.check("[name=kind][value=csam]")
        page.goto(house.url("public", "return_visit"))
        page.fill("[name=words]", "these are no words")
        _press(page, "form:has([name=words])")
        assert violations(page) == []


def test_the_error_pages_are_for_everybody(house: House, visitor: Arrive) -> None:
    with visitor() as guest:
        page = guest.context.new_page()
        for door in house.doors.ports:
            page.goto(house.doors.url(door, "/nothing-is-here"))
            assert check(page) == [], door


def _report(house: House, reporter: Visitor, address: str) -> str:
    page = reporter.context.new_page()
    page.goto(house.url("public", "start"))
    page.goto(house.url("public", "where"))
    page.fill("[name=where]", address)
    _press(page, "form:has([name=where])")
    page.check("[name=kind][value=csam]")
    _press(page, "form:has([name=kind])")
    _press(page, "form:has([name=still_online])")
    words = " ".join(page.locator(".words li").all_inner_texts())
    assert len(words.split()) == 9
    page.check("[name=kept]")
    _press(page, "form:has([name=kept])")
    return words


def _return_visit(house: House, reporter: Visitor, words: str) -> str:
    page = reporter.context.new_page()
    page.goto(house.url("public", "return_visit"))
    page.fill("[name=words]", words)
    _press(page, "form:has([name=words])")
    said = page.inner_text("main h1")
    assert page.locator("[name=words]").count() == 0, said
    return said


def _the_worker_sorts(house: House, address: str) -> UUID:
    with house.behind():
        intake_tasks.sweep_reports()
        case = ReportedItem.objects.get(raw=address).case_id
    assert case
    return case


def _take(house: House, ana: Page, case: UUID) -> None:
    ana.goto(house.url("desk", "queue"))
    ana.goto(house.url("desk", "case", case_id=case))
    _press(ana, f"form[action$='{case}/take']")


def _assess(house: House, ana: Page, case: UUID, address: str) -> None:
    ana.goto(house.url("desk", "assess", case_id=case))
    assert address not in ana.content()
    ana.check("[name$=-verdict][value=other_illegal]")
    for name in ("age", "sex", "commercial"):
        ana.check(f"[name$=-{name}][value=not_determined]")
    ana.select_option("[name$=-site_type]", "forum")
    ana.fill("[name$=-country]", "RO")
    ana.select_option("[name$=-known_by]", "lookup")
    ana.fill("[name$=-reason]", "A test says so.")
    _press(ana, "form:has([name$=-verdict])")
    with house.behind():
        assert Case.objects.get(pk=case).state == "assessed"


def _review(house: House, cleo: Page, case: UUID) -> None:
    cleo.goto(house.url("desk", "case", case_id=case))
    _press(cleo, f"form[action$='{case}/start-review']")
    cleo.goto(house.url("desk", "review", case_id=case))
    cleo.check("[name=agrees][value=yes]")
    _press(cleo, "form:has([name=agrees])")


def _confirm(house: House, ana: Page, case: UUID) -> UUID:
    ana.goto(house.url("desk", "routes", case_id=case))
    # The police are obligatory; the suggested clearing house stays unticked, with a reason.
    for reason in ana.locator("input[form=confirm][maxlength='500']").all():
        reason.fill("Not for them, in this test.")
    ana.locator("button[form=confirm]").click()
    with house.behind():
        referral: UUID = Referral.objects.get(case=case).id
    return referral


def _the_worker_offers(house: House) -> None:
    with house.behind():
        referral_tasks.sweep_deliveries()


def _collect(house: House, pia: Page, referral: UUID, *, scripting: bool) -> None:
    pia.goto(house.url("partner", "inbox"))
    pia.goto(house.url("partner", "received", referral_id=referral))
    with pia.expect_download() as arriving:
        _press(pia, f"form[action$='{referral}/collect']")
    with house.behind():
        package = Package.objects.get(delivery__referral=referral)
        assert arriving.value.path().read_bytes() == bytes(package.content)
        assert Referral.objects.get(pk=referral).state == "sent"
    assert arriving.value.suggested_filename.endswith(".zip")
    if scripting:
        # The page is read again by itself, and can be used again.
        pia.get_by_role("button", name="Collect it again").wait_for()
        assert pia.get_by_role("button", name="Collect it again").is_enabled()
        assert pia.locator("main .pill", has_text="Sent").count() == 1


def _answer(house: House, ana: Page, referral: UUID) -> None:
    ana.goto(house.url("desk", "referral", referral_id=referral))
    answer = f"form[action$='{referral}/answer']"
    _open_all(ana)
    ana.check(f"{answer} [name=answer][value=accepted]")
    ana.fill(f"{answer} [name=by_name]", "Officer on duty")
    ana.select_option(f"{answer} [name=source]", "phone")
    ana.fill(f"{answer} [name=answered_at]", timezone.localtime().strftime("%Y-%m-%dT%H:%M"))
    _press(ana, answer)
    outcome = f"form[action$='{referral}/outcome']"
    _open_all(ana)
    ana.check(f"{outcome} [name=outcome][value=investigating]")
    ana.fill(f"{outcome} [name=by_name]", "Officer on duty")
    ana.select_option(f"{outcome} [name=source]", "phone")
    ana.fill(f"{outcome} [name=happened_on]", timezone.localdate().isoformat())
    _press(ana, outcome)


def _close(house: House, ana: Page, case: UUID) -> None:
    ana.goto(house.url("desk", "case", case_id=case))
    _open_all(ana)
    close = f"form[action$='{case}/close-reviewed']"
    ana.fill(f"{close} [name=reason]", "Nothing more to do.")
    _press(ana, close)


def _agree_to_close(house: House, cleo: Page, case: UUID) -> None:
    cleo.goto(house.url("desk", "decide_closure", case_id=case))
    cleo.check("[name=agrees][value=yes]")
    _press(cleo, "form.stack")


def _open_all(page: Page) -> None:
    """Unfold what is folded, as a person would."""
    folded = page.locator("details:not([open]) > summary:visible")
    for _ in range(folded.count()):
        if folded.count():
            folded.first.click()


def _press(page: Page, form: str) -> None:
    """The main button of a form."""
    page.locator(form).first.locator("button:not([type=button])").first.click()


@contextmanager
def _signed_in(
    house: House, visitor: Arrive, name: str, *, scripting: bool, door: str = "desk"
) -> Iterator[Page]:
    who: Any = house.world.cast.people[name]
    with visitor(scripting=scripting) as person:
        sign_in(house, person, door, who)
        yield person.context.new_page()
        assert person.strangers(house) == []
