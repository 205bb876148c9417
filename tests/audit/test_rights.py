"""The log's tables under other hands: the application may add, and not even the superuser may change by accident."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import LiteralString

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tests.audit import hands
from tests.cast import Cast

AS_APPLICATION = [
    "UPDATE audit_event SET actor = 'system'",
    "UPDATE audit_event SET entry = '{}'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event CASCADE",
    "DROP TABLE audit_event CASCADE",
    "ALTER TABLE audit_event DISABLE TRIGGER audit_event_rows",
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "DROP FUNCTION audit_keep() CASCADE",
    "CREATE OR REPLACE FUNCTION audit_keep() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
    "INSERT INTO audit_pending SELECT gen_random_uuid(), leaf_hash FROM audit_event LIMIT 1",
    "UPDATE audit_pending SET leaf_hash = ''",
    "DELETE FROM audit_pending",
    "TRUNCATE audit_pending",
    "UPDATE audit_payload SET sealed = 'x', salt = 'x'",
    "UPDATE audit_payload SET sealed = NULL, salt = NULL",
    "UPDATE audit_payload SET subject = gen_random_uuid()",
    "UPDATE audit_payload SET erased_by_id = event_id",
    "UPDATE audit_payload SET sealed = NULL, salt = NULL, erased_by_id = event_id",
    "DELETE FROM audit_payload",
    "TRUNCATE audit_payload",
    "UPDATE audit_subject_key SET wrapped = ''",
    "DELETE FROM audit_subject_key",
    "TRUNCATE audit_subject_key",
]
INSERT = (
    "INSERT INTO audit_event (event_id, object_kind, object_id, action, actor, entry{column})"
    " SELECT gen_random_uuid(), object_kind, object_id, action, actor, entry{value} FROM audit_event LIMIT 1"
)
FILLED = {"recorded_at": "now()", "leaf_hash": "entry", "xact": "pg_current_xact_id()", "seq": "99"}
AS_SUPERUSER: list[LiteralString] = [
    f"{start}{verb}"
    for start in ("", "SET session_replication_role = replica; ")
    for verb in (
        "UPDATE audit_event SET actor = 'system'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event CASCADE",
        "DELETE FROM audit_payload",
        "UPDATE audit_payload SET sealed = 'x'",
        "TRUNCATE audit_payload",
        "UPDATE audit_pending SET leaf_hash = ''",
        "TRUNCATE audit_pending",
        "UPDATE audit_subject_key SET wrapped = ''",
        "TRUNCATE audit_subject_key",
        "DELETE FROM project_user",
        "UPDATE project_user SET state = 'left'",
        "TRUNCATE project_user CASCADE",
    )
]


def accepts(statement: str) -> bool:
    """Whether the database does it; the deed is undone."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True


@pytest.mark.parametrize("statement", AS_APPLICATION)
def test_the_application_changes_nothing(cast: Cast, statement: str) -> None:
    assert not accepts(statement)


@pytest.mark.parametrize("column", FILLED)
def test_the_application_cannot_fill_the_databases_columns(cast: Cast, column: str) -> None:
    assert accepts(INSERT.format(column="", value=""))
    assert not accepts(INSERT.format(column=f", {column}", value=f", {FILLED[column]}"))


@pytest.mark.commits
def test_the_public_door_reads_nothing_of_the_log(
    cast: Cast, as_role: Callable[[str], AbstractContextManager[None]]
) -> None:
    with as_role("tutela_public"):
        read = [table for table in hands.TABLES if accepts(f"TABLE {table}")]
    assert read == []


@pytest.mark.commits
def test_the_superuser_is_stopped_until_the_guards_are_switched_off(cast: Cast) -> None:
    assert [answer for answer in map(_as_superuser, AS_SUPERUSER) if "tutela:" not in answer] == []


def _as_superuser(statement: LiteralString) -> str:
    """What the database answered."""
    with hands.superuser() as hand:
        try:
            hand.execute(statement)
        except psycopg.DatabaseError as error:
            return str(error)
    return f"done: {statement}"
