"""A path that only takes a POST is no page: nobody is sent back there, and who goes there is told what to do."""

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from project.doors import POST_ONLY
from tests.doors import DoorClient
from tests.routes import routes_of

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db
X = UUID(int=1)
BACK = [
    ("desk", f"/referrals/{X}/answer", f"/referrals/{X}"),
    ("desk", f"/referrals/{X}/hand-over", f"/referrals/{X}"),
    ("desk", f"/cases/{X}/take", f"/cases/{X}"),
    ("desk", f"/cases/{X}/close-reviewed", f"/cases/{X}"),
    ("desk", "/cases/next", "/cases/"),
    ("desk", f"/cases/{X}/assess", f"/cases/{X}/assess"),
    ("desk", f"/cases/{X}/review", f"/cases/{X}/review"),
    ("desk", f"/cases/{X}/close", f"/cases/{X}/close"),
    ("desk", "/people/add", "/people/add"),
    ("partner", f"/inbox/{X}/collect", f"/inbox/{X}"),
]


@pytest.mark.parametrize(("door", "path", "page"), BACK)
def test_after_an_expired_session_a_person_comes_back_to_the_page_of_the_form(
    cast: "Cast", door: str, path: str, page: str
) -> None:
    for response in (DoorClient(door).submit(path), DoorClient(door).get(path)):
        assert response.status_code == 302
        assert parse_qs(urlsplit(response["Location"]).query)["next"] == [page]


def test_signing_out_twice_ends_at_the_start(cast: "Cast") -> None:
    response = DoorClient("desk").submit("/sign-out")
    assert response.status_code == 302
    assert "sign-out" not in response["Location"]


def test_what_a_get_asked_for_is_kept(cast: "Cast") -> None:
    response = DoorClient("desk").get("/cases/?team=1")
    assert parse_qs(urlsplit(response["Location"]).query)["next"] == ["/cases/?team=1"]


@pytest.mark.parametrize("door", ["desk", "partner"])
def test_exactly_what_refuses_a_get_is_known_to_have_no_page(cast: "Cast", door: str) -> None:
    client = DoorClient(door)
    for route in routes_of(door):
        answers = {client.sign_in(person).get(route.path()).status_code for person in cast.people.values()}
        assert (405 in answers) == (route.name in POST_ONLY), route


@pytest.mark.parametrize(
    ("door", "path"),
    [
        ("desk", "/cases/next"),
        ("desk", "/sign-out"),
        ("desk", f"/referrals/{X}/answer"),
        ("partner", f"/inbox/{X}/collect"),
    ],
)
def test_a_get_of_an_act_is_answered_with_a_page(cast: "Cast", door: str, path: str) -> None:
    for person in (cast.cleo, cast.ana, cast.pia):
        response = DoorClient(door).sign_in(person).get(path)
        if response.status_code == 405:
            break
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "Go back and use the buttons on the page." in response.content.decode()


def test_a_post_to_a_page_is_answered_with_a_page(cast: "Cast") -> None:
    response = DoorClient("partner").sign_in(cast.pia).submit("/inbox")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert "Go back and use the buttons on the page." in response.content.decode()


def test_the_language_buttons_of_a_refusal_lead_to_a_page(cast: "Cast") -> None:
    """Nothing is in the queue, so there is no next case to take."""
    response = DoorClient("desk").sign_in(cast.ana).submit("/cases/next")
    assert response.status_code == 409
    assert 'name="next" value="/cases/"' in response.content.decode()


def test_the_language_buttons_of_a_page_lead_to_itself(cast: "Cast") -> None:
    response = DoorClient("desk").sign_in(cast.ana).get("/cases/?page=1")
    assert 'name="next" value="/cases/?page=1"' in response.content.decode()
