"""Memberships, grants and the items of a referral: none comes, changes or goes without an entry about its object."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from audit import log
from tests import line
from tests.cast import Cast

pytestmark = pytest.mark.commits

# Each is tried by the owner too, who has every right on the table.
TRIED = [
    "DELETE FROM {table}",
    "UPDATE {table} SET {column} = {column}",
    "INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object('id', 90000 + id))).* FROM {table} t",
    "TRUNCATE {table}",
]
LEAVE = "DELETE FROM project_user_groups WHERE user_id = '{person}'"
ENTRY = (
    "INSERT INTO audit_event (event_id, object_kind, object_id, action, actor, entry)"
    " SELECT gen_random_uuid(), object_kind, object_id, action, actor, entry FROM audit_event"
    " WHERE object_id = '{about}' LIMIT 1"
)
TABLES = {
    "project_user_groups": "user_id",
    "guardian_groupobjectpermission": "object_pk",
    "referrals_referralitem": "referral_id",
}


def answer(statement: str) -> str:
    """What the database says; the deed is undone."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error)
    return "done"


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", ["tutela_app", "tutela_owner"])
def test_no_tied_row_changes_without_an_entry(
    cast: Cast, as_role: Callable[[str], AbstractContextManager[None]], role: str, table: str
) -> None:
    line.a_concluded_referral(cast)
    refusals = ("tutela:",) if role == "tutela_owner" else ("tutela:", "permission denied")
    with as_role(role):
        answers = [answer(tried.format(table=table, column=TABLES[table])) for tried in TRIED]
    assert [said for said in answers if not any(words in said for words in refusals)] == []


def test_an_entry_about_another_object_does_not_do(cast: Cast) -> None:
    log.note("person:sign_in", actor=cast.ana.actor, kind="person", id=cast.ana.id)
    assert "tutela:" in answer(LEAVE.format(person=cast.ana.id))


def test_with_an_entry_of_the_same_transaction_it_does(cast: Cast) -> None:
    """The control: the verbs write so, and nothing else is needed."""
    assert answer(_entry_and_deed(cast.ana.id, cast.ana.id)) == "done"
    assert "tutela:" in answer(_entry_and_deed(cast.bo.id, cast.ana.id))


def _entry_and_deed(about: UUID, person: UUID) -> str:
    return f"{ENTRY.format(about=about)}; {LEAVE.format(person=person)}"
