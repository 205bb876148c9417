"""Every page, in light and dark, English and Romanian, wide and narrow: axe finds nothing, nothing sticks out."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from project.doors import DOORS
from tests.journeys.conftest import NARROW, WIDE, House, Visitor, sign_in, speak
from tests.visits import VISITS, Visit

pytestmark = pytest.mark.browser
LANGUAGES = ("en", "ro")
PAGES = [(door, visit) for door in DOORS for visit in VISITS[door] if visit.status == 200]
STICKS_OUT = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def name_of(value: object) -> str:
    return str(value)


@pytest.mark.parametrize(("door", "visit"), PAGES, ids=name_of)
def test_a_page_is_for_everybody(
    door: str, visit: Visit, house: House, visitor: Callable[..., AbstractContextManager[Visitor]]
) -> None:
    with visitor() as guest:
        if visit.who:
            sign_in(house, guest, door, house.world.cast.people[visit.who])
        for language in LANGUAGES:
            speak(house, guest, door, language)
            page = guest.context.new_page()
            answer = page.goto(house.doors.url(door, visit.path(door, house.world, language)))
            assert answer
            assert answer.status == 200
            assert page.get_attribute("html", "lang") == language
            assert check(page) == []
            page.close()
        assert guest.strangers(house) == []
        if door == "public":
            assert [
                cookie for cookie in guest.context.cookies() if "language" not in cookie.get("name", "")
            ] == []


def check(page: Page) -> list[str]:
    """What axe finds in both themes at both widths, as sentences. Dark differs from light in its colours alone."""
    found: list[str] = []
    for width in (WIDE, NARROW):
        page.set_viewport_size(width)
        if page.evaluate(STICKS_OUT):
            found.append(f"{width['width']}: the page is wider than the screen")
        page.emulate_media(color_scheme="light")
        found += [f"{width['width']} light: {line}" for line in violations(page)]
        page.emulate_media(color_scheme="dark")
        found += [f"{width['width']} dark: {line}" for line in violations(page, "color-contrast")]
    return found


def violations(page: Page, *rules: str) -> list[str]:
    """All rules, or only these."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    results: dict[str, Any] = Axe().run(page, options=options).response
    return [
        f"{rule['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
        for rule in results["violations"]
        for node in rule["nodes"]
    ]
