"""Verification says yes to what the product wrote, and names the first thing that anybody changed."""

import json
import os
from io import StringIO
from typing import LiteralString
from uuid import UUID

import pytest
import rfc8785
from django.core.management import call_command

from audit import log
from audit.models import Line
from audit.verify import verify
from tests import line
from tests.audit.hands import tamper
from tests.cast import Cast
from tests.proof import assert_verified


def entry_of(person: object) -> Line:
    """The entry that tells how this person came."""
    found = log.entries_for(object_id=person.id, action="person:add").first()  # type: ignore[attr-defined]
    assert found is not None
    return found


def first_bad() -> tuple[int | None, UUID | None, str]:
    bad = verify().first_bad
    assert bad is not None, "the log verifies"
    return bad.index, bad.event_id, bad.what


@pytest.mark.django_db
def test_an_empty_log_verifies() -> None:
    report = verify()
    assert (report.ok, report.entries) == (True, 0)


@pytest.mark.django_db
def test_all_that_the_product_does_verifies(cast: Cast) -> None:
    line.a_concluded_referral(cast)
    log.note("case:refuse", actor=cast.bo.actor, kind="case", id=cast.bo.id)
    assert_verified()


@pytest.mark.commits
def test_the_command_says_so_in_plain_words(cast: Cast) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out, stderr=StringIO())
    assert "VERIFIED: nothing was changed" in out.getvalue()
    assert "person 7" in out.getvalue()


@pytest.mark.commits
def test_the_command_fails_and_names_the_first_bad_entry(cast: Cast) -> None:
    bad = entry_of(cast.bo)
    tamper("UPDATE audit_event SET actor = 'public' WHERE event_id = %s", bad.event_id)
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("verify_audit", stdout=out, stderr=StringIO())
    assert left.value.code == 1
    assert f"First: index {bad.seq}, entry {bad.event_id}" in out.getvalue()


# Each with the words that the finding about Bo's entry must carry; every %s is the entry's id.
CHANGES: dict[str, tuple[LiteralString, str]] = {
    "its bytes are no entry": ("UPDATE audit_event SET entry = '{}' WHERE event_id = %s", "format 1"),
    "a blank was added": ("UPDATE audit_event SET entry = entry || ' ' WHERE event_id = %s", "canonical"),
    "another actor in the column": ("UPDATE audit_event SET actor = 'x' WHERE event_id = %s", "“actor”"),
    "another case in the column": (
        "UPDATE audit_event SET case_id = object_id WHERE event_id = %s",
        "“case”",
    ),
    "another action in the column": ("UPDATE audit_event SET action = 'x' WHERE event_id = %s", "“action”"),
    "the copy was changed": ("UPDATE audit_pending SET leaf_hash = 'x' WHERE event_id = %s", "changed after"),
    "the copy was removed": ("DELETE FROM audit_pending WHERE event_id = %s", "front door"),
    "the text was changed": (
        "UPDATE audit_payload SET sealed = set_byte(sealed, 20, 255 - get_byte(sealed, 20)) WHERE event_id = %s",
        "does not open",
    ),
    "the salt was changed": ("UPDATE audit_payload SET salt = 'x' WHERE event_id = %s", "not the one"),
    "the text was removed": ("DELETE FROM audit_payload WHERE event_id = %s", "text is missing"),
    "the text was given to somebody else": (
        "UPDATE audit_payload SET subject = (SELECT min(subject::text)::uuid FROM audit_subject_key"
        " WHERE subject <> audit_payload.subject) WHERE event_id = %s",
        "does not open",
    ),
    "the key was removed": (
        "DELETE FROM audit_subject_key WHERE subject = (SELECT subject FROM audit_payload WHERE event_id = %s)",
        "key of its text is gone",
    ),
    "erased with an entry that is not there": (
        "UPDATE audit_payload SET sealed = NULL, salt = NULL, erased_by_id = gen_random_uuid()"
        " WHERE event_id = %s",
        "no entry says so",
    ),
    "the row was removed": ("DELETE FROM project_user WHERE last_event_id = %s", "the row is gone"),
    "the row was moved": (
        "UPDATE project_user SET state = 'left' WHERE last_event_id = %s",
        "it is “left” today",
    ),
    "a covered column was changed": (
        "UPDATE project_user SET role = 'administrator' WHERE last_event_id = %s",
        "“role” is not today",
    ),
}


@pytest.mark.commits
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_by_the_superuser_is_named(cast: Cast, change: str) -> None:
    statement, words = CHANGES[change]
    bad = entry_of(cast.bo)
    tamper(statement, bad.event_id)
    index, event_id, what = first_bad()
    assert (index, event_id) == (bad.seq, bad.event_id)
    assert words in what


@pytest.mark.commits
def test_a_well_made_lie_differs_from_its_copy(cast: Cast) -> None:
    bad = entry_of(cast.bo)
    body = json.loads(bytes(bad.entry))
    tamper(
        "UPDATE audit_event SET entry = %s WHERE event_id = %s",
        rfc8785.dumps({**body, "facts": {"role": "analyst", "late": True}}),
        bad.event_id,
    )
    index, event_id, what = first_bad()
    assert (index, event_id) == (bad.seq, bad.event_id)
    assert "changed after it was written" in what


@pytest.mark.commits
def test_a_removed_entry_is_named_by_its_id(cast: Cast) -> None:
    bad = entry_of(cast.bo)
    tamper("DELETE FROM audit_event WHERE event_id = %s", bad.event_id)
    assert first_bad()[:2] == (None, bad.event_id)


@pytest.mark.commits
def test_an_entry_removed_with_its_copy_is_missed_by_its_row(cast: Cast) -> None:
    bad = entry_of(cast.bo)
    tamper("DELETE FROM audit_event WHERE event_id = %s", bad.event_id)
    tamper("DELETE FROM audit_pending WHERE event_id = %s", bad.event_id)
    _index, event_id, what = first_bad()
    assert event_id == bad.event_id
    assert "no entry tells of it" in what


@pytest.mark.commits
def test_an_entry_put_in_behind_the_guards_is_named(cast: Cast) -> None:
    forged = os.urandom(16)
    tamper(
        "INSERT INTO audit_event (event_id, object_kind, object_id, action, actor, entry)"
        " SELECT %s, object_kind, object_id, action, actor, entry FROM audit_event WHERE event_id = %s",
        UUID(bytes=forged),
        entry_of(cast.bo).event_id,
    )
    index, event_id, _what = first_bad()
    assert (index, event_id) == (log.entries_for().latest("seq").seq, UUID(bytes=forged))


@pytest.mark.django_db
def test_a_second_beginning_contradicts_the_first(cast: Cast) -> None:
    from audit.acts import act

    with act("test", frozenset({"person:add"})):
        log.append("person:add", actor=log.SYSTEM, kind="person", id=cast.bo.id, row=cast.bo, after="active")
    assert "was “not there”" in first_bad()[2]


@pytest.mark.django_db
def test_a_kind_nobody_knows_is_named(cast: Cast) -> None:
    log.note("door:refuse", actor=log.SYSTEM, kind="ghost", id=cast.bo.id)
    assert "“ghost”" in first_bad()[2]


@pytest.mark.django_db
def test_twenty_findings_are_listed_and_all_are_counted(cast: Cast) -> None:
    for _number in range(25):
        log.note("door:refuse", actor=log.SYSTEM, kind="ghost", id=cast.bo.id)
    report = verify()
    assert (len(report.findings.first), report.findings.total) == (20, 25)
