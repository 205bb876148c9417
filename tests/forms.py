"""Filling in the forms that a page really holds, so that a journey breaks when a page does."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.doors import DoorClient

VOID_TYPES = {"submit", "button", "image", "reset", "file"}


@dataclass
class Form:
    """`fields` are what a browser would send untouched; `names` are all one may fill in."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)


class Forms(HTMLParser):
    def __init__(self, text: str, path: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._path = path
        self._open: Form | None = None
        self._writing = ""
        self._choosing = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._open = Form(given.get("action") or self._path, given.get("method", "get"))
            self.forms.append(self._open)
            self._by_id[given.get("id", "")] = self._open
        elif tag in {"input", "select", "textarea", "button"} and given.get("name"):
            # A field may stand elsewhere on the page and name its form.
            form = self._by_id.get(given["form"]) if "form" in given else self._open
            if form:
                self._take(tag, given, form)
        elif self._open and tag == "option" and "selected" in given and self._choosing:
            self._open.fields[self._choosing] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        self._writing = self._choosing = ""

    def handle_data(self, data: str) -> None:
        if self._open and self._writing:
            self._open.fields[self._writing] += data

    def _take(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, kind = given["name"], given.get("type", "text")
        form.names.add(name)
        form.kinds.add(kind)
        if tag == "textarea":
            self._writing = name
            form.fields[name] = ""
        elif tag == "select":
            self._choosing = name
            form.fields.setdefault(name, "")
        elif (
            tag == "input"
            and kind not in VOID_TYPES
            and (kind not in {"radio", "checkbox"} or "checked" in given)
        ):
            form.fields[name] = given.get("value", "on")


class Person:
    """Somebody signed in at a door, who follows what the pages offer."""

    def __init__(self, door: str, who: Any = None) -> None:
        self.client = DoorClient(door)
        self.page: Any = None
        if who:
            self.client.sign_in(who)

    @property
    def text(self) -> str:
        return str(self.page.content.decode())

    def go(self, route: str, **objects: object) -> "Person":
        self._arrive(self.client.get(self.client.url(route, **objects), follow=True))
        return self

    def form(self, action: str) -> Form:
        """The form of this page whose action ends so."""
        path = self.page.request["PATH_INFO"]
        found = [form for form in Forms(self.text, path).forms if form.action.split("?")[0].endswith(action)]
        if not found:
            raise AssertionError(f"{path} offers no form to {action}:\n{self.text}")
        return found[0]

    def submit(self, action: str, **fields: str) -> "Person":
        """Fill in and send; a name that the form does not have is a mistake of the test."""
        form = self.form(action)
        unknown = set(fields) - form.names
        if unknown:
            raise AssertionError(f"{action} has no {unknown}, only {form.names}")
        self._arrive(
            self.client.post(
                form.action, urlencode(form.fields | fields), content_type=URLENCODED, follow=True
            )
        )
        return self

    def _arrive(self, answer: Any) -> None:
        self.page = answer
        path = answer.request["PATH_INFO"]
        if answer.status_code >= 400:
            raise AssertionError(f"{answer.status_code} at {urlsplit(path).path}:\n{answer.content.decode()}")


URLENCODED = "application/x-www-form-urlencoded"
