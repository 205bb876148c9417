"""What no form of ours sends is refused at every route of every door, before anything reads it.

The answer is always a page that says what to do, never a broken one, and nothing is stored. Each route is asked with
an object that it can be about, and where it has a form, under the name of a field of that form.
"""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import connection
from psycopg import sql

from project.doors import DOORS
from tests import world as worlds
from tests.cast import Cast
from tests.doors import DoorClient
from tests.routes import Route, routes_of

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
# A text field of the form at each route, and the state of the case that the route is about, where it is not any.
FIELDS = {
    "where": "where",
    "when": "seen_on",
    "what": "kind",
    "receipt": "kept",
    "return_visit": "words",
    "account_login": "login",
    "hand_over": "recipient",
    "acknowledge": "by_name",
    "outcome": "by_name",
    "answer": "name",
    "reply": "words",
    "record_message": "words",
    "add_person": "name",
}
STATES = {
    "take_case": "open",
    "release_case": "assigned",
    "start_review": "assessed",
    "review": "in_review",
    "close_case": "not_illegal",
    "routes": "confirmed",
}
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@dataclass(frozen=True)
class Attack:
    body: bytes
    content_type: str = FORM
    headers: Mapping[str, str] | None = None
    method: str = "POST"


def multipart() -> bytes:
    head = (
        '--b\r\nContent-Disposition: form-data; name="FIELD"; filename="a.png"\r\nContent-Type: image/png\r\n'
    )
    return f"{head}\r\n{PNG}\r\n--b--\r\n".encode()


ATTACKS = {
    "a NUL": Attack(b"FIELD=https://example.org/%00"),
    "a NUL in the name of a field": Attack(b"a%00b=1"),
    "a raw NUL": Attack(b"FIELD=a\x00b"),
    "a lone surrogate": Attack(b"FIELD=%ED%A0%80"),
    "invalid UTF-8": Attack(b"FIELD=%FF%FE"),
    "raw invalid UTF-8": Attack(b"FIELD=\xff\xfe"),
    "overlong UTF-8": Attack(b"FIELD=%C0%AF"),
    "100,000 nested arrays": Attack(b"[" * 100_000, "application/json"),
    "small JSON": Attack(json.dumps({"FIELD": "x"}).encode(), "application/json"),
    "XML": Attack(b"<?xml version='1.0'?><x/>", "text/xml"),
    "a picture as it is": Attack(b"\x89PNG\r\n", "image/png"),
    "a file": Attack(multipart(), "multipart/form-data; boundary=b"),
    "a file without a boundary": Attack(b"x", "multipart/form-data"),
    "a compressed body": Attack(gzip.compress(b"FIELD=x"), FORM, {"Content-Encoding": "gzip"}),
    "1,000 fields": Attack(b"&".join(b"f%d=1" % number for number in range(1000))),
    "2 MB": Attack(b"FIELD=" + b"a" * 2_000_000),
    "PUT": Attack(b"FIELD=x", method="PUT"),
    "DELETE": Attack(b"", method="DELETE"),
    "PATCH": Attack(b"FIELD=x", method="PATCH"),
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


def objects_for(route: Route, world: worlds.World) -> dict[str, object]:
    """One that stands where this route is used."""
    known: dict[str, object] = world.objects("sent") | {
        "case_id": world.cases[STATES.get(route.name, "assigned")],
        "referral_id": world.referrals["offered" if route.name == "collect" else "sent"],
        "person": world.cast.bo.id,
        "event_id": world.entry,
    }
    return {name: known[name] for name in route.needs if name in known}


def field_of(route: Route, world: worlds.World) -> str:
    from intake.models import ReportedItem

    if route.name != "assess":
        return FIELDS.get(route.name, "reason")
    item = ReportedItem.objects.filter(case=world.cases["assigned"]).get()
    return f"item-{item.id}-reason"


def aimed(attack: Attack, field: str) -> Attack:
    """The attack, under the name of this field."""
    if attack.headers:
        return replace(attack, body=gzip.compress(f"{field}=x".encode()))
    return replace(attack, body=attack.body.replace(b"FIELD", field.encode()))


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


@pytest.mark.parametrize("door", DOORS)
def test_hostile_input_is_refused_with_a_page_and_nothing_is_stored(
    door: str, cast: Cast, signed_in: Callable[[str], DoorClient]
) -> None:
    world, client = worlds.build(cast), signed_in(door)
    before = stored()
    for route in routes_of(door):
        path, field = route.path(objects_for(route, world)), field_of(route, world)
        for name, attack in ATTACKS.items():
            answer = send(client, path, aimed(attack, field))
            assert 400 <= answer.status_code < 500, (route, name)
            if attack.method not in {"OPTIONS", "TRACE"}:
                assert b"<h1" in answer.content, (route, name)
            assert stored() == before, (route, name)


@pytest.mark.parametrize("door", DOORS)
def test_a_broken_path_is_refused(door: str, cast: Cast, signed_in: Callable[[str], DoorClient]) -> None:
    world, client = worlds.build(cast), signed_in(door)
    for route in routes_of(door):
        path = route.path(objects_for(route, world)).rstrip("/")
        for tail in ("%00", "%ED%A0%80", "%FF", "%E2%80%AE", "a" * 8000):
            answer = client.get(f"{path}/{tail}")
            assert 400 <= answer.status_code < 500, (route, tail)


@pytest.mark.parametrize("door", DOORS)
def test_a_broken_query_breaks_nothing(door: str, cast: Cast, signed_in: Callable[[str], DoorClient]) -> None:
    world, client = worlds.build(cast), signed_in(door)
    for route in (route for route in routes_of(door) if route.name != "account_logout"):
        for query in QUERIES:
            answer = client.get(route.path(objects_for(route, world)) + query)
            assert answer.status_code < 500, (route, query)


QUERIES = (
    "?after=%00",
    "?after=%ED%A0%80",
    "?page=-1",
    "?page=" + "9" * 40,
    "?after=x,y,z",
    "?after=99,9999-99-99,q",
    "?state=%FF",
    "?next=//example.org",
    "?q=" + "a" * 7000,
)
