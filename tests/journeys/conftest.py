"""Chromium before the three doors, each a process with its own database role, on a clone of their own."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connections
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Request, ViewportSize, sync_playwright

from project.doors import door_settings
from tests import cast as company
from tests import clone
from tests import world as worlds
from tests.doors import DoorClient
from tests.served import Doors, database_of

Arrive = Callable[..., AbstractContextManager["Visitor"]]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, NARROW = ViewportSize(width=1280, height=800), ViewportSize(width=360, height=740)


@dataclass
class House:
    """The doors that answer, what is behind them, and a way to look behind them with verbs."""

    doors: Doors
    world: worlds.World

    def behind(self) -> AbstractContextManager[None]:
        return database_of(self.doors.database)

    def url(self, door: str, route: str, **objects: object) -> str:
        """The language of the public door is in its paths; the cast's reporters write Romanian."""
        with translation.override("ro"):
            return self.doors.url(door, DoorClient(door).url(route, **objects))


@pytest.fixture(scope="session")
def house(
    server: clone.Server,
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    name = server.clone()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "yes"  # Playwright keeps a loop in this thread; the verbs do not use it
    )
    with django_db_blocker.unblock():
        with database_of(name):
            world = worlds.build(company.assemble())
        with Doors(name, tmp_path_factory.mktemp("doors") / "log").open() as doors:
            yield House(doors, world)
        connections.close_all()
    server.drop(name)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found:
        pytest.fail("Debian's chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """One person's browser at the doors. `asked` is every request it made."""

    context: BrowserContext
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("request", self._note)

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)

    def strangers(self, house: House) -> list[str]:
        """What was asked of anybody but the three doors."""
        ours = {urlsplit(house.doors.url(door)).netloc for door in house.doors.ports}
        return [url for url in self.asked if urlsplit(url).netloc not in ours and not url.startswith("data:")]


@pytest.fixture
def visitor(chromium: Browser) -> Arrive:
    """`with visitor(scripting=False, width=NARROW) as ana:`, a browser that knows nothing yet."""

    @contextmanager
    def arrive(
        *, scripting: bool = True, width: ViewportSize | None = None, dark: bool = False
    ) -> Iterator[Visitor]:
        context = chromium.new_context(
            java_script_enabled=scripting,
            viewport=width or WIDE,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",  # colours in the middle of a change are nobody's
            accept_downloads=True,
            locale="en-GB",
        )
        context.set_default_timeout(10_000)
        try:
            yield Visitor(context)
        finally:
            context.close()

    return arrive


def sign_in(house: House, visitor: Visitor, door: str, person: Any) -> None:
    """A session cookie for this person, without the password. One journey uses the real sign-in."""
    with house.behind():
        client = DoorClient(door).sign_in(person)
    name = door_settings(door, secure=False)["SESSION_COOKIE_NAME"]
    visitor.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": house.doors.url(door)}]
    )


def speak(house: House, visitor: Visitor, door: str, language: str) -> None:
    """The language of the desk and the partner door is a cookie; that of the public door is in the path."""
    name = door_settings(door, secure=False).get("LANGUAGE_COOKIE_NAME", settings.LANGUAGE_COOKIE_NAME)
    visitor.context.add_cookies([{"name": name, "value": language, "url": house.doors.url(door)}])
