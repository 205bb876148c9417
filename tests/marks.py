"""Searching everything that is kept for words that must have left no trace."""

import os
from collections.abc import Iterable

import psycopg
from psycopg import sql

from tests.clone import with_database


def found_in_tables(database: str, marks: Iterable[str]) -> list[str]:
    """Tables of this database, with the mark found in them: as text, and as the bytes of a bytea column."""
    url = with_database(os.environ["TUTELA_TEST_SUPERUSER_URL"], database)
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT c.oid::regclass::text, n.nspname, c.relname FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
        ).fetchall()
        found = []
        for label, schema, table in tables:
            for mark in marks:
                query = sql.SQL("SELECT count(*) FROM {} t WHERE t::text ILIKE ANY (%s)").format(
                    sql.Identifier(schema, table)
                )
                patterns = [f"%{mark}%", f"%{mark.encode().hex()}%"]
                (number,) = connection.execute(query, [patterns]).fetchone() or (0,)
                found += [f"{label}: {mark}"] * number
        return found
