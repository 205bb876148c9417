"""What a page costs through the running doors, next to bare Django on the same machine."""

import http.client
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from benchmarks.measure import Act, Result, compare
from project.demo.visitor import Visitor, signed_in

BARE_PORT = 8095
THREADS = 4


def public_post(bare: str, each: int = 60) -> Result:
    """The first step of a report, everything on: token, parsing, media check, log, sealed text, guards."""
    return compare("public_report", _reporter, lambda: _bare_report(bare), threads=THREADS, each=each)


def queue_page(bare: str, each: int = 60) -> Result:
    """The analyst's queue against a page that does nothing."""
    return compare("queue_page", _analyst, lambda: _get(bare, "/nothing"), threads=THREADS, each=each)


@contextmanager
def bare_server() -> Iterator[str]:
    """Bare Django on a port of its own."""
    command = [
        *(
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--port",
            str(BARE_PORT),
            "--no-access-log",
        ),
        *("--blocking-threads", "4", "benchmarks.bare:application"),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(f"http://127.0.0.1:{BARE_PORT}")
            yield f"http://127.0.0.1:{BARE_PORT}"
        finally:
            server.terminate()


def _reporter() -> Act:
    visitor = Visitor(os.environ["TUTELA_PUBLIC_URL"], language="en")
    visitor.start_over()

    def act() -> None:
        visitor.say_where([f"https://bench.example.org/{uuid.uuid4()}"], found="")

    return act


def _analyst() -> Act:
    browser = signed_in(os.environ["TUTELA_DESK_URL"], "ana@hotline.test")

    def act() -> None:
        browser.get("/cases/")

    return act


def _get(base: str, path: str) -> Act:
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=30)

    def act() -> None:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        if answer.status != HTTPStatus.OK:
            raise SystemExit(f"{base}{path} answered {answer.status}")

    return act


def _bare_report(base: str) -> Act:
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=30)
    body = urlencode({"where": "https://bench.example.org/"})

    def act() -> None:
        connection.request("POST", "/report", body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != HTTPStatus.OK:
            raise SystemExit(f"bare Django answered {answer.status}")

    return act


def _wait_for(base: str) -> None:
    for _try in range(100):
        try:
            _get(base, "/nothing")()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("bare Django did not start")
