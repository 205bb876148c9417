"""Appending: only inside a verb, only what it declared, only what is registered."""

from uuid import uuid4

import pytest

from audit import log
from audit.acts import Refusal, Undeclared, act
from audit.models import Line, Payload
from project.actions import Action
from tests.proof import assert_verified

pytestmark = pytest.mark.django_db


def append(action: str, **more: object) -> log.Written:
    return log.append(action, actor=log.SYSTEM, kind="door", id=uuid4(), **more)  # type: ignore[arg-type]


def test_outside_a_verb_nothing_is_written() -> None:
    with pytest.raises(Undeclared):
        append(Action.DOOR_REFUSE)
    assert not Line.objects.exists()


def test_a_verb_writes_only_what_it_declared() -> None:
    with pytest.raises(Undeclared), act("test", frozenset({Action.PERSON_SIGN_IN})):
        append(Action.DOOR_REFUSE)
    assert not Line.objects.exists()


def test_an_action_nobody_registered_is_refused() -> None:
    with pytest.raises(ValueError, match="not registered"), act("test", frozenset({"door:paint"})):
        append("door:paint")


def test_the_receipt_names_the_entry_and_its_digest() -> None:
    with act("test", frozenset({Action.DOOR_REFUSE})):
        written = append(Action.DOOR_REFUSE)
    line = Line.objects.get()
    assert (line.event_id, bytes(line.leaf_hash)) == (written.event_id, written.leaf_hash)


def test_a_text_is_sealed_and_only_committed_to() -> None:
    with act("test", frozenset({Action.DOOR_REFUSE})):
        written = append(Action.DOOR_REFUSE, payload={"note": "said aloud"})
    assert b"said aloud" not in bytes(Line.objects.get().entry)
    assert b"said aloud" not in bytes(Payload.objects.get().sealed or b"")
    assert log.payloads([written.event_id]) == {written.event_id: {"note": "said aloud"}}
    assert_verified()


def _write_and_refuse() -> None:
    with act("test", frozenset({Action.DOOR_REFUSE})):
        append(Action.DOOR_REFUSE)
        raise Refusal("No.")


def test_what_fails_leaves_no_entry() -> None:
    with pytest.raises(Refusal):
        _write_and_refuse()
    assert not Line.objects.exists()
