"""The last step taken back: by who did it, in time, while nothing has left the house."""

from collections.abc import Callable

import pytest

from audit import log
from audit.acts import Refusal
from intake.models import Case, Report
from intake.services import assessing, cases, closing, undo
from intake.states import CaseState, ClosingOutcome, ClosureState, ReportState
from tests import line
from tests.cast import Cast
from tests.intake.reporting import reported
from tests.intake.test_cases import later

GONE = "cannot be undone any more"


def back(cast: Cast, case: Case, who: str = "ana") -> Case:
    return undo.undo(actor=cast.people[who].actor, case_id=case.id)


def test_an_assessment_goes_back_to_its_assessor_and_stays_in_the_log(cast: Cast) -> None:
    case = line.an_assessed_case(cast)
    offered = undo.offer(case, cast.ana.id)
    assert offered
    assert 0 < offered.minutes <= 15
    undone = back(cast, case)
    assert (undone.state, undone.assignee) == (CaseState.ASSIGNED, cast.ana)
    assert [line.action for line in log.entries_for(object_id=case.id)][-2:] == ["case:assess", "case:undo"]
    assessing.assess_case(
        actor=cast.ana.actor, case_id=case.id, judgements=line.judgements_of(case, verdict="not_illegal")
    )
    assert case.assessments.current().get().verdict == "not_illegal"


def test_an_agreeing_review_goes_back_to_its_reviewer(cast: Cast) -> None:
    case = line.a_confirmed_case(cast)
    undone = back(cast, case, "cleo")
    assert (undone.state, undone.assignee) == (CaseState.IN_REVIEW, cast.cleo)
    no = cases.review_assessment(
        actor=cast.cleo.actor, case_id=case.id, agrees=False, reason="On reflection."
    )
    assert (no.state, no.disputed) == (CaseState.ASSIGNED, False)


def test_a_review_that_was_undone_is_nobodys_word(cast: Cast) -> None:
    """No, then a yes that is undone, then no again: that is two people in a row who do not agree."""
    case = line.an_assessed_case(cast)
    cases.start_review(actor=cast.cleo.actor, case_id=case.id)
    cases.review_assessment(actor=cast.cleo.actor, case_id=case.id, agrees=False, reason="No.")
    assessing.assess_case(actor=cast.ana.actor, case_id=case.id, judgements=line.judgements_of(case))
    cases.start_review(actor=cast.cleo.actor, case_id=case.id)
    cases.review_assessment(actor=cast.cleo.actor, case_id=case.id, agrees=True)
    back(cast, case, "cleo")
    again = cases.review_assessment(actor=cast.cleo.actor, case_id=case.id, agrees=False, reason="No.")
    assert again.disputed


def test_a_confirmation_alone_owes_no_review_any_more(cast: Cast) -> None:
    undone = back(cast, line.a_case_confirmed_alone(cast))
    assert (undone.state, undone.review_owed_at) == (CaseState.ASSESSED, None)


@pytest.mark.parametrize("make", [line.a_closed_case, line.a_rejected_case])
def test_a_closing_goes_back_to_where_the_case_was(cast: Cast, make: Callable[[Cast], Case]) -> None:
    closed = make(cast)
    with pytest.raises(Refusal, match=GONE):
        back(cast, closed)  # Ana asked, but Cleo closed it
    closure = closed.closures.get()
    undone = back(cast, closed, "cleo")
    assert (undone.state, undone.outcome, undone.assignee) == (closure.before, "", cast.ana)
    closure.refresh_from_db()
    assert closure.state == ClosureState.UNDONE
    assert set(Report.objects.values_list("state", flat=True)) == {ReportState.SORTED}


def test_a_closing_of_a_case_that_nobody_had_goes_back_to_nobody(cast: Cast) -> None:
    line.a_policy(cast, "closure", "waived")
    case = line.a_case()
    closing.reject_case(actor=cast.ana.actor, case_id=case.id, outcome=ClosingOutcome.SPAM, reason="Spam.")
    undone = back(cast, case)
    assert (undone.state, undone.assignee) == (CaseState.OPEN, None)


def test_asking_to_close_is_taken_back_by_who_asked(cast: Cast) -> None:
    case = line.a_case_to_be_closed(cast)
    assert undo.offer(case, cast.cleo.id) is None
    assert back(cast, case).state == CaseState.ASSESSED
    with pytest.raises(Refusal, match="Nobody asks to close"):
        line.agree_to_close(cast, case.id)


def test_when_the_time_has_run_out_nothing_is_undone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = line.an_assessed_case(cast)
    later(monkeypatch, 1)
    assert undo.offer(case, cast.ana.id) is None
    with pytest.raises(Refusal, match=GONE):
        back(cast, case)


def test_nobody_undoes_what_another_did_or_what_was_built_upon(cast: Cast) -> None:
    case = line.an_assessed_case(cast)
    with pytest.raises(Refusal, match=GONE):
        back(cast, case, "cleo")
    cases.start_review(actor=cast.cleo.actor, case_id=case.id)
    with pytest.raises(Refusal, match=GONE):
        back(cast, case)


def test_a_report_that_came_since_is_not_pulled_along(cast: Cast) -> None:
    case = line.a_closed_case(cast, "https://forum.example.org/t/1")
    assert reported("https://forum.example.org/t/1").id == case.id
    with pytest.raises(Refusal, match=GONE):
        back(cast, case, "cleo")


def test_nothing_here_is_undone_once_the_case_is_referred(cast: Cast) -> None:
    case = line.a_referral(cast).case
    for who in ("ana", "cleo"):
        with pytest.raises(Refusal, match=GONE):
            back(cast, case, who)
