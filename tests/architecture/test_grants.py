"""The rights in the database are exactly those of project/grants.py: for both roles, on everything there is."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from project.grants import COLUMNS, FUNCTIONS, GRANTS, PLAIN_TABLES, ROLES, SEQUENCES, Grant

pytestmark = pytest.mark.django_db
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
ON_COLUMNS = ("SELECT", "INSERT", "UPDATE", "REFERENCES")
Right = tuple[str, ...]


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def tables() -> dict[str, tuple[str, Grant]]:
    """Table -> its label and grant, for every table that the grants name."""
    named = {apps.get_model(label)._meta.db_table: (label, grant) for label, grant in GRANTS.items()}
    return named | {table: (table, grant) for table, grant in PLAIN_TABLES.items()}


def of_role(grant: Grant, role: str) -> tuple[str, ...]:
    return grant.app if role == "tutela_app" else grant.public


def test_every_model_has_a_line_in_the_grants() -> None:
    models = {
        model._meta.label for model in apps.get_models(include_auto_created=True) if model._meta.managed
    }
    assert models == set(GRANTS)


def test_every_table_has_a_line_in_the_grants() -> None:
    found = rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert {name for (name,) in found} == set(tables())


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_to_each_table_what_the_grants_say(role: str) -> None:
    wanted = {
        (table, verb)
        for table, (label, grant) in tables().items()
        for verb in of_role(grant, role)
        if (label, verb) not in COLUMNS
    }
    found = rows(
        "SELECT c.relname, v.verb FROM pg_class c, unnest(%s::text[]) AS v(verb)"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
        " AND has_table_privilege(%s, c.oid, v.verb)",
        list(VERBS),
        role,
    )
    assert set(found) == wanted


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_write_the_columns_that_the_grants_say(role: str) -> None:
    """Beyond whole tables, no column is open except those that COLUMNS lists."""
    found = rows(
        "SELECT c.relname, v.verb, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid,"
        " unnest(%s::text[]) AS v(verb) WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
        " AND a.attnum > 0 AND NOT a.attisdropped AND NOT has_table_privilege(%s, c.oid, v.verb)"
        " AND has_column_privilege(%s, c.oid, a.attnum, v.verb)",
        list(ON_COLUMNS),
        role,
        role,
    )
    assert set(found) == set(_columns_of(role))


def _columns_of(role: str) -> Iterable[Right]:
    by_label = {label: (table, grant) for table, (label, grant) in tables().items()}
    for (label, verb), columns in COLUMNS.items():
        table, grant = by_label[label]
        if verb in of_role(grant, role):
            yield from ((table, verb, column) for column in columns)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_use_the_sequences_that_the_grants_say(role: str) -> None:
    found = rows(
        "SELECT c.relname, v.verb FROM pg_class c, unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) AS v(verb)"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S'"
        " AND CASE v.verb WHEN 'USAGE' THEN has_sequence_privilege(%s, c.oid, 'USAGE')"
        " WHEN 'SELECT' THEN has_sequence_privilege(%s, c.oid, 'SELECT')"
        " ELSE has_sequence_privilege(%s, c.oid, 'UPDATE') END",
        role,
        role,
        role,
    )
    assert set(found) == {(name, "USAGE") for name, roles in SEQUENCES.items() if role in roles}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_call_the_functions_that_the_grants_say(role: str) -> None:
    """A trigger function is called by its trigger, whoever may execute it; every other is on the list."""
    found = rows(
        "SELECT p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' FROM pg_proc p"
        " WHERE p.pronamespace = 'public'::regnamespace AND p.prorettype <> 'trigger'::regtype"
        " AND has_function_privilege(%s, p.oid, 'EXECUTE')",
        role,
    )
    wanted = {name for name, roles in FUNCTIONS.items() if role in roles}
    assert {_without_names(name) for (name,) in found} == wanted


def _without_names(signature: str) -> str:
    """`visit(code bytea)` as `visit(bytea)`."""
    name, _, arguments = signature.rstrip(")").partition("(")
    return f"{name}({', '.join(argument.split()[-1] for argument in arguments.split(',') if argument)})"


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_nobody_special_and_makes_nothing(role: str) -> None:
    (flags,) = rows(
        "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication FROM pg_roles WHERE rolname = %s",
        role,
    )
    assert not any(flags)
    (makes,) = rows("SELECT has_schema_privilege(%s, 'public', 'CREATE')", role)
    assert makes == (False,)
    assert not rows("SELECT 1 FROM pg_class WHERE relowner = %s::regrole", role)
    assert not rows("SELECT 1 FROM pg_auth_members WHERE member = %s::regrole", role)


def test_new_tables_are_closed_until_the_grants_name_them() -> None:
    assert not rows("SELECT 1 FROM pg_default_acl")


def test_the_rest_of_the_world_has_no_right_on_any_table() -> None:
    assert not rows(
        "SELECT table_name, privilege_type FROM information_schema.table_privileges"
        " WHERE table_schema = 'public' AND grantee = 'PUBLIC'"
    )
