"""The harness itself: as the application role, rolled back or on a clone of one's own."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from audit import log
from project.actions import Action
from project.people import add_person
from project.roles import Role


def whoami() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        row: tuple[str, str] = cursor.fetchone()
        return row


def somebody() -> Any:
    return add_person(
        actor=log.SYSTEM, email="z@example.org", name="Z", role=Role.AUDITOR, password=str(uuid4()), groups=[]
    )


@pytest.mark.django_db
@pytest.mark.parametrize("time", [1, 2])
def test_a_verb_runs_as_the_application_and_is_rolled_back(time: int) -> None:
    assert whoami()[0] == "tutela_app"
    assert not log.entries_for(action=Action.PERSON_ADD).exists()
    somebody()
    assert log.entries_for(action=Action.PERSON_ADD).count() == 1


@pytest.mark.commits
@pytest.mark.parametrize("time", [1, 2])
def test_what_a_test_commits_is_gone_with_its_clone(time: int) -> None:
    assert not log.entries_for().exists()
    somebody()
    connection.close()
    assert log.entries_for(action=Action.PERSON_ADD).count() == 1


@pytest.mark.commits
def test_another_role_is_another_connection(
    as_role: Callable[[str], AbstractContextManager[None]],
) -> None:
    with as_role("tutela_public"):
        assert whoami()[0] == "tutela_public"
        with pytest.raises(DatabaseError, match="permission denied"):
            log.entries_for().exists()
    assert whoami()[0] == "tutela_app"


@pytest.mark.django_db
def test_nobody_can_be_another_role_inside_a_transaction(
    as_role: Callable[[str], AbstractContextManager[None]],
) -> None:
    with pytest.raises(RuntimeError, match="commits"), as_role("tutela_public"):
        pass
