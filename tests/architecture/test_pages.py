"""Every page has a visit, and what a visit shows holds no address that could be followed."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings

from project.doors import DOORS
from tests import world as worlds
from tests.cast import Cast
from tests.doors import DoorClient
from tests.routes import routes_of
from tests.visits import NO_PAGE, POSTS, VISITS

REPORTED = re.compile(r"example\.(org|com|net)|\.test\b", re.IGNORECASE)
NO_TELEPHONE = '<meta name="format-detection" content="telephone=no">'
FOLLOWED = ("href", "src", "srcset", "action", "formaction", "poster", "data", "ping", "background", "cite")


class Page(HTMLParser):
    """What a browser would follow, run or load from one page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.followed: list[str] = []
        self.inline: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.followed += [given[name] for name in FOLLOWED if name in given]
        self.followed += [value for name, value in given.items() if name.startswith("hx-")]
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        if tag in {"img", "script", "iframe", "embed", "object", "video", "audio", "source"} or (
            tag == "link" and given.get("rel") != "canonical"
        ):
            self.loaded += [given[name] for name in ("src", "href", "data") if name in given]


@pytest.mark.parametrize("door", DOORS)
def test_every_page_has_a_visit(door: str) -> None:
    visited = {visit.route for visit in VISITS[door]}
    assert {route.name for route in routes_of(door)} == visited | POSTS[door] | (
        NO_PAGE & {route.name for route in routes_of(door)}
    )


@pytest.mark.django_db
def test_no_page_holds_a_link_to_what_was_reported_or_runs_anything_of_its_own(cast: Cast) -> None:
    world = worlds.build(cast)
    for door in DOORS:
        for visit in VISITS[door]:
            client = DoorClient(door)
            if visit.who:
                client.sign_in(cast.people[visit.who])
            answer = client.get(visit.path(door, world))
            assert answer.status_code == visit.status, visit
            text = answer.content.decode()
            page = Page(text)
            # No browser may make a link of a reported number by itself.
            assert NO_TELEPHONE in text or visit.status != 200, visit
            exits = {settings.TUTELA_EXIT_URL}
            assert not [link for link in page.followed if REPORTED.search(link) and link not in exits], visit
            assert not page.inline, visit
            assert all(link.startswith("/") for link in page.loaded), visit


@pytest.mark.django_db
def test_every_answer_forbids_scripts_and_styles_of_its_own(cast: Cast) -> None:
    world = worlds.build(cast)
    for door in DOORS:
        for visit in VISITS[door]:
            client = DoorClient(door)
            if visit.who:
                client.sign_in(cast.people[visit.who])
            policy = client.get(visit.path(door, world))["Content-Security-Policy"]
            assert "unsafe" not in policy, visit
            assert "default-src 'none'" in policy, visit


@pytest.mark.django_db
def test_the_public_door_sets_no_cookie_and_asks_for_none() -> None:
    client = DoorClient("public")
    for route in routes_of("public"):
        answer = client.get(route.path())
        assert not answer.cookies, route
        assert "Cookie" not in answer.get("Vary", ""), route
