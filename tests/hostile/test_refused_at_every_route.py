"""What no form of ours sends is refused at every route of every door, before anything reads it.

The answer is always a page that says what to do, never a broken one, and nothing is stored.
"""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from psycopg import sql

from project.doors import DOORS
from tests.cast import Cast
from tests.doors import DoorClient
from tests.routes import Route, routes_of

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
ROUTES = [route for door in DOORS for route in routes_of(door)]
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@dataclass(frozen=True)
class Attack:
    body: bytes
    content_type: str = FORM
    headers: Mapping[str, str] | None = None
    method: str = "POST"


def multipart() -> bytes:
    head = '--b\r\nContent-Disposition: form-data; name="addresses"; filename="a.png"\r\nContent-Type: image/png\r\n'
    return f"{head}\r\n{PNG}\r\n--b--\r\n".encode()


ATTACKS = {
    "a NUL": Attack(b"addresses=https://example.org/%00"),
    "a NUL in the name of a field": Attack(b"a%00b=1"),
    "a raw NUL": Attack(b"addresses=a\x00b"),
    "a lone surrogate": Attack(b"addresses=%ED%A0%80"),
    "invalid UTF-8": Attack(b"addresses=%FF%FE"),
    "raw invalid UTF-8": Attack(b"addresses=\xff\xfe"),
    "overlong UTF-8": Attack(b"addresses=%C0%AF"),
    "100,000 nested arrays": Attack(b"[" * 100_000, "application/json"),
    "small JSON": Attack(json.dumps({"addresses": "x"}).encode(), "application/json"),
    "XML": Attack(b"<?xml version='1.0'?><x/>", "text/xml"),
    "a picture as it is": Attack(b"\x89PNG\r\n", "image/png"),
    "a file": Attack(multipart(), "multipart/form-data; boundary=b"),
    "a file without a boundary": Attack(b"x", "multipart/form-data"),
    "a compressed body": Attack(gzip.compress(b"addresses=x"), FORM, {"Content-Encoding": "gzip"}),
    "1,000 fields": Attack(b"&".join(b"f%d=1" % number for number in range(1000))),
    "2 MB": Attack(b"addresses=" + b"a" * 2_000_000),
    "PUT": Attack(b"addresses=x", method="PUT"),
    "DELETE": Attack(b"", method="DELETE"),
    "PATCH": Attack(b"addresses=x", method="PATCH"),
    "OPTIONS": Attack(b"", method="OPTIONS"),
    "TRACE": Attack(b"", method="TRACE"),
    "a method that nobody knows": Attack(b"", method="BREW"),
}


@pytest.fixture
def signed_in(cast: Cast) -> Callable[[str], DoorClient]:
    """A client at a door, as somebody who may use it; it answers with the page even where the code broke."""
    people = {"desk": cast.cleo, "partner": cast.pia}

    def client(door: str) -> DoorClient:
        browser = DoorClient(door, raise_request_exception=False)
        return browser.sign_in(people[door]) if door in people else browser

    return client


def send(client: DoorClient, path: str, attack: Attack) -> Any:
    return client.generic(
        attack.method, path, attack.body, attack.content_type, headers=dict(attack.headers or {})
    )


def stored() -> dict[str, int]:
    """How many rows each table has, as far as the application may read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND has_table_privilege(oid, 'SELECT') AND relname NOT LIKE 'project_session%'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        count = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {}, count(*) FROM {}").format(sql.Literal(name), sql.Identifier(name))
            for name in tables
        )
        cursor.execute(count)
        return dict(cursor.fetchall())


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("door", DOORS)
def test_hostile_input_is_refused_with_a_page_and_nothing_is_stored(
    door: str, attack: Attack, signed_in: Callable[[str], DoorClient]
) -> None:
    client = signed_in(door)
    before = stored()
    for route in routes_of(door):
        answer = send(client, route.path(), attack)
        assert 400 <= answer.status_code < 500, route
        if attack.method not in {"OPTIONS", "TRACE"}:
            assert b"<h1" in answer.content, route
    assert stored() == before


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_broken_path_is_refused(route: Route, signed_in: Callable[[str], DoorClient]) -> None:
    client = signed_in(route.door)
    for tail in ("%00", "%ED%A0%80", "%FF", "%E2%80%AE", "a" * 8000):
        answer = client.get(f"{route.path().rstrip('/')}/{tail}")
        assert 400 <= answer.status_code < 500, tail


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_broken_query_breaks_nothing(route: Route, signed_in: Callable[[str], DoorClient]) -> None:
    client = signed_in(route.door)
    for query in (
        "?after=%00",
        "?after=%ED%A0%80",
        "?page=-1",
        "?page=" + "9" * 40,
        "?after=x,y,z",
        "?after=99,9999-99-99,q",
        "?state=%FF",
        "?next=//example.org",
        "?q=" + "a" * 7000,
    ):
        answer = client.get(route.path() + query)
        assert answer.status_code < 500, query
