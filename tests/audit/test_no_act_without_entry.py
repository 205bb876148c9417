"""Every guarded table, found from the models, tried by hand: no row comes, moves or goes without its entry."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from audit import log
from audit.acts import act
from audit.models import Recorded, Stateful
from project.actions import Action
from tests import line
from tests.cast import Cast

pytestmark = pytest.mark.commits
MODELS = [model for model in apps.get_models() if issubclass(model, Recorded)]

INSERT = "INSERT INTO {table} (last_event_id, id) VALUES (%s, %s)"
MOVE = "UPDATE {table} SET last_event_id = %s WHERE id = %s"
CHANGE_STATE = "UPDATE {table} SET state = 'other' WHERE id = %s"
CHANGE = "UPDATE {table} SET id = id WHERE id = %s"


class Undo(Exception):
    """Nothing that is tried here stays."""


def fresh(kind: str, object_id: UUID) -> UUID:
    """An entry of this transaction about the object, with the row it would have to be."""
    row = next((model(id=object_id) for model in MODELS if model.audit_kind == kind), None)
    written = log.append(Action.DOOR_REFUSE, actor=log.SYSTEM, kind=kind, id=object_id, row=row)
    return written.event_id


def outcome(
    table: str, statement: str, *values: UUID | None, entry_about: tuple[str, UUID] | None = None
) -> str:
    """ "done", or why the database refused. With `entry_about`, the first value is an entry of this transaction."""
    try:
        with act("test", frozenset({Action.DOOR_REFUSE})), connection.cursor() as cursor:
            first = [fresh(*entry_about)] if entry_about else []
            cursor.execute(statement.format(table=table), [*first, *values])
            raise Undo
    except Undo:
        return "done"
    except DatabaseError as error:
        return str(error)


def attempts(model: type[Recorded]) -> Iterator[tuple[str, str]]:
    """Everything that must not be possible, each with what the database answered."""
    kind = model.audit_kind
    row = QuerySet(model).values("id", "last_event_id").first()
    assert row is not None, f"tests/line.py leaves {model._meta.db_table} empty"
    own, last, new = row["id"], row["last_event_id"], uuid4()
    change = CHANGE_STATE if issubclass(model, Stateful) else CHANGE
    trial = partial(outcome, model._meta.db_table)
    yield "insert without an entry", trial(INSERT, None, new)
    yield "insert with an old entry", trial(INSERT, last, new)
    yield "insert with an unknown entry", trial(INSERT, uuid4(), new)
    yield "insert with another object's", trial(INSERT, new, entry_about=(kind, uuid4()))
    yield "insert with another kind's", trial(INSERT, new, entry_about=("door", new))
    yield "change without an entry", trial(change, own)
    yield "move with an unknown entry", trial(MOVE, uuid4(), own)
    yield "move with another object's", trial(MOVE, own, entry_about=(kind, uuid4()))
    yield "move with another kind's", trial(MOVE, own, entry_about=("door", own))
    for event_id in _earlier(kind, own, last):
        yield "move with an earlier entry of its own", trial(MOVE, event_id, own)
    yield "another id", trial("UPDATE {table} SET id = gen_random_uuid() WHERE id = %s", own)
    yield "delete", trial("DELETE FROM {table} WHERE id = %s", own)


def _earlier(kind: str, own: UUID, last: UUID) -> list[UUID]:
    own_entries = log.entries_for(object_kind=kind, object_id=own).exclude(event_id=last)
    return list(own_entries.values_list("event_id", flat=True))


@pytest.mark.parametrize("role", ["tutela_app", "tutela_owner"])
def test_no_act_without_an_entry(
    cast: Cast, as_role: Callable[[str], AbstractContextManager[None]], role: str
) -> None:
    line.a_row_of_everything(cast)
    refusals = ("tutela:",) if role == "tutela_owner" else ("tutela:", "permission denied")
    with as_role(role):
        wrong = [
            f"{model._meta.label}: {what}: {answer}"
            for model in MODELS
            for what, answer in attempts(model)
            if not any(words in answer for words in refusals)
        ]
    assert wrong == []


def test_with_its_entry_a_row_moves(cast: Cast) -> None:
    """The control: what is refused above is refused for its entry, and for nothing else."""
    line.a_row_of_everything(cast)
    stateful = [model for model in MODELS if issubclass(model, Stateful)]
    for model in stateful:
        own = QuerySet(model).values_list("id", flat=True).first()
        assert own is not None
        moved = outcome(model._meta.db_table, MOVE, own, entry_about=(model.audit_kind, own))
        assert moved == "done"


def test_a_column_that_is_nobodys_act_is_free(cast: Cast) -> None:
    with transaction.atomic():
        type(cast.ana).objects.filter(pk=cast.ana.pk).update(last_login="2026-05-14T06:00:00Z")
