"""Every column of every recorded row: whatever a superuser changes, verification names the object."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, models
from django.db.models import QuerySet
from django.test import override_settings

from audit import binding, log
from audit.acts import act
from audit.models import Recorded
from audit.verify import verify
from project.models import User
from tests import line
from tests.audit import hands
from tests.cast import Cast

# By the column's type in the database, something else than what stands there.
OTHER = {
    "uuid": "gen_random_uuid()",
    "boolean": "NOT {column}",
    "smallint": "coalesce({column}, 0) + 1000",
    "integer": "coalesce({column}, 0) + 1000",
    "date": "coalesce({column}, current_date) + 1",
    "timestamp with time zone": "coalesce({column}, now()) + interval '1 microsecond'",
    "bytea": "'\\x0102'",
    "inet": "'192.0.2.200'",
    "jsonb": '\'{{"another": "value"}}\'',
}
KEEP = "CREATE TEMP TABLE kept AS SELECT * FROM {table} WHERE id = %s"
CHANGE = 'UPDATE {table} SET "{column}" = {other} WHERE id = %s'
BACK = (
    'UPDATE {table} t SET "{column}" = kept."{column}" FROM kept'
    " WHERE t.id = kept.id OR t.last_event_id = kept.last_event_id"
)
TEXT = "left('qqqqqqq', {size})"


def columns(model: type[Recorded]) -> "Iterator[models.Field[object, object]]":
    return (field for field in model._meta.concrete_fields if field.name not in model.audit_free)


def other(field: "models.Field[object, object]") -> str:
    kind = (field.db_type(connection) or "").partition("(")[0]
    known = OTHER.get(kind)
    return known.format(column=field.column) if known else TEXT.format(size=field.max_length or 7)


def named(kind: str, row: Recorded) -> bool:
    return any(f"{kind} {row.pk}" in finding.what for finding in verify().findings.first)


def silent(hand: psycopg.Connection, model: type[Recorded]) -> Iterator[str]:
    """Columns of the model that can be changed without the row's digest telling; and the model, if verify is silent.

    Verification reads the whole log, so it is asked once a model; it compares the digest that is asked here.
    """
    table = model._meta.db_table
    rows: QuerySet[Recorded] = QuerySet(model)
    row = rows.order_by("-id")[0]
    bound = binding.digest(row)
    for number, field in enumerate(columns(model)):
        names = {"table": table, "column": field.column, "other": other(field)}
        hand.execute(KEEP.format_map(names).encode(), [row.pk])
        assert hand.execute(CHANGE.format_map(names).encode(), [row.pk]).rowcount == 1
        if _is_unnoticed(rows, row, bound) or (number == 0 and not named(model.audit_kind, row)):
            yield f"{model._meta.label}.{field.name}"
        hand.execute(BACK.format_map(names).encode())
        hand.execute("DROP TABLE kept")


def _is_unnoticed(rows: QuerySet[Recorded], row: Recorded, bound: str) -> bool:
    """The id and the entry it points to are no part of the digest: without them the row is not found again."""
    found = rows.filter(pk=row.pk).first()
    if found is None or found.last_event_id != row.last_event_id:
        return False
    return binding.digest(found) == bound


@pytest.mark.commits
def test_every_column_of_every_row_is_bound(cast: Cast) -> None:
    line.a_row_of_everything(cast)
    with hands.unguarded() as hand:
        unnoticed = [name for model in binding.models() for name in silent(hand, model)]
    assert unnoticed == []
    assert verify().ok


@pytest.mark.django_db
def test_another_pepper_is_said_once(cast: Cast) -> None:
    with override_settings(TUTELA_PEPPER="another pepper"):
        report = verify()
    assert report.findings.total == 1
    assert report.first_bad is not None
    assert "TUTELA_PEPPER" in report.first_bad.what


@pytest.mark.django_db
def test_an_act_names_its_row(cast: Cast) -> None:
    with pytest.raises(ValueError, match="needs the row"), act("test", frozenset({"person:leave"})):
        log.append("person:leave", actor=log.SYSTEM, kind="person", id=cast.bo.id)


@pytest.mark.django_db
def test_an_act_names_its_own_row(cast: Cast) -> None:
    with pytest.raises(ValueError, match="another one"), act("test", frozenset({"person:leave"})):
        log.append("person:leave", actor=log.SYSTEM, kind="person", id=cast.bo.id, row=cast.ana)


@pytest.mark.commits
def test_an_entry_that_binds_no_row_makes_none(cast: Cast) -> None:
    read = log.note("person:sign_in", actor=cast.bo.actor, kind="person", id=cast.bo.id)
    hands.tamper("UPDATE project_user SET last_event_id = %s WHERE id = %s", read.event_id, cast.bo.id)
    assert [finding.what for finding in verify().findings.first] == [
        f"person {cast.bo.id}: its last entry does not say what the row was"
    ]


@pytest.mark.django_db
def test_a_row_says_the_same_before_and_after_it_is_saved(cast: Cast) -> None:
    assert cast.bo.audit_content() == User.objects.get(pk=cast.bo.pk).audit_content()


def test_a_column_of_a_later_release_is_bound_once_it_says_something(cast: Cast) -> None:
    before = cast.ana.audit_content()
    assert b"organisation" not in before
    cast.ana.organisation = "Another house"
    assert b"organisation" in cast.ana.audit_content()
