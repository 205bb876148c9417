"""A visitor without a browser: fills in the forms of the doors over HTTP, as a person would, field by field.

It speaks to the product's own doors only; nothing that was reported is ever opened.
"""

import http.client
import time
from html.parser import HTMLParser
from http import HTTPStatus
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from project.demo import house

FORM = "application/x-www-form-urlencoded"
TIMEOUT = 20
IDLE = 2


class Refused(RuntimeError):
    """A door did not do what was asked; the message says which page and what it answered."""


class NotTaken(Refused):
    """The door read what was sent and did not take it; it said why on its page."""


class Browser:
    """One connection to one door, keeping its cookies."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies: dict[str, str] = {}
        self._connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=TIMEOUT)
        self._last_used = time.monotonic()

    def get(self, path: str) -> "Page":
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> "Page":
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None) -> "Page":
        headers = {
            "Origin": self.base,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = FORM
        if time.monotonic() - self._last_used > IDLE:
            self._connection.close()  # a door hangs up on an idle line; the next request dials again
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            content = answer.read()
            self._last_used = time.monotonic()
        except (OSError, http.client.HTTPException) as error:
            raise Refused(f"{self.base}{path} does not answer: {error}") from error
        for header in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            raise NotTaken("; ".join(Page(answer.status, content).errors))
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise Refused(f"{self.base}{path} answered {answer.status}")
        return Page(answer.status, content)


class Page:
    """What came back: the hidden fields of its forms, its heading, its list of receipt words."""

    def __init__(self, status: int, content: bytes) -> None:
        self.status = status
        self.content = content
        self._reader = _Reader()
        if content[:15].lower().startswith(b"<!doctype html>"):
            self._reader.feed(content.decode())

    @property
    def hidden(self) -> dict[str, str]:
        return self._reader.hidden

    @property
    def heading(self) -> str:
        return " ".join(self._reader.heading)

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary."""
        return self._reader.errors

    @property
    def words(self) -> list[str]:
        return self._reader.words


class Visitor:
    """Somebody at the public door."""

    def __init__(self, base: str, *, language: str) -> None:
        self._browser = Browser(base)
        self._language = language
        self._token = ""

    def start_over(self) -> None:
        self._token = self._browser.get(f"/{self._language}/where").hidden["token"]

    def say_where(self, addresses: list[str], *, found: str) -> None:
        self._step("where", {"where": "\n".join(addresses), "found": found})

    def say_what(self, kind: str) -> None:
        self._step("what", {"kind": kind})

    def finish(self) -> str:
        """Skip the last step; give the nine words."""
        return " ".join(self._step("when", {"skip": "1"}).words)

    def come_back(self, code: str) -> str:
        """What the page of the nine words says, in its own sentence."""
        return self._browser.post(f"/{self._language}/code", {"words": code}).heading

    def _step(self, name: str, fields: dict[str, str]) -> Page:
        page = self._browser.post(f"/{self._language}/{name}", {"token": self._token, **fields})
        self._token = page.hidden.get("token", self._token)
        return page


def signed_in(base: str, email: str) -> Browser:
    """A browser in which a person of the demo has signed in with their password. Raises Refused."""
    browser = Browser(base)
    token = browser.get("/sign-in/").hidden["csrfmiddlewaretoken"]
    fields = {"csrfmiddlewaretoken": token, "login": email, "password": house.set_up()[email]}
    if browser.post("/sign-in/", fields).status != HTTPStatus.FOUND:
        raise Refused(f"{email} could not sign in at {base}")
    return browser


def collect(browser: Browser, referral: UUID) -> bytes:
    """Take the package of a referral at the partner door, by its confirmed post."""
    page = browser.get(f"/inbox/{referral}")
    fields = {"csrfmiddlewaretoken": page.hidden["csrfmiddlewaretoken"]}
    return browser.post(f"/inbox/{referral}/collect", fields).content


def answer_by(link: str, fields: dict[str, str]) -> str:
    """Open an agency's answer link, which changes nothing, and send the form; gives the heading of the answer page."""
    browser = Browser(link[: link.index("/answer/")])
    path = link[link.index("/answer/") :]
    browser.get(path)
    return browser.post(path, fields).heading


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.heading: list[str] = []
        self.words: list[str] = []
        self.errors: list[str] = []
        self._in_errors = False
        self._inside: list[str] | None = None
        self._in_words = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "input" and values.get("type") == "hidden":
            self.hidden[values.get("name") or ""] = values.get("value") or ""
        if tag == "ol":
            self._in_words = values.get("class") == "words"
        if tag == "h1":
            self._inside = self.heading
        if values.get("class") == "errsum":
            self._in_errors = True
        if tag == "li" and (self._in_words or self._in_errors):
            self._inside = self.errors if self._in_errors else self.words

    def handle_data(self, data: str) -> None:
        if self._inside is not None and data.strip():
            self._inside.append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag in {"h1", "li"}:
            self._inside = None
        if tag == "ul":
            self._in_errors = False
