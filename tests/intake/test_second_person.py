"""Whose word counts second: by policy, in danger, where two disagree. Never one's own (T20)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit import log
from audit.acts import Refusal
from intake.models import Case
from intake.schemes import Verdict
from intake.services import assessing, cases, closing, queue, reviewing
from intake.states import CaseState, ClosingOutcome
from project.models import User
from project.people import add_person
from project.roles import Role
from tests import line
from tests.cast import PASSWORD, Cast, person


@pytest.fixture
def lent(cast: Cast) -> User:
    """Dana works for another hotline and helps out here."""
    return add_person(
        actor=cast.ada.actor,
        email="dana@example.org",
        name="Dana",
        role=Role.ANALYST,
        password=PASSWORD,
        groups=[cast.romanian.group],
        organisation="Hotline B",
    )


def review(case: Case, who: User, *, agrees: bool, reason: str = "") -> Case:
    cases.start_review(actor=who.actor, case_id=case.id)
    return cases.review_assessment(actor=who.actor, case_id=case.id, agrees=agrees, reason=reason)


def test_a_person_whom_others_lend_reviews_only_where_the_policy_takes_a_delegate(
    cast: Cast, lent: User
) -> None:
    case = line.an_assessed_case(cast)
    with pytest.raises(Refusal, match="Hotline B lends you to this hotline"):
        cases.start_review(actor=lent.actor, case_id=case.id)
    assert queue.my_work(lent)[1] == []
    line.a_policy(cast, "second_review", "delegate")
    assert [row.case for row in queue.my_work(lent)[1]] == [case]
    assert review(case, lent, agrees=True).state == CaseState.CONFIRMED


def test_nobody_confirms_alone_while_a_second_person_is_required(cast: Cast) -> None:
    case = line.an_assessed_case(cast)
    with pytest.raises(Refusal, match=r"You cannot review your own assessment\. Cleo can\."):
        reviewing.confirm_alone(actor=cast.ana.actor, case_id=case.id, reason="No time.")


def test_a_waiver_lets_the_assessor_confirm_and_is_cited(cast: Cast) -> None:
    line.a_policy(cast, "second_review", "waived")
    case = line.an_assessed_case(cast)
    with pytest.raises(Refusal, match="You did not assess this case"):
        reviewing.confirm_alone(actor=cast.cleo.actor, case_id=case.id)
    confirmed = reviewing.confirm_alone(actor=cast.ana.actor, case_id=case.id)
    assert (confirmed.state, confirmed.review_owed_at) == (CaseState.CONFIRMED, None)
    policy = log.entries_for(action="policy:set").get()
    entry = log.entries_for(object_id=case.id, action="case:confirm_alone").get()
    assert str(policy.object_id).encode() in bytes(entry.entry)


def test_a_waiver_does_not_pass_over_a_second_person_who_said_no(cast: Cast) -> None:
    case = line.an_assessed_case(cast)
    review(case, cast.cleo, agrees=False, reason="Another law.")
    line.a_policy(cast, "second_review", "waived")
    assessing.assess_case(actor=cast.ana.actor, case_id=case.id, judgements=line.judgements_of(case))
    with pytest.raises(Refusal, match="did not agree before"):
        reviewing.confirm_alone(actor=cast.ana.actor, case_id=case.id)


def test_in_danger_one_person_confirms_with_a_reason_and_the_review_is_owed(cast: Cast) -> None:
    case = line.a_case_confirmed_alone(cast)
    assert case.state == CaseState.CONFIRMED
    assert case.review_owed_at
    assert timedelta(hours=3) < case.review_owed_at - timezone.now() <= timedelta(hours=4)
    assert [row.case for row in queue.read(cast.cleo, queue.Wish(view="review")).rows] == [case]
    assert queue.read(cast.ana, queue.Wish(view="review")).rows == []


def test_in_danger_a_reason_is_needed(cast: Cast) -> None:
    case = line.a_case(danger=True)
    cases.assign_case(actor=cast.ana.actor, case_id=case.id)
    assessing.assess_case(actor=cast.ana.actor, case_id=case.id, judgements=line.judgements_of(case))
    with pytest.raises(Refusal, match="Say why it cannot wait"):
        reviewing.confirm_alone(actor=cast.ana.actor, case_id=case.id, reason=" ")


def test_the_owed_review_is_made_by_another_person_once(cast: Cast) -> None:
    case = line.a_case_confirmed_alone(cast)
    with pytest.raises(Refusal, match="your own assessment"):
        reviewing.review_later(actor=cast.ana.actor, case_id=case.id, agrees=True)
    done = reviewing.review_later(actor=cast.cleo.actor, case_id=case.id, agrees=True)
    assert (done.state, done.review_owed_at, done.disputed) == (CaseState.CONFIRMED, None, False)
    with pytest.raises(Refusal, match="No review of this case is owed"):
        reviewing.review_later(actor=cast.cleo.actor, case_id=case.id, agrees=True)


def test_an_owed_review_that_says_no_calls_a_supervisor_who_sends_it_back(cast: Cast) -> None:
    case = line.a_case_confirmed_alone(cast)
    dana = person("dana", Role.ANALYST, cast.romanian.group)
    told = reviewing.review_later(actor=dana.actor, case_id=case.id, agrees=False, reason="Not this.")
    assert (told.state, told.disputed) == (CaseState.CONFIRMED, True)
    back = reviewing.decide_dispute(
        actor=cast.cleo.actor, case_id=case.id, upholds=False, reason="Dana is right."
    )
    assert (back.state, back.disputed, back.assignee) == (CaseState.ASSIGNED, False, cast.ana)


def test_a_second_no_is_a_dispute_that_only_a_supervisor_ends(cast: Cast) -> None:
    case = line.a_disputed_case(cast)
    assert (case.state, case.disputed, case.assignee) == (CaseState.IN_REVIEW, True, None)
    for who in (cast.ana, person("dana", Role.ANALYST, cast.romanian.group)):
        with pytest.raises(Refusal, match="A supervisor decides"):
            reviewing.decide_dispute(actor=who.actor, case_id=case.id, upholds=True, reason="I say so.")
    with pytest.raises(Refusal, match="A supervisor decides"):
        cases.start_review(actor=cast.cleo.actor, case_id=case.id)
    with pytest.raises(Refusal, match="Say why"):
        reviewing.decide_dispute(actor=cast.cleo.actor, case_id=case.id, upholds=True, reason="")
    decided = reviewing.decide_dispute(
        actor=cast.cleo.actor, case_id=case.id, upholds=True, reason="It holds."
    )
    assert (decided.state, decided.disputed) == (CaseState.CONFIRMED, False)


def test_a_supervisor_does_not_decide_about_their_own_assessment(cast: Cast) -> None:
    other = person("dana", Role.ANALYST, cast.romanian.group)
    case = line.a_case(danger=True)
    cases.assign_case(actor=cast.cleo.actor, case_id=case.id)
    assessing.assess_case(actor=cast.cleo.actor, case_id=case.id, judgements=line.judgements_of(case))
    reviewing.confirm_alone(actor=cast.cleo.actor, case_id=case.id, reason="Now.")
    reviewing.review_later(actor=other.actor, case_id=case.id, agrees=False, reason="No.")
    with pytest.raises(Refusal, match=r"You assessed this case\. Another supervisor decides\."):
        reviewing.decide_dispute(actor=cast.cleo.actor, case_id=case.id, upholds=True, reason="Mine.")


@pytest.mark.parametrize("policy", ["required", "delegate"])
def test_nobody_decides_about_a_closing_they_asked_for(cast: Cast, policy: str) -> None:
    line.a_policy(cast, "closure", policy)
    case = line.a_case_to_be_closed(cast)
    with pytest.raises(Refusal, match="You asked to close this case"):
        closing.decide_closure(actor=cast.ana.actor, case_id=case.id, agrees=True)


def test_a_closing_is_not_decided_by_a_person_whom_others_lend(cast: Cast, lent: User) -> None:
    case = line.a_case_to_be_closed(cast)
    with pytest.raises(Refusal, match="Hotline B lends you"):
        closing.decide_closure(actor=lent.actor, case_id=case.id, agrees=True)
    line.a_policy(cast, "closure", "delegate")
    assert closing.decide_closure(actor=lent.actor, case_id=case.id, agrees=True).state == CaseState.CLOSED


def test_a_case_whose_review_is_owed_is_not_closed(cast: Cast) -> None:
    from django.db import transaction

    line.a_policy(cast, "closure", "waived")
    case = line.a_case_confirmed_alone(cast)
    with pytest.raises(Refusal, match="still owed"), transaction.atomic():
        closing.ask_or_close(case, ClosingOutcome.NOBODY, "Nobody.", cast.ana.actor)


def test_nothing_is_referred_before_assessment_and_second_review(cast: Cast) -> None:
    """T34: a retaliatory report stays in the house, whoever wishes otherwise."""
    from referrals.services.referrals import create_referrals

    early = (
        line.a_case(),
        line.a_taken_case(cast),
        line.an_assessed_case(cast),
        line.an_assessed_case(cast, verdict=Verdict.NOT_ILLEGAL),
        line.a_reviewed_case(cast),
        line.a_disputed_case(cast),
        line.a_closed_case(cast),
        line.a_rejected_case(cast),
    )
    for case in early:
        with pytest.raises(Refusal):
            create_referrals(actor=cast.cleo.actor, case_id=case.id, choices=[])
    assert not log.entries_for(action="referral:create").exists()
