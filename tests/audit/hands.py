"""Other hands on the test's own database than the application's: its superuser's."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
from django.db import connection

from tests import clone

TABLES = ("audit_event", "audit_payload", "audit_pending", "audit_subject_key")


@contextmanager
def superuser() -> Iterator[psycopg.Connection]:
    """Every right there is, on the database of the running test (marked `commits`)."""
    url = clone.with_database(os.environ["TUTELA_TEST_SUPERUSER_URL"], connection.settings_dict["NAME"])
    with psycopg.connect(url, autocommit=True) as hand:
        yield hand


def tamper(statement: LiteralString, *values: object) -> None:
    """What somebody with every right can do once they have switched all guards off."""
    with superuser() as hand:
        hand.execute("SET session_replication_role = replica")
        for table in (*TABLES, "project_user"):
            hand.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        changed = hand.execute(statement, values).rowcount
        for table in (*TABLES, "project_user"):
            hand.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())
    assert changed > 0
