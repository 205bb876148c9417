"""Every page x every person x what is not theirs: it looks exactly as if it were not there.

Generated from the URL map, so a new page is tried the day it is added.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from audit import log
from project.doors import DOORS, OPEN, SIGNED_IN, STATUTE
from project.roles import STATUTE as MAY
from tests import world as worlds
from tests.cast import Cast
from tests.doors import DoorClient
from tests.hostile.test_refused_at_every_route import stored
from tests.routes import Route, routes_of
from tests.visits import VISITS, objects_of

pytestmark = pytest.mark.django_db
PEOPLE_OF = {"desk": ("ana", "bo", "cleo", "dov", "ada"), "partner": ("pia", "pavel")}
WITH_AN_OBJECT = [
    route for door in PEOPLE_OF for route in routes_of(door) if {"case_id", "referral_id"} & set(route.needs)
]
SIGNED = [route for door in PEOPLE_OF for route in routes_of(door) if STATUTE[door].get(route.name) != OPEN]
NOT_ACTS = {"case:read", "case:refuse", "door:refuse", "queue:read", "referral:read", "referral:refuse"}
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


@pytest.fixture
def world(cast: Cast) -> worlds.World:
    return worlds.build(cast)


def body(answer: Any, *ids: object) -> bytes:
    """The page without what differs every time: the token against forgery, and the id that was asked for."""
    text = TOKEN.sub(b"", answer.content)
    for name in ids:
        text = text.replace(str(name).encode(), b"ID")
    return bytes(text)


def everyone(world: worlds.World, door: str) -> dict[str, DoorClient]:
    return {name: DoorClient(door).sign_in(world.cast.people[name]) for name in PEOPLE_OF[door]}


def foreign_to(name: str, world: worlds.World) -> dict[str, list[object]]:
    """What this person must not see. Bo works in another team; Pia and Pavel each answer for another agency."""
    mine = {"ana", "cleo"}
    if name == "pia":
        return {"referral_id": [world.cleared_referral]}
    if name == "pavel":
        return {"referral_id": [world.referrals["offered"], world.referrals["sent"]]}
    others = [] if name in mine else [world.cases["open"], world.cases["in_review"]]
    theirs = [] if name in mine else [world.referrals["offered"], world.referrals["acknowledged"]]
    return {"case_id": [world.foreign_case, *others], "referral_id": [world.foreign_referral, *theirs]}


def test_what_is_not_yours_looks_absent_to_everybody(world: worlds.World) -> None:
    for door in PEOPLE_OF:
        for name, client in everyone(world, door).items():
            for route in (route for route in WITH_AN_OBJECT if route.door == door):
                _looks_absent(client, route, foreign_to(name, world))


def _looks_absent(client: DoorClient, route: Route, foreign: dict[str, list[object]]) -> None:
    """A wrong method may be answered before anybody looks for the object; then it is for both alike."""
    needed = next(name for name in route.needs if name in foreign)
    answered = set()
    for method in ("GET", "POST"):
        nothing = uuid4()
        absent = client.generic(method, route.path({needed: nothing}), headers=FORM)
        answered.add(absent.status_code)
        for theirs in foreign[needed]:
            objects = {needed: theirs, "item_id": worlds.item_of(theirs)}
            answer = client.generic(method, route.path(objects), headers=FORM)
            assert answer.status_code == absent.status_code, (route, method)
            assert body(answer, theirs) == body(absent, nothing), (route, method)
            assert _headers(answer) == _headers(absent), (route, method)
    assert {404} <= answered <= {404, 405}, (route, answered)


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _headers(answer: Any) -> dict[str, str]:
    return {
        name: value for name, value in answer.items() if name not in {"Content-Length", "Date", "Expires"}
    }


def test_a_role_without_the_permission_finds_nothing_behind_any_page(world: worlds.World) -> None:
    for door in PEOPLE_OF:
        for name, client in everyone(world, door).items():
            may = MAY[world.cast.people[name].role]
            for route in routes_of(door):
                need = STATUTE[door][route.name]
                if need in {OPEN, SIGNED_IN} or need in may:
                    continue
                for states in ({}, *_own_objects(route, world)):
                    for method in ("GET", "POST"):
                        answer = client.generic(method, route.path(states), headers=FORM)
                        assert answer.status_code == 404, (name, route, method)


def _own_objects(route: Route, world: worlds.World) -> list[dict[str, object]]:
    """One of each kind that this route can be about."""
    return [found for state in ("assigned", "sent", "bo") if (found := objects_of(route, world, state))]


@pytest.mark.parametrize("route", SIGNED, ids=str)
def test_nobody_is_brought_to_the_sign_in_page(route: Route) -> None:
    client = DoorClient(route.door)
    for method in ("GET", "POST"):
        answer = client.generic(method, route.path(), headers=FORM)
        assert answer.status_code == 302
        assert answer["Location"].startswith(client.url("account_login"))


def test_a_person_of_one_door_is_nobody_at_the_other(cast: Cast) -> None:
    for door, others in (("desk", ("pia", "pavel")), ("partner", ("ana", "bo", "cleo", "dov", "ada"))):
        for name in others:
            client = DoorClient(door).sign_in(cast.people[name])
            assert client.get(client.url("home"))["Location"].startswith(client.url("account_login"))


def test_a_session_of_one_door_opens_nothing_at_the_other(cast: Cast) -> None:
    desk = DoorClient("desk").sign_in(cast.ana)
    partner = DoorClient("partner")
    partner.cookies["tutela-partner"] = desk.cookies["tutela-desk"].value
    assert partner.get(partner.url("home")).status_code == 302


def test_whoever_leaves_is_out_at_once(cast: Cast) -> None:
    from project.people import let_go

    bo = DoorClient("desk").sign_in(cast.bo)
    assert bo.get(bo.url("queue")).status_code == 200
    let_go(actor=cast.ada.actor, person=cast.bo.id)
    assert bo.get(bo.url("queue"))["Location"].startswith(bo.url("account_login"))


def test_a_get_never_changes_anything(world: worlds.World) -> None:
    before = _state()
    for door in DOORS:
        for visit in VISITS[door]:
            client = DoorClient(door)
            if visit.who:
                client.sign_in(world.cast.people[visit.who])
            assert client.get(visit.path(door, world)).status_code == visit.status, visit
    assert _state() == before


def test_a_get_of_every_route_changes_nothing_either(world: worlds.World) -> None:
    """Also of those that want a POST, with the object they want, by everybody of the door."""
    before = _state()
    for door in PEOPLE_OF:
        for client in everyone(world, door).values():
            for route in (route for route in routes_of(door) if route.name != "account_logout"):
                for objects in ({}, *_own_objects(route, world)):
                    assert client.get(route.path(objects)).status_code < 500, route
    assert _state() == before


def _state() -> tuple[Counter[str], dict[str, int]]:
    """How often each act stands in the log, reading apart, and how many rows there are outside the log."""
    acts = Counter(log.entries_for().values_list("action", flat=True))
    rows = {
        table: number for table, number in stored().items() if table not in {"audit_event", "audit_pending"}
    }
    return Counter({action: number for action, number in acts.items() if action not in NOT_ACTS}), rows


def test_an_administrator_reads_no_case(world: worlds.World) -> None:
    from intake.models import Case, ReportedItem
    from referrals.models import Referral

    secret = {
        *Case.objects.values_list("number", flat=True),
        *Referral.objects.values_list("number", flat=True),
        *(item.host for item in ReportedItem.objects.all() if item.host),
    }
    ada = DoorClient("desk").sign_in(world.cast.ada)
    for route in routes_of("desk"):
        for objects in ({}, *_own_objects(route, world)):
            text = ada.get(route.path(objects)).content.decode()
            assert not [word for word in secret if word in text], route


def test_an_auditor_reads_entries_and_no_text_of_a_case(world: worlds.World) -> None:
    from intake.models import ReportedItem
    from tests.line import OFFICER, REASON

    secret = {REASON, OFFICER, *(item.host for item in ReportedItem.objects.all() if item.host)}
    dov = DoorClient("desk").sign_in(world.cast.dov)
    entries = log.entries_for(case_id=world.cases["to_close"]).values_list("event_id", flat=True)
    assert log.payloads(entries)  # there is something that could be shown
    for route in routes_of("desk"):
        about = [{"event_id": entry} for entry in entries] if "event_id" in route.needs else []
        tried: list[Mapping[str, object]] = [{}, *about, *_own_objects(route, world)]
        for objects in tried:
            answer = dov.get(route.path(objects))
            assert answer.status_code == 200 or not about or not objects, route
            assert not [word for word in secret if word in answer.content.decode()], route
