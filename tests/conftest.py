"""Tests run as the application role, on a clone of a template that the owner migrated.

A test rolls back unless it is marked `commits`; then it runs as the product does, and gets a fresh clone afterwards.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.test import override_settings

from project import catalogue
from tests import cast as company
from tests import clone
from tests.doors import DoorClient

if TYPE_CHECKING:
    from project.models import User

CHEAP = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_configure() -> None:
    """The product compiles its strings when it starts; a fresh clone has none yet."""
    catalogue.compile_catalogue(settings.BASE_DIR, "ro")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that roll back come first, so that few clones are made; the browser's come last."""
    items.sort(key=lambda item: ("browser" in item.keywords, "commits" in item.keywords))


@pytest.fixture(scope="session")
def server() -> Iterator[clone.Server]:
    server = clone.Server()
    server.prepare()
    yield server
    server.close()


@pytest.fixture(scope="session")
def django_db_setup(server: clone.Server, django_db_blocker: Any) -> Iterator[None]:
    """pytest-django would make and flush a database of its own; the clone takes its place."""
    with django_db_blocker.unblock():
        clone.point_at(server.clone())
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        server.drop(connections["default"].settings_dict["NAME"])


@pytest.fixture
def _django_db_helper(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any, server: clone.Server
) -> Iterator[None]:
    """What `db` and `@pytest.mark.django_db` mean here: rolled back, or committed on a clone of one's own."""
    way = _committed(server) if request.node.get_closest_marker("commits") else _rolled_back()
    with django_db_blocker.unblock(), way:
        yield


@pytest.fixture(autouse=True)
def _commits(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("commits"):
        request.getfixturevalue("_django_db_helper")


@contextmanager
def _rolled_back() -> Iterator[None]:
    """Django's own test transaction: it is the one block inside which a durable verb may run."""

    atomic = transaction.atomic()
    vars(atomic)["_from_testcase"] = True  # as Django's TestCase does: the one block a durable verb may be in
    with atomic:
        yield
        transaction.set_rollback(True)


@contextmanager
def _committed(server: clone.Server) -> Iterator[None]:
    yield
    clone.close_all_but_this_thread()
    connections.close_all()
    used = connections["default"].settings_dict["NAME"]
    clone.point_at(server.clone())
    server.drop(used)


@pytest.fixture
def as_role() -> Callable[[str], AbstractContextManager[None]]:
    """`with as_role("tutela_public"):` speaks to the database as that role (tests marked `commits` only)."""
    return clone.as_role


@pytest.fixture(scope="session", autouse=True)
def _no_broker() -> None:
    """A wake goes to a broker in memory that nobody listens to: sweeps and tests do the work."""
    from project.celery import app

    app.conf.update(broker_url="memory://", broker_transport_options={})


@pytest.fixture(autouse=True)
def _cheap_passwords(request: pytest.FixtureRequest) -> Iterator[None]:
    """argon2 is slow on purpose. A test of the sign-in itself asks for `real_passwords`."""
    if "real_passwords" in request.fixturenames:
        yield
        return
    with override_settings(PASSWORD_HASHERS=CHEAP):
        yield


@pytest.fixture
def real_passwords() -> None:
    """The hasher of the product."""


@pytest.fixture
def public_client() -> DoorClient:
    return DoorClient("public")


@pytest.fixture
def desk_client() -> DoorClient:
    return DoorClient("desk")


@pytest.fixture
def partner_client() -> DoorClient:
    return DoorClient("partner")


@pytest.fixture
def cast(_django_db_helper: None) -> company.Cast:
    """Everybody. `cast.ana` and the others; the fixtures below name them one by one."""
    return company.assemble()


@pytest.fixture
def ana(cast: company.Cast) -> "User":
    """Analyst of the Romanian desk."""
    return cast.ana


@pytest.fixture
def bo(cast: company.Cast) -> "User":
    """Analyst of another team."""
    return cast.bo


@pytest.fixture
def cleo(cast: company.Cast) -> "User":
    """Supervisor of both teams."""
    return cast.cleo


@pytest.fixture
def dov(cast: company.Cast) -> "User":
    """Auditor."""
    return cast.dov


@pytest.fixture
def ada(cast: company.Cast) -> "User":
    """Administrator."""
    return cast.ada


@pytest.fixture
def pia(cast: company.Cast) -> "User":
    """Partner, of the police."""
    return cast.pia


@pytest.fixture
def pavel(cast: company.Cast) -> "User":
    """Partner, of another agency."""
    return cast.pavel
