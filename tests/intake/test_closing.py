"""Closing by two, rejecting with the reports kept, and opening again."""

import pytest

from audit import log
from audit.acts import Refusal
from intake.models import Case, Closure, Report
from intake.services import assessing, cases, closing, queue
from intake.services.notices import notices_of
from intake.states import CaseState, ClosingOutcome, ClosureState, ReportState
from tests import line
from tests.cast import Cast
from tests.intake.reporting import report, reported

PAGE = "https://forum.example.org/t/1"
OTHER = "https://forum.example.org/t/2"
SPAM = ClosingOutcome.SPAM


def states(case: Case) -> list[str]:
    return list(Report.objects.filter(items__case=case).distinct().values_list("state", flat=True))


def reject(cast: Cast, case: Case, outcome: ClosingOutcome = SPAM) -> Case:
    closing.reject_case(actor=cast.ana.actor, case_id=case.id, outcome=outcome, reason="An advert.")
    return line.agree_to_close(cast, case.id)


def test_asking_leaves_the_case_where_it_is_and_says_who_decides(cast: Cast) -> None:
    case = line.a_case_to_be_closed(cast)
    assert case.state == CaseState.ASSESSED
    (notice,) = notices_of(case, cast.cleo.id)
    assert "Ana asks to close this case: Not illegal. A second person decides." in notice.sentence
    assert notice.words == line.REASON
    assert [row.case for row in queue.my_work(cast.cleo)[1]] == [case]
    (row,) = queue.read(cast.cleo, queue.Wish(view="review")).rows
    assert row.closing
    assert queue.my_work(cast.ana)[1] == []


def test_a_second_person_closes_it(cast: Cast) -> None:
    case = line.a_closed_case(cast)
    assert (case.state, case.outcome, case.assignee) == (CaseState.CLOSED, "not_illegal", None)
    assert case.closures.get().decided_by == cast.cleo


def test_a_second_person_declines_with_a_reason_and_it_can_be_asked_again(cast: Cast) -> None:
    case = line.a_case_to_be_closed(cast)
    with pytest.raises(Refusal, match="Say why the case stays open"):
        closing.decide_closure(actor=cast.cleo.actor, case_id=case.id, agrees=False)
    kept = closing.decide_closure(
        actor=cast.cleo.actor, case_id=case.id, agrees=False, reason="Look at item 1."
    )
    assert kept.state == CaseState.ASSIGNED
    with pytest.raises(Refusal, match="Nobody asks to close this case now"):
        line.agree_to_close(cast, case.id)
    judgements = line.judgements_of(case, verdict="not_found", country="")
    assessing.assess_case(actor=cast.ana.actor, case_id=case.id, judgements=judgements)
    closing.close_case(
        actor=cast.ana.actor, case_id=case.id, outcome=ClosingOutcome.NOT_FOUND, reason="Gone."
    )
    assert line.agree_to_close(cast, case.id).outcome == "not_found"


def test_it_is_asked_once_at_a_time(cast: Cast) -> None:
    case = line.a_case_to_be_closed(cast)
    with pytest.raises(Refusal, match="Ana asked to close this case already"):
        closing.close_case(
            actor=cast.cleo.actor, case_id=case.id, outcome=ClosingOutcome.NOT_FOUND, reason="Gone."
        )


def test_where_the_policy_waives_the_second_person_one_closes_and_the_policy_is_cited(cast: Cast) -> None:
    line.a_policy(cast, "closure", "waived")
    case = line.a_case_to_be_closed(cast)
    assert case.state == CaseState.CLOSED
    closure = case.closures.get()
    assert (closure.state, closure.decided_by) == (ClosureState.AGREED, None)
    policy = log.entries_for(action="policy:set").get().object_id
    assert str(policy).encode() in bytes(log.entries_for(action="case:close").get().entry)


