"""Other hands on the test's own database than the application's: its superuser's."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
from django.db import connection

from tests import clone

TABLES = ("audit_event", "audit_payload", "audit_pending", "audit_subject_key")
GUARDED = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
CHECKS = (
    "SELECT conrelid::regclass::text, conname FROM pg_constraint"
    " WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND conrelid <> 0"
)


@contextmanager
def superuser() -> Iterator[psycopg.Connection]:
    """Every right there is, on the database of the running test (marked `commits`)."""
    url = clone.with_database(os.environ["TUTELA_TEST_SUPERUSER_URL"], connection.settings_dict["NAME"])
    with psycopg.connect(url, autocommit=True) as hand:
        yield hand


def tamper(statement: LiteralString, *values: object) -> None:
    """What somebody with every right can do once they have switched all guards off."""
    with unguarded((*TABLES, "project_user")) as hand:
        changed = hand.execute(statement, values).rowcount
    assert changed > 0


@contextmanager
def unguarded(tables: Iterable[str] = ()) -> Iterator[psycopg.Connection]:
    """The superuser's hand with the guards of these tables, or of all, switched off, and no rule left on values."""
    with superuser() as hand:
        hand.execute("SET session_replication_role = replica")
        named = list(tables) or [name for (name,) in hand.execute(GUARDED)]
        for table in named:
            hand.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        for table, check in [] if tables else hand.execute(CHECKS).fetchall():
            hand.execute(f"ALTER TABLE {table} DROP CONSTRAINT {check}".encode())
        yield hand
        for table in named:
            hand.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())
