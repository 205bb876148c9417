"""Who may take, assess, review and close a case, and what each leaves in the log."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from audit import log
from audit.acts import Refusal
from intake.models import Assessment, Case
from intake.schemes import NOT_DETERMINED, HostKnownBy, Verdict
from intake.services import assessing, cases, closing
from intake.services.teams import open_team
from intake.states import CaseState, ClosingOutcome
from project.roles import Role
from tests.cast import Cast, person
from tests.intake.reporting import reported

if TYPE_CHECKING:
    from project.models import User

PAGE = "https://forum.example.org/t/1"
OTHER = "https://forum.example.org/t/2"


@pytest.fixture
def case(cast: Cast) -> Case:
    return reported(PAGE, OTHER)


def judge(
    case: Case,
    who: "User",
    verdict: Verdict = Verdict.NATIONAL_CSAM,
    country: str = "RO",
    reason: str = "Seen.",
) -> Case:
    known = HostKnownBy.LOOKUP if country else HostKnownBy.UNKNOWN
    judgements = [
        assessing.Judgement(
            item.id,
            verdict,
            country,
            known,
            reason,
            age=NOT_DETERMINED,
            sex=NOT_DETERMINED,
            site_type=NOT_DETERMINED,
            commercial=NOT_DETERMINED,
        )
        for item in case.items.addresses()
    ]
    return assessing.assess_case(actor=who.actor, case_id=case.id, judgements=judgements)


def assessed(case: Case, who: "User", verdict: Verdict = Verdict.NATIONAL_CSAM) -> Case:
    cases.assign_case(actor=who.actor, case_id=case.id)
    return judge(case, who, verdict)


def later(monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    moment = timezone.now() + timedelta(hours=hours)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_taking_gives_eight_hours(case: Case, ana: "User") -> None:
    taken = cases.assign_case(actor=ana.actor, case_id=case.id)
    assert (taken.state, taken.assignee) == (CaseState.ASSIGNED, ana)
    assert taken.lease_until
    assert timedelta(hours=7) < taken.lease_until - timezone.now() <= timedelta(hours=8)


def test_a_taken_case_is_refused_with_the_name_and_the_time(case: Case, ana: "User", cleo: "User") -> None:
    cases.assign_case(actor=ana.actor, case_id=case.id)
    with pytest.raises(Refusal, match=r"Ana has this case until .*\d\d:\d\d"):
        cases.assign_case(actor=cleo.actor, case_id=case.id)


def test_when_the_time_has_run_out_another_may_take_it(
    case: Case, ana: "User", cleo: "User", monkeypatch: pytest.MonkeyPatch
) -> None:
    cases.assign_case(actor=ana.actor, case_id=case.id)
    later(monkeypatch, 9)
    assert cases.assign_case(actor=cleo.actor, case_id=case.id).assignee == cleo


def test_only_the_holder_gives_a_case_back(case: Case, ana: "User", cleo: "User") -> None:
    cases.assign_case(actor=ana.actor, case_id=case.id)
    with pytest.raises(Refusal, match="nothing to give back"):
        cases.release_case(actor=cleo.actor, case_id=case.id)
    given = cases.release_case(actor=ana.actor, case_id=case.id)
    assert (given.state, given.assignee, given.lease_until) == (CaseState.OPEN, None, None)


def test_the_next_case_is_the_most_urgent_one_that_the_person_may_see(cast: Cast) -> None:
    reported(PAGE, kind="other")
    urgent = reported(OTHER, kind="grooming")
    reported("https://other.example.org/", language="en", danger=True)
    assert cases.take_next(actor=cast.ana.actor) == urgent


def test_when_nothing_waits_the_next_case_is_refused(cast: Cast) -> None:
    with pytest.raises(Refusal, match="No case waits"):
        cases.take_next(actor=cast.ana.actor)


def test_only_the_holder_assesses(case: Case, ana: "User", cleo: "User") -> None:
    with pytest.raises(Refusal, match="Take it first"):
        judge(case, ana)
    cases.assign_case(actor=ana.actor, case_id=case.id)
    with pytest.raises(Refusal, match="Ana has this case"):
        judge(case, cleo)


def test_an_assessment_covers_every_address_or_nothing_is_recorded(case: Case, ana: "User") -> None:
    cases.assign_case(actor=ana.actor, case_id=case.id)
    first = case.items.addresses()[0]
    alone = [assessing.Judgement(first.id, Verdict.NATIONAL_CSAM, "RO", HostKnownBy.LOOKUP, "Seen.")]
    with pytest.raises(Refusal, match="Item 2 has no verdict"):
        assessing.assess_case(actor=ana.actor, case_id=case.id, judgements=alone)
    assert not Assessment.objects.exists()


@pytest.mark.parametrize(
    ("country", "known_by", "reason", "missing"),
    [
        ("", HostKnownBy.LOOKUP, "Seen.", "Item 1: give the host country"),
        ("RO", HostKnownBy.UNKNOWN, "Seen.", "Item 1: give the host country"),
        ("RO", HostKnownBy.LOOKUP, "  ", "Item 1: say why"),
    ],
)
def test_a_judgement_without_host_or_reason_is_refused_by_its_number(
    case: Case, ana: "User", country: str, known_by: HostKnownBy, reason: str, missing: str
) -> None:
    cases.assign_case(actor=ana.actor, case_id=case.id)
    judgements = [
        assessing.Judgement(item.id, Verdict.NOT_ILLEGAL, country, known_by, reason)
        for item in case.items.addresses()
    ]
    with pytest.raises(Refusal, match=missing):
        assessing.assess_case(actor=ana.actor, case_id=case.id, judgements=judgements)


def test_the_reason_is_sealed_and_read_back_by_its_entry(case: Case, ana: "User") -> None:
    assessed(case, ana)
    record = case.assessments.current()[0]
    assert log.payloads([record.last_event_id]) == {record.last_event_id: {"reason": "Seen."}}
    assert b"Seen" not in bytes(log.entries_for(event_id=record.last_event_id).get().entry)


def test_nobody_reviews_their_own_assessment_and_hears_who_can(case: Case, ana: "User", cleo: "User") -> None:
    assessed(case, ana)
    with pytest.raises(Refusal, match=r"You cannot review your own assessment\. Cleo can\."):
        cases.start_review(actor=ana.actor, case_id=case.id)


def test_agreeing_confirms_and_brings_the_case_back_to_its_assessor(
    case: Case, ana: "User", cleo: "User"
) -> None:
    assessed(case, ana)
    cases.start_review(actor=cleo.actor, case_id=case.id)
    confirmed = cases.review_assessment(actor=cleo.actor, case_id=case.id, agrees=True)
    assert (confirmed.state, confirmed.assignee) == (CaseState.CONFIRMED, ana)


def test_disagreeing_needs_a_reason_and_sends_the_case_back(case: Case, ana: "User", cleo: "User") -> None:
    assessed(case, ana)
    cases.start_review(actor=cleo.actor, case_id=case.id)
    with pytest.raises(Refusal, match="Say why"):
        cases.review_assessment(actor=cleo.actor, case_id=case.id, agrees=False, reason=" ")
    back = cases.review_assessment(actor=cleo.actor, case_id=case.id, agrees=False, reason="Another law.")
    assert (back.state, back.assignee) == (CaseState.ASSIGNED, ana)
    judge(case, ana, Verdict.OTHER_ILLEGAL)
    assert set(case.assessments.current().values_list("verdict", flat=True)) == {"other_illegal"}
    assert case.assessments.count() == 4


def test_only_who_started_the_review_ends_it(cast: Cast, case: Case, ana: "User", cleo: "User") -> None:
    dana = person("dana", Role.ANALYST, cast.romanian.group)
    assessed(case, ana)
    cases.start_review(actor=cleo.actor, case_id=case.id)
    with pytest.raises(Refusal, match="Cleo reviews this case until"):
        cases.start_review(actor=dana.actor, case_id=case.id)
    with pytest.raises(Refusal, match="Cleo reviews this case until"):
        cases.review_assessment(actor=dana.actor, case_id=case.id, agrees=True)


def test_a_review_that_was_left_lying_can_be_taken_over(
    cast: Cast, case: Case, ana: "User", cleo: "User", monkeypatch: pytest.MonkeyPatch
) -> None:
    dana = person("dana", Role.ANALYST, cast.romanian.group)
    assessed(case, ana)
    cases.start_review(actor=cleo.actor, case_id=case.id)
    later(monkeypatch, 9)
    with pytest.raises(Refusal, match="your own assessment"):
        cases.start_review(actor=ana.actor, case_id=case.id)
    assert cases.start_review(actor=dana.actor, case_id=case.id).assignee == dana


def test_a_case_without_anything_illegal_is_closed_and_not_reviewed(
    case: Case, ana: "User", cleo: "User"
) -> None:
    assessed(case, ana, Verdict.NOT_ILLEGAL)
    with pytest.raises(Refusal, match="Close the case"):
        cases.start_review(actor=cleo.actor, case_id=case.id)
    outcome = ClosingOutcome.NOT_ILLEGAL
    closing.close_case(actor=ana.actor, case_id=case.id, outcome=outcome, reason="Lawful.")
    closed = closing.decide_closure(actor=cleo.actor, case_id=case.id, agrees=True)
    assert (closed.state, closed.outcome, closed.assignee) == (CaseState.CLOSED, "not_illegal", None)


def test_a_case_with_something_illegal_is_not_closed_here(case: Case, ana: "User") -> None:
    assessed(case, ana)
    with pytest.raises(Refusal, match="was found illegal"):
        closing.close_case(actor=ana.actor, case_id=case.id, outcome=ClosingOutcome.NOT_FOUND, reason="Gone.")


def test_two_teams_of_one_name_are_refused(cast: Cast) -> None:
    with pytest.raises(Refusal, match="this name already"):
        open_team(actor=log.SYSTEM, name=cast.romanian.name, languages=["ro"])


@pytest.mark.commits
def test_two_people_at_once_get_two_cases_and_the_third_hears_that_none_waits(cast: Cast) -> None:
    reported(PAGE)
    reported(OTHER)
    with ThreadPoolExecutor(3) as pool:
        taken = list(pool.map(_take, [cast.ana.id, cast.cleo.id, cast.ana.id]))
    found = [case for case in taken if case]
    assert len(found) == len(set(found)) == 2


@pytest.mark.commits
def test_one_case_taken_by_two_at_once_has_one_holder(cast: Cast) -> None:
    case = reported(PAGE)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda who: _assign(who, case.id), [cast.ana.id, cast.cleo.id]))
    assert [line.action for line in log.entries_for(object_id=case.id)].count("case:assign") == 1


def _take(who: UUID) -> UUID | None:
    try:
        return cases.take_next(actor=log.Actor(str(who))).id
    except Refusal:
        return None
    finally:
        connection.close()


def _assign(who: UUID, case_id: UUID) -> None:
    try:
        with suppress(Refusal):
            cases.assign_case(actor=log.Actor(str(who)), case_id=case_id)
    finally:
        connection.close()
