"""A door or a worker whose database role could change the log does not start."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from celery.signals import beat_init, worker_init
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection

from project.checks import refuse_the_owner

pytestmark = pytest.mark.commits
AsRole = Callable[[str], AbstractContextManager[None]]


@pytest.mark.parametrize("role", ["tutela_app", "tutela_public"])
def test_the_roles_of_the_product_start(as_role: AsRole, role: str) -> None:
    with as_role(role):
        refuse_the_owner()


@pytest.mark.parametrize("role", ["tutela_owner", "postgres"])
def test_the_owner_and_the_superuser_are_refused(as_role: AsRole, role: str) -> None:
    with as_role(role), pytest.raises(ImproperlyConfigured, match="owner's key"):
        refuse_the_owner()


def test_a_worker_asks_the_same_and_stops(as_role: AsRole) -> None:
    with as_role("tutela_owner"), pytest.raises(SystemExit, match="owner's key"):
        worker_init.send(sender=None)


def test_without_a_database_nothing_starts_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "host", "/nonexistent")
    with pytest.raises(OperationalError):
        refuse_the_owner()
    for start in (worker_init, beat_init):
        with pytest.raises(SystemExit):
            start.send(sender=None)
