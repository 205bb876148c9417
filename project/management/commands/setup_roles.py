"""Give each database role exactly what project/grants.py says, and take everything else away."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from project.grants import COLUMNS, FUNCTIONS, GRANTS, PLAIN_TABLES, ROLES, SEQUENCES, Grant


class Command(BaseCommand):
    help = "Apply the table of database rights (run as the owner, after migrate)."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            for role in ROLES:
                _ensure_role(cursor, role)
                _take_all(cursor, role)
            for statement in grant_statements():
                cursor.execute(statement)
        if options["verbosity"]:
            self.stdout.write(f"rights applied to {len(GRANTS)} tables for {len(ROLES)} roles")


def grant_statements() -> list[str]:
    """Every GRANT that the table asks for."""
    statements = []
    for label, grant in GRANTS.items():
        statements += _on_table(apps.get_model(label)._meta.db_table, grant, label)
    for table, grant in PLAIN_TABLES.items():
        statements += _on_table(table, grant, table)
    for function, roles in FUNCTIONS.items():
        statements.append(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        statements += [f"GRANT EXECUTE ON FUNCTION {function} TO {role}" for role in roles]
    for sequence, roles in SEQUENCES.items():
        statements += [f"GRANT USAGE ON SEQUENCE {sequence} TO {role}" for role in roles]
    return statements


def _on_table(table: str, grant: Grant, label: str) -> list[str]:
    return [
        f"GRANT {_on_columns(label, verb)} ON {table} TO {role}"
        for role, verbs in (("tutela_app", grant.app), ("tutela_public", grant.public))
        for verb in verbs
    ]


def _on_columns(label: str, verb: str) -> str:
    columns = COLUMNS.get((label, verb))
    return f"{verb} ({', '.join(columns)})" if columns else verb


def _ensure_role(cursor: CursorWrapper, role: str) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    if not cursor.fetchone():
        cursor.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT")


def _take_all(cursor: CursorWrapper, role: str) -> None:
    cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
    cursor.execute(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}")
    cursor.execute(f"REVOKE ALL ON SCHEMA public FROM {role}")
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
