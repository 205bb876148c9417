"""Signing in and out at the two doors that know people."""

from typing import Any

import pytest

from audit import log
from tests.cast import PASSWORD, Cast
from tests.doors import DoorClient
from tests.intake.reporting import submit

GONE = "This e-mail address and password do not belong together."


def sign_in(client: DoorClient, email: str, password: str = PASSWORD, **more: str) -> Any:
    return submit(client, client.url("account_login"), {"login": email, "password": password, **more})


def test_a_person_signs_in_at_their_door(cast: Cast, desk_client: DoorClient) -> None:
    response = sign_in(desk_client, "ana@example.org")
    assert response.status_code == 302
    assert desk_client.get(desk_client.url("queue")).status_code == 200
    assert log.entries_for(action="person:sign_in", object_id=cast.ana.id).count() == 1


def test_a_partner_signs_in_at_the_partner_door(cast: Cast, partner_client: DoorClient) -> None:
    sign_in(partner_client, "pia@example.org")
    assert partner_client.get(partner_client.url("inbox")).status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [("ana@example.org", "wrong"), ("nobody@example.org", PASSWORD), ("pia@example.org", PASSWORD)],
)
def test_a_wrong_pair_is_one_sentence_whoever_it_is(
    cast: Cast, desk_client: DoorClient, email: str, password: str
) -> None:
    response = sign_in(desk_client, email, password)
    assert response.status_code == 422
    shown = response.content.decode()
    assert GONE in shown
    assert password not in shown


def test_an_empty_form_says_what_is_missing(cast: Cast, desk_client: DoorClient) -> None:
    response = submit(desk_client, desk_client.url("account_login"))
    shown = response.content.decode()
    assert response.status_code == 422
    assert "Type your e-mail address" in shown
    assert "Type your password" in shown


def test_a_person_goes_on_to_where_they_were_heading_and_nowhere_else(
    cast: Cast, desk_client: DoorClient
) -> None:
    response = desk_client.get(desk_client.url("my_work"))
    assert response["Location"] == "/sign-in/?next=/my-work/"
    assert 'name="next" value="/my-work/"' in desk_client.get(response["Location"]).content.decode()
    response = sign_in(desk_client, "ana@example.org", next="https://elsewhere.example.org/")
    assert "elsewhere" not in response["Location"]


def test_signing_out_is_a_post(cast: Cast, desk_client: DoorClient) -> None:
    desk_client.sign_in(cast.ana)
    assert desk_client.get(desk_client.url("account_logout")).status_code == 405
    assert submit(desk_client, desk_client.url("account_logout")).status_code == 302
    assert desk_client.get(desk_client.url("queue")).status_code == 302
    assert log.entries_for(action="person:sign_out", object_id=cast.ana.id).count() == 1
