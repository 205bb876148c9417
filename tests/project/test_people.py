"""The administrator's page: who is here, adding a person, ending access; and the first administrator."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit import log
from project.actions import Action
from project.models import User
from project.people import first_password
from tests.cast import Cast
from tests.doors import DoorClient
from tests.proof import assert_verified

pytestmark = pytest.mark.django_db
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


@pytest.fixture
def adas(cast: Cast, desk_client: DoorClient) -> DoorClient:
    return desk_client.sign_in(cast.ada)


def add(client: DoorClient, **fields: object) -> tuple[int, str]:
    data = {"name": "Eva", "email": "eva@example.org", "role": "auditor", **fields}
    response = client.submit(client.url("add_person"), **data)
    return response.status_code, response.content.decode()


def test_everybody_is_listed_with_role_and_place(adas: DoorClient) -> None:
    text = adas.get(adas.url("people")).content.decode()
    for words in (
        "ana@example.org",
        "Supervisor",
        "International desk, Romanian desk",
        "Police",
        "This is you",
    ):
        assert words in text


def test_a_person_is_added_and_can_sign_in_with_the_password_shown_once(cast: Cast, adas: DoorClient) -> None:
    status, text = add(adas, role="analyst", teams=[cast.romanian.group_id])
    password = re.search(r'<span class="addr">([^<]+)</span>', text)
    eva = User.objects.get(email="eva@example.org")
    assert status == 200
    assert password is not None
    assert eva.check_password(password.group(1))
    assert list(eva.groups.all()) == [cast.romanian.group]
    assert log.entries_for(action=Action.PERSON_ADD, object_id=eva.id).get().actor == str(cast.ada.id)
    assert password.group(1) not in adas.get(adas.url("people")).content.decode()
    assert_verified()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "ANA@example.org"}, "is here already"),
        ({"email": "no address"}, "valid email"),
        ({"name": ""}, "required"),
        ({"name": "\u200b"}, "cannot be seen"),
        ({"name": "Eva\u202egnal"}, "cannot be seen"),
        ({"name": "E\tva"}, "cannot be seen"),
        ({"name": "-- 12 --"}, "at least one letter"),
        ({"name": "data:image/png;base64,iVBORw0KGgo="}, "cannot keep pictures or files"),
        ({"name": "Ana\u3164"}, "cannot be seen"),
        ({"name": "\uffa0\u115f"}, "cannot be seen"),
        ({"name": PNG}, "cannot keep pictures or files"),
        ({"role": "king"}, "valid choice"),
        ({"role": "analyst"}, "at least one team"),
        ({"role": "partner"}, "Choose the agency"),
        ({"teams": "romanian"}, "Only analysts and supervisors"),
        ({"agency": "police"}, "Only a partner"),
    ],
)
def test_what_does_not_fit_is_explained_and_nobody_is_added(
    cast: Cast, adas: DoorClient, fields: dict[str, str], words: str
) -> None:
    known = {"romanian": cast.romanian.group_id, "police": cast.police.group_id}
    status, text = add(adas, **{name: known.get(value, value) for name, value in fields.items()})
    assert status == 422
    assert words in text
    assert User.objects.count() == 7


def test_access_is_ended_after_a_question(cast: Cast, adas: DoorClient, partner_client: DoorClient) -> None:
    pias = partner_client.sign_in(cast.pia)
    leave = adas.url("let_go", person=cast.pia.id)
    assert "End the access of Pia?" in adas.get(leave).content.decode()
    assert User.objects.get(pk=cast.pia.id).is_active
    assert adas.submit(leave).status_code == 302
    assert not User.objects.get(pk=cast.pia.id).is_active
    assert pias.get(pias.url("home")).status_code == 302
    assert "Ended" in adas.get(adas.url("people")).content.decode()
    assert_verified()


def test_nobody_ends_their_own_access(cast: Cast, adas: DoorClient) -> None:
    response = adas.submit(adas.url("let_go", person=cast.ada.id))
    assert response.status_code == 422
    assert "Another administrator can" in response.content.decode()
    assert User.objects.get(pk=cast.ada.id).is_active


def test_access_ends_once(cast: Cast, adas: DoorClient) -> None:
    leave = adas.url("let_go", person=cast.bo.id)
    adas.submit(leave)
    assert "has left already" in adas.submit(leave).content.decode()


def test_a_person_nobody_knows_is_not_there(cast: Cast, adas: DoorClient) -> None:
    leave = adas.url("let_go", person=cast.police.id)
    assert (adas.get(leave).status_code, adas.submit(leave).status_code) == (404, 404)


@pytest.mark.parametrize("who", ["ana", "cleo", "dov"])
def test_only_an_administrator_manages_people(cast: Cast, desk_client: DoorClient, who: str) -> None:
    client = desk_client.sign_in(cast.people[who])
    assert client.get(client.url("people")).status_code == 404
    assert add(client)[0] == 404
    assert client.submit(client.url("let_go", person=cast.bo.id)).status_code == 404
    assert User.objects.get(pk=cast.bo.id).is_active


def command(**options: object) -> str:
    out = StringIO()
    given = {"name": "Eva", "email": "eva@example.org", "role": "administrator", **options}
    call_command("add_person", stdout=out, **given)
    return out.getvalue()


def test_the_first_administrator_comes_by_command() -> None:
    said = command()
    eva = User.objects.get()
    assert (eva.role, eva.email) == ("administrator", "eva@example.org")
    assert eva.check_password(said.split()[-1])
    assert_verified()


def test_the_command_knows_teams_and_agencies_by_name(cast: Cast) -> None:
    command(role="partner", agency="Police")
    assert list(User.objects.get(email="eva@example.org").groups.all()) == [cast.police.group]
    with pytest.raises(CommandError, match="known: International desk, Romanian desk"):
        command(role="analyst", team=["Nowhere"])


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"role": "analyst"}, "Teams: Choose at least one team. Without one they would see no case."),
        ({"role": "partner"}, "Agency: Choose the agency they answer for."),
        ({"name": "\u202eEva"}, "Name: A character in this name cannot be seen. Type the name by hand."),
        ({"email": "no address"}, "E-mail: Enter a valid email address."),
    ],
)
def test_the_command_says_what_does_not_fit_in_words(
    cast: Cast, fields: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CommandError) as told:
        command(**fields)
    assert str(told.value) == sentence


def test_a_first_password_is_long_and_never_twice_the_same() -> None:
    passwords = {first_password() for _number in range(100)}
    assert len(passwords) == 100
    assert all(re.fullmatch(r"([a-z2-9]{5}-){3}[a-z2-9]{5}", password) for password in passwords)