def test_what_was_asked_before_the_case_moved_on_asks_for_nothing(cast: Cast) -> None:
    case = line.a_taken_case(cast)
    closing.reject_case(actor=cast.ana.actor, case_id=case.id, outcome=SPAM, reason="An advert.")
    assessing.assess_case(
        actor=cast.ana.actor, case_id=case.id, judgements=line.judgements_of(case, verdict="not_illegal")
    )
    with pytest.raises(Refusal, match="It may have moved on since"):
        line.agree_to_close(cast, case.id)
    closing.close_case(
        actor=cast.ana.actor, case_id=case.id, outcome=ClosingOutcome.NOT_ILLEGAL, reason="Lawful."
    )
    assert list(Closure.objects.order_by("asked_at").values_list("state", flat=True)) == ["undone", "asked"]


def test_rejecting_keeps_the_reports_and_opening_again_takes_them_up(cast: Cast) -> None:
    case = line.a_taken_case(cast)
    rejected = reject(cast, case, ClosingOutcome.OUT_OF_REMIT)
    assert (rejected.state, rejected.outcome) == (CaseState.CLOSED, "out_of_remit")
    assert states(case) == [ReportState.REJECTED]
    with pytest.raises(Refusal, match="Say why"):
        closing.reopen_case(actor=cast.ana.actor, case_id=case.id, reason="")
    again = closing.reopen_case(actor=cast.ana.actor, case_id=case.id, reason="It is ours.")
    assert (again.state, again.outcome, again.assignee) == (CaseState.OPEN, "", None)
    assert again.due_at > case.due_at
    assert states(case) == [ReportState.SORTED]


def test_a_new_report_of_a_rejected_case_opens_it_and_takes_its_reports_up(cast: Cast) -> None:
    case = reported(PAGE)
    reject(cast, case)
    assert states(case) == [ReportState.REJECTED]
    assert reported(PAGE).id == case.id
    assert set(states(case)) == {ReportState.SORTED}


def test_a_report_is_rejected_only_with_all_its_cases(cast: Cast) -> None:
    known = reported(PAGE)
    both = report(PAGE, OTHER)
    from intake.services.sorting import sort_report

    sort_report(both)
    other = Case.objects.exclude(pk=known.pk).get()
    reject(cast, known)
    assert Report.objects.get(pk=both).state == ReportState.SORTED
    reject(cast, other)
    assert Report.objects.get(pk=both).state == ReportState.REJECTED
    closing.reopen_case(actor=cast.ana.actor, case_id=other.id, reason="It is ours.")
    assert Report.objects.get(pk=both).state == ReportState.SORTED


def test_only_who_has_it_rejects_and_only_before_it_is_assessed(cast: Cast) -> None:
    case = line.a_case_of_somebody_else(cast)
    with pytest.raises(Refusal, match="Cleo has this case until"):
        closing.reject_case(actor=cast.ana.actor, case_id=case.id, outcome=SPAM, reason="x")
    assessed = line.an_assessed_case(cast)
    with pytest.raises(Refusal, match="assessed already"):
        closing.reject_case(actor=cast.ana.actor, case_id=assessed.id, outcome=SPAM, reason="x")
    with pytest.raises(Refusal, match="Choose spam or out of remit"):
        closing.reject_case(
            actor=cast.ana.actor, case_id=line.a_case().id, outcome=ClosingOutcome.NOT_FOUND, reason="x"
        )


def test_only_a_closed_case_is_opened_again(cast: Cast) -> None:
    with pytest.raises(Refusal, match="not closed"):
        closing.reopen_case(actor=cast.ana.actor, case_id=line.a_case().id, reason="x")


def test_a_case_of_forward_only_mode_is_not_assessed(cast: Cast) -> None:
    case = line.a_taken_case(cast)
    line.a_policy(cast, "forward_only", "on")
    with pytest.raises(Refusal, match="Forward the case instead"):
        assessing.assess_case(actor=cast.ana.actor, case_id=case.id, judgements=line.judgements_of(case))
    assert cases.release_case(actor=cast.ana.actor, case_id=case.id).state == CaseState.OPEN
