"""A text is erased only by an entry that says so, about its own subject, later than its own."""

from typing import LiteralString
from uuid import UUID

import psycopg
import pytest

from audit import checking, log
from audit.verify import verify
from tests.audit import hands
from tests.cast import Cast

ERASING: LiteralString = (
    "INSERT INTO audit_event (event_id, object_kind, object_id, action, actor, entry)"
    " SELECT gen_random_uuid(), object_kind, %s, %s, actor, entry FROM audit_event WHERE event_id = %s"
    " RETURNING event_id"
)
ERASED: LiteralString = (
    "UPDATE audit_payload SET sealed = NULL, salt = NULL, erased_by_id = %s WHERE event_id = %s"
)


@pytest.fixture
def _erasing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No verb erases yet, so the product does not know the act."""
    monkeypatch.setitem(log._sentences, checking.ERASE, "A text was erased")


def erase(cast: Cast, *, action: str, subject: UUID, together: bool) -> str:
    """What the database answers to its superuser."""
    own = cast.bo.last_event_id
    with hands.superuser() as hand, hand.transaction(force_rollback=together):
        written = hand.execute(ERASING, (subject, action, own)).fetchone()
        assert written is not None
        if together:
            return _tried(hand, written[0], own)
    with hands.superuser() as hand:
        return _tried(hand, written[0], own)


def _tried(hand: psycopg.Connection, erasing: UUID, own: UUID) -> str:
    try:
        hand.execute(ERASED, (erasing, own))
    except psycopg.DatabaseError as error:
        return str(error)
    return "done"


@pytest.mark.commits
def test_the_database_wants_the_entry_that_says_so(cast: Cast) -> None:
    bo, ana = cast.bo.id, cast.ana.id
    assert erase(cast, action=checking.ERASE, subject=bo, together=True) == "done"
    assert "tutela:" in erase(cast, action="person:add", subject=bo, together=True)
    assert "tutela:" in erase(cast, action=checking.ERASE, subject=ana, together=True)
    assert "tutela:" in erase(cast, action=checking.ERASE, subject=bo, together=False)


@pytest.mark.commits
@pytest.mark.usefixtures("_erasing")
def test_an_erased_text_with_its_entry_verifies(cast: Cast) -> None:
    written = log.note(checking.ERASE, actor=log.SYSTEM, kind="person", id=cast.bo.id)
    hands.tamper(ERASED, written.event_id, cast.bo.last_event_id)
    report = verify()
    assert (report.ok, report.erased) == (True, 1)


@pytest.mark.commits
@pytest.mark.usefixtures("_erasing")
@pytest.mark.parametrize("action", ["person:sign_in", checking.ERASE])
def test_any_other_entry_does_not_do(cast: Cast, action: str) -> None:
    about = cast.bo.id if action != checking.ERASE else cast.ana.id
    written = log.note(action, actor=log.SYSTEM, kind="person", id=about)
    hands.tamper(ERASED, written.event_id, cast.bo.last_event_id)
    assert "no entry says so" in str(verify().first_bad)
