"""What was decided about an earlier assessment does not count for the present one, and no case is stuck."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.acts import Refusal
from intake.models import Case
from intake.services import assessing, cases, closing, corrections, reviewing, second, turns, undo
from intake.services.next_acts import action_bar
from intake.services.notices import notices_of
from intake.states import CaseState, ClosingOutcome, ClosureState
from project.models import User
from project.roles import Role
from tests import line
from tests.cast import Cast, person

TWO = ("https://forum.example.org/1", "https://forum.example.org/2")


def offered(case: Case, who: User) -> list[str]:
    return [act.route for act in action_bar(Case.objects.get(pk=case.pk), who.id).acts]


def assess(case: Case, who: User, verdict: str = "other_illegal") -> Case:
    judgements = line.judgements_of(case, verdict=verdict)
    return assessing.assess_case(actor=who.actor, case_id=case.id, judgements=judgements)


def ask(case: Case, who: User, outcome: ClosingOutcome = ClosingOutcome.NOT_ILLEGAL) -> None:
    closing.close_case(actor=who.actor, case_id=case.id, outcome=outcome, reason="Lawful.")


def agree(case: Case, who: User) -> Case:
    return closing.decide_closure(actor=who.actor, case_id=case.id, agrees=True)


def opened_again(cast: Cast) -> Case:
    """Agencies were told, all ended, it was closed, and Ana has it again."""
    from referrals.services.referrals import close_reviewed_case

    case_id = line.a_concluded_referral(cast).case_id
    close_reviewed_case(actor=cast.ana.actor, case_id=case_id, reason="All have answered.")
    line.agree_to_close(cast, case_id)
    closing.reopen_case(actor=cast.ana.actor, case_id=case_id, reason="Look again.")
    return cases.assign_case(actor=cast.ana.actor, case_id=case_id)


def test_a_closing_asked_before_the_undo_does_not_close_what_is_illegal(cast: Cast) -> None:
    case = line.an_assessed_case(cast, verdict="not_illegal")
    ask(case, cast.cleo)
    undo.undo(actor=cast.ana.actor, case_id=case.id)
    assert case.closures.get().state == ClosureState.UNDONE
    assess(case, cast.ana)
    with pytest.raises(Refusal, match="Nobody asks to close this case now"):
        agree(case, cast.ana)


def test_a_new_assessment_retires_what_was_asked(cast: Cast) -> None:
    case = line.a_taken_case(cast)
    closing.reject_case(
        actor=cast.ana.actor, case_id=case.id, outcome=ClosingOutcome.SPAM, reason="An advert."
    )
    assess(case, cast.ana)
    assert case.closures.get().state == ClosureState.UNDONE


def test_a_declined_closing_goes_back_to_its_assessor_who_reads_why(cast: Cast) -> None:
    case = line.a_case_to_be_closed(cast)
    back = closing.decide_closure(
        actor=cast.cleo.actor, case_id=case.id, agrees=False, reason="It is illegal."
    )
    assert (back.state, back.assignee) == (CaseState.ASSIGNED, cast.ana)
    (notice,) = notices_of(back, cast.ana.id)
    assert "Cleo sent this case back" in notice.sentence
    assert notice.words == "It is illegal."
    assert assess(case, cast.ana).state == CaseState.ASSESSED
    assert "start_review" in offered(case, cast.cleo)


def test_a_confirmed_case_is_assessed_again_before_it_is_sent(cast: Cast) -> None:
    case = line.a_confirmed_case(cast)
    assert "send_back" in offered(case, cast.cleo)
    with pytest.raises(Refusal, match="Say why"):
        cases.send_back(actor=cast.cleo.actor, case_id=case.id, reason=" ")
    back = cases.send_back(actor=cast.cleo.actor, case_id=case.id, reason="Wrong country.")
    assert (back.state, back.assignee) == (CaseState.ASSIGNED, cast.cleo)
    assert notices_of(back, cast.ana.id)[-1].words == "Wrong country."
    assess(case, cast.cleo)
    assert notices_of(Case.objects.get(pk=case.pk), cast.ana.id) == []
    cases.start_review(actor=cast.ana.actor, case_id=case.id)


def test_what_was_left_out_is_asked_again_after_a_new_assessment(cast: Cast) -> None:
    from referrals.services import left_out

    case = line.an_overruling(cast).case
    assert left_out.standing(case)
    cases.send_back(actor=cast.ana.actor, case_id=case.id, reason="Wrong country.")
    assess(case, cast.ana)
    assert not left_out.standing(case)


def test_only_what_was_not_sent_is_sent_back(cast: Cast) -> None:
    for case in (line.a_case(), line.an_assessed_case(cast), line.a_sent_referral(cast).case):
        with pytest.raises(Refusal, match="not sent yet"):
            cases.send_back(actor=cast.ana.actor, case_id=case.id, reason="Again.")


def test_a_case_just_referred_does_not_say_that_agencies_have_it(cast: Cast) -> None:
    case = line.a_referral(cast).case
    assert "stands at the referrals" in action_bar(case, cast.ana.id).sentence


def test_who_assessed_other_items_makes_the_owed_review(cast: Cast) -> None:
    case = line.a_confirmed_case(cast, *TWO)
    line.refer_all(cast, case)
    judgements = line.judgements_of(case, verdict="not_illegal")[1:]
    changed = corrections.reassess(actor=cast.cleo.actor, case_id=case.id, judgements=judgements)
    assert not second.is_agreed(changed)
    assert turns.reviewers(changed, cast.cleo.id) == ["Ana"]
    with pytest.raises(Refusal, match="your own assessment"):
        reviewing.review_later(actor=cast.cleo.actor, case_id=case.id, agrees=True)
    assert list(Case.objects.for_second_look_by(cast.ana, timezone.now())) == [case]
    assert not Case.objects.for_second_look_by(cast.cleo, timezone.now()).exists()
    done = reviewing.review_later(actor=cast.ana.actor, case_id=case.id, agrees=True)
    assert second.is_agreed(done)


def disputed_by_ana(cast: Cast) -> Case:
    """Cleo, the only supervisor, assessed it; Ana said no twice."""
    case = line.a_case(language="ro")
    cases.assign_case(actor=cast.cleo.actor, case_id=case.id)
    for _ in range(2):
        assess(case, cast.cleo)
        cases.start_review(actor=cast.ana.actor, case_id=case.id)
        case = cases.review_assessment(actor=cast.ana.actor, case_id=case.id, agrees=False, reason="No.")
    return case


def test_who_disagreed_may_agree_after_all(cast: Cast) -> None:
    case = disputed_by_ana(cast)
    assert "agree_after_all" in offered(case, cast.ana)
    assert "agree_after_all" not in offered(case, cast.cleo)
    with pytest.raises(Refusal, match="You did not disagree"):
        reviewing.agree_after_all(actor=cast.cleo.actor, case_id=case.id, reason="I do.")
    with pytest.raises(Refusal, match="Say why"):
        reviewing.agree_after_all(actor=cast.ana.actor, case_id=case.id, reason="")
    done = reviewing.agree_after_all(actor=cast.ana.actor, case_id=case.id, reason="Seen it.")
    assert (done.state, done.disputed) == (CaseState.CONFIRMED, False)
    assert second.is_agreed(done)


def test_the_assessor_of_a_disputed_case_may_assess_it_again(cast: Cast) -> None:
    case = disputed_by_ana(cast)
    assert "send_back" in offered(case, cast.cleo)
    with pytest.raises(Refusal, match="A supervisor decides"):
        cases.send_back(actor=cast.ana.actor, case_id=case.id, reason="Mine now.")
    back = cases.send_back(actor=cast.cleo.actor, case_id=case.id, reason="I look again.")
    assert (back.state, back.disputed) == (CaseState.ASSIGNED, False)


def test_what_was_disputed_with_agencies_is_superseded_and_seen_by_a_second_person(cast: Cast) -> None:
    case = line.reassess(cast, line.a_sent_referral(cast).case)
    reviewing.review_later(actor=cast.cleo.actor, case_id=case.id, agrees=False, reason="No.")
    line.a_policy(cast, "second_review", "waived")
    again = corrections.reassess(
        actor=cast.ana.actor,
        case_id=case.id,
        judgements=line.judgements_of(case, verdict="not_found", country=""),
    )
    assert not again.disputed
    assert again.review_owed_at
    assert not second.is_agreed(again)


def test_the_ordinary_review_makes_the_owed_one_and_opening_again_owes_none(cast: Cast) -> None:
    case = opened_again(cast)
    assess(case, cast.ana)
    cases.start_review(actor=cast.cleo.actor, case_id=case.id)
    done = cases.review_assessment(actor=cast.cleo.actor, case_id=case.id, agrees=True)
    assert done.review_owed_at is None


def test_opening_again_keeps_no_owed_review(cast: Cast) -> None:
    from referrals.services.referrals import close_reviewed_case

    case_id = line.a_concluded_referral(cast).case_id
    close_reviewed_case(actor=cast.ana.actor, case_id=case_id, reason="All have answered.")
    closed = line.agree_to_close(cast, case_id)
    assert line.reassess(cast, closed).review_owed_at
    again = closing.reopen_case(actor=cast.ana.actor, case_id=case_id, reason="Look again.")
    assert again.review_owed_at is None
    assert not second.is_agreed(again)


def test_what_agencies_were_told_of_is_not_rejected(cast: Cast) -> None:
    case = opened_again(cast)
    assert "reject_case" not in offered(case, cast.ana)
    with pytest.raises(Refusal, match="Agencies were told of this case"):
        closing.reject_case(
            actor=cast.ana.actor, case_id=case.id, outcome=ClosingOutcome.SPAM, reason="An advert."
        )
    assess(case, cast.ana, "not_illegal")
    ask(case, cast.ana)
    assert second.is_agreed(agree(case, cast.cleo))


def test_a_review_that_has_lapsed_is_not_offered_to_the_assessor(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = line.a_reviewed_case(cast)
    later = timezone.now() + timedelta(hours=9)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    with pytest.raises(Refusal, match="You cannot review your own assessment"):
        cases.take_over_case(actor=cast.ana.actor, case_id=case.id, reason="It waits.")
    dana = person("dana", Role.ANALYST, cast.romanian.group)
    with pytest.raises(Refusal, match="Nobody reviews it now"):
        cases.take_over_case(actor=dana.actor, case_id=case.id, reason="It waits.")
