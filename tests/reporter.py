"""Somebody at the public door, without a cookie: a token in the form carries them from step to step."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import quote_plus

from django.utils import translation

from tests.doors import DoorClient

TOKEN = re.compile(r'name="token"[^>]*value="([^"]+)"')
WORDS = re.compile(r"[^\W\d_]+")


class Reporter:
    """`headers` are what the browser tells about itself."""

    def __init__(self, *, language: str = "en", headers: Mapping[str, str] | None = None) -> None:
        self.client = DoorClient("public")
        self.language = language
        self.headers = {"sec-fetch-site": "same-origin"} | dict(headers or {})
        self.token = ""
        self.answer: Any = None

    def get(self, route: str) -> Any:
        return self._took(self.client.get(self._path(route), headers=self.headers))

    def post(self, route: str, **fields: str) -> Any:
        path = self._path(route)
        sent = {"token": self.token} | fields if self.token else fields
        body = "&".join(f"{name}={quote_plus(value)}" for name, value in sent.items())
        answer = self.client.post(
            path, body, content_type="application/x-www-form-urlencoded", headers=self.headers
        )
        return self._took(answer)

    def report(self, *addresses: str, kind: str = "csam") -> str:
        """All the way; gives the nine words."""
        self.get("where")
        self.post("where", where="\n".join(addresses), found="", access="anyone")
        self.post("what", kind=kind)
        self.post("when", still_online="yes")
        return " ".join(self.answer.context["words"])

    def come_back(self, words: str) -> str:
        """What the return visit says."""
        self.token = ""
        return unescape(self.post("return_visit", words=words).content.decode())

    def _path(self, route: str) -> str:
        with translation.override(self.language):
            return self.client.url(route)

    def _took(self, answer: Any) -> Any:
        self.answer = answer
        found = TOKEN.search(answer.content.decode(errors="replace"))
        self.token = unescape(found.group(1)) if found else ""
        return answer
