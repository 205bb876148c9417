"""Who has a case: one at a time, for eight hours; given back, run out, or taken over with a reason."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from audit import log
from audit.acts import Refusal
from intake.models import Case, Lease
from intake.services import cases, leases
from intake.services.next_acts import action_bar
from intake.states import CaseState, LeaseState
from project.roles import Role
from tests import line
from tests.cast import Cast, person
from tests.intake.reporting import reported
from tests.intake.test_cases import assessed, later

PAGE = "https://forum.example.org/t/1"


@pytest.fixture
def case(cast: Cast) -> Case:
    return reported(PAGE)


def held(case: Case) -> list[Lease]:
    return list(Lease.objects.filter(case=case, state=LeaseState.HELD))


def test_the_lease_and_the_case_say_the_same(cast: Cast, case: Case) -> None:
    taken = cases.assign_case(actor=cast.ana.actor, case_id=case.id)
    (lease,) = held(case)
    assert (lease.holder, lease.until) == (cast.ana, taken.lease_until)
    assert cases.release_case(actor=cast.ana.actor, case_id=case.id).assignee is None
    assert held(case) == []


def test_a_lease_that_ran_out_is_ended_by_who_takes_the_case_next(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases.assign_case(actor=cast.ana.actor, case_id=case.id)
    later(monkeypatch, 9)
    assert [lease.holder for lease in held(case)] == [cast.ana]
    cases.assign_case(actor=cast.cleo.actor, case_id=case.id)
    assert [lease.holder for lease in held(case)] == [cast.cleo]
    ended = log.entries_for(case_id=case.id, action="lease:end").get()
    assert ended.actor == str(cast.cleo.id)


def test_the_database_knows_one_holder_of_a_case(cast: Cast, case: Case) -> None:
    cases.assign_case(actor=cast.ana.actor, case_id=case.id)
    (lease,) = held(case)
    other = Lease(
        case=case, holder=cast.cleo, since=lease.since, until=lease.until, last_event_id=lease.last_event_id
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save(force_insert=True)


def test_review_and_its_end_hand_the_case_on(cast: Cast, case: Case) -> None:
    assessed(case, cast.ana)
    cases.start_review(actor=cast.cleo.actor, case_id=case.id)
    assert [lease.holder for lease in held(case)] == [cast.cleo]
    cases.review_assessment(actor=cast.cleo.actor, case_id=case.id, agrees=True)
    assert [lease.holder for lease in held(case)] == [cast.ana]


def test_a_review_can_be_given_back_and_another_begins_it(cast: Cast, case: Case) -> None:
    dana = person("dana", Role.ANALYST, cast.romanian.group)
    assessed(case, cast.ana)
    cases.start_review(actor=cast.cleo.actor, case_id=case.id)
    given = cases.release_case(actor=cast.cleo.actor, case_id=case.id)
    assert (given.state, given.assignee) == (CaseState.IN_REVIEW, None)
    with pytest.raises(Refusal, match="Start the review first"):
        cases.review_assessment(actor=dana.actor, case_id=case.id, agrees=True)
    assert cases.start_review(actor=dana.actor, case_id=case.id).assignee == dana


def test_taking_over_asks_why_is_logged_and_told_to_who_had_it(cast: Cast, case: Case) -> None:
    cases.assign_case(actor=cast.ana.actor, case_id=case.id)
    with pytest.raises(Refusal, match="Say why"):
        cases.take_over_case(actor=cast.cleo.actor, case_id=case.id, reason=" ")
    taken = cases.take_over_case(actor=cast.cleo.actor, case_id=case.id, reason="Ana is ill.")
    assert (taken.state, taken.assignee) == (CaseState.ASSIGNED, cast.cleo)
    entry = log.entries_for(object_id=case.id, action="case:take_over").get()
    assert log.payloads([entry.event_id]) == {entry.event_id: {"reason": "Ana is ill."}}
    (notice,) = action_bar(taken, cast.ana.id).notices
    assert "Cleo took this case over from you" in notice.sentence
    assert notice.words == "Ana is ill."
    assert action_bar(taken, cast.cleo.id).notices == []


def test_nothing_is_taken_over_from_nobody_from_oneself_or_after_the_time(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refusal, match="Nobody has this case"):
        cases.take_over_case(actor=cast.cleo.actor, case_id=case.id, reason="x")
    cases.assign_case(actor=cast.ana.actor, case_id=case.id)
    with pytest.raises(Refusal, match="You have this case already"):
        cases.take_over_case(actor=cast.ana.actor, case_id=case.id, reason="x")
    later(monkeypatch, 9)
    with pytest.raises(Refusal, match="You can take it"):
        cases.take_over_case(actor=cast.cleo.actor, case_id=case.id, reason="x")


def test_an_assessor_does_not_take_the_review_of_their_own_work_over(cast: Cast) -> None:
    case = line.a_reviewed_case(cast)
    with pytest.raises(Refusal, match="your own assessment"):
        cases.take_over_case(actor=cast.ana.actor, case_id=case.id, reason="Cleo is ill.")


@pytest.mark.commits
def test_of_two_who_take_a_case_over_at_once_one_has_it(cast: Cast) -> None:
    dana = person("dana", Role.ANALYST, cast.romanian.group)
    case = line.a_taken_case(cast)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda who: _take_over(who, case.id), [cast.cleo.id, dana.id]))
    case.refresh_from_db()
    assert [lease.holder_id for lease in held(case)] == [case.assignee_id]


@pytest.mark.commits
def test_of_many_who_take_a_case_at_once_one_has_it(cast: Cast) -> None:
    case = reported(PAGE)
    people = [cast.ana, cast.cleo, *(person(f"dana{n}", Role.ANALYST, cast.romanian.group) for n in range(4))]
    with ThreadPoolExecutor(6) as pool:
        won = sum(pool.map(lambda who: _take(who, case.id), [one.id for one in people]))
    assert won == 1
    assert Lease.objects.count() == 1
    case.refresh_from_db()
    assert leases.last_holder(case) == case.assignee_id


def _take(who: UUID, case_id: UUID) -> bool:
    try:
        cases.assign_case(actor=log.Actor(str(who)), case_id=case_id)
    except Refusal:
        return False
    finally:
        connection.close()
    return True


def _take_over(who: UUID, case_id: UUID) -> None:
    try:
        cases.take_over_case(actor=log.Actor(str(who)), case_id=case_id, reason="At once.")
    finally:
        connection.close()
