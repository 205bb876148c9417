"""The page of a case says what holds now, and why people decided: undone, sent back, disputed, left out, waived."""

import re
from dataclasses import replace

import pytest

from intake.models import Case
from intake.panels import reviews_of
from intake.panels.hands import closings_of, holders_of
from intake.panels.second import second_person
from intake.panels.timeline import trail_of
from intake.services import assessing, cases, closing, notes, reviewing, undo
from intake.states import ClosingOutcome
from referrals.services.overruling import decide_overruling
from referrals.services.referrals import close_reviewed_case
from tests import line
from tests.cast import Cast
from tests.doors import DoorClient

pytestmark = pytest.mark.django_db
NO = "The page shows adults only."


def page(desk: DoorClient, route: str, case: Case) -> str:
    """The words of a page, without its markup."""
    answer = desk.get(desk.url(route, case_id=case.id))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def said_no(cast: Cast, case: Case) -> Case:
    cases.start_review(actor=cast.cleo.actor, case_id=case.id)
    return cases.review_assessment(actor=cast.cleo.actor, case_id=case.id, agrees=False, reason=NO)


def test_an_undone_assessment_counts_no_more(cast: Cast, desk_client: DoorClient) -> None:
    case = line.an_assessed_case(cast)
    undo.undo(actor=cast.ana.actor, case_id=case.id)
    desk = desk_client.sign_in(cast.ana)
    shown = page(desk, "case", case)
    assert "undone, nobody stands by it: " in shown
    assert "No rule proposes anybody yet" in shown
    assert "Obligatory" not in shown
    assessing.assess_case(actor=cast.ana.actor, case_id=case.id, judgements=line.judgements_of(case))
    shown = page(desk, "case", case)
    assert "undone, nobody stands by it" not in shown
    assert "Nobody stands by it." in shown


def test_the_assessor_reads_why_it_came_back_and_finds_what_they_typed(
    cast: Cast, desk_client: DoorClient
) -> None:
    case = said_no(cast, line.an_assessed_case(cast))
    desk = desk_client.sign_in(cast.ana)
    shown = page(desk, "assess", case)
    assert "Cleo did not agree." in shown
    assert NO in shown
    assert "Filled in from your assessment of" in shown
    form = desk.get(desk.url("assess", case_id=case.id)).context["form"].judged[0].form
    assert form["verdict"].value() == case.assessments.get().verdict
    assert not form["reason"].value()


def test_who_decides_a_dispute_reads_what_the_second_person_said(cast: Cast, desk_client: DoorClient) -> None:
    case = line.a_disputed_case(cast)
    (said, *_older) = reviews_of(case)
    desk = desk_client.sign_in(cast.cleo)
    shown = page(desk, "decide_dispute", case)
    assert f"{said.name} did not agree." in shown
    assert said.reason in shown


def test_after_a_second_no_nothing_says_that_it_went_back(cast: Cast) -> None:
    case = said_no(cast, line.an_assessed_case(cast))
    assessing.assess_case(actor=cast.ana.actor, case_id=case.id, judgements=line.judgements_of(case))
    case = again(said_no(cast, case))
    assert case.disputed
    assert str(trail_of(case)[0].sentence) == "A second person did not agree again; a supervisor decides"
    assert second_person(case, cast.ana.id).sentence == "Cleo did not agree. A supervisor decides."


def test_a_dispute_is_said_where_the_document_stands(cast: Cast, desk_client: DoorClient) -> None:
    case = line.a_case_confirmed_alone(cast)
    reviewing.review_later(actor=cast.cleo.actor, case_id=case.id, agrees=False, reason=NO)
    desk = desk_client.sign_in(cast.ana)
    for route in ("case", "routes"):
        assert "Two people disagree about this case. A supervisor decides before anything leaves." in page(
            desk, route, case
        )


def test_a_closed_case_shows_who_was_left_out_by_whom_and_why(cast: Cast, desk_client: DoorClient) -> None:
    asked = line.an_overruling(cast)
    decide_overruling(actor=cast.cleo.actor, overruling_id=asked.id, agrees=True)
    close_reviewed_case(actor=cast.ana.actor, case_id=asked.case_id, reason="Nobody is left.")
    case = line.agree_to_close(cast, asked.case_id)
    shown = page(desk_client.sign_in(cast.ana), "case", case)
    assert f"Left out by Ana; Cleo agreed: “{line.REASON}”" in shown


def test_the_second_person_card_says_what_the_policies_say(cast: Cast) -> None:
    taken, assessed = line.a_taken_case(cast), line.an_assessed_case(cast)
    line.a_policy(cast, "second_review", "waived")
    for case in (taken, assessed):
        said = second_person(case, cast.ana.id).sentence
        assert said == "The second review is waived: the assessor may confirm alone."
    reviewing.confirm_alone(actor=cast.ana.actor, case_id=assessed.id)
    assert second_person(again(assessed), cast.ana.id).sentence == "One person confirmed this case alone."
    line.a_policy(cast, "forward_only", "on")
    assert "nothing to review" in second_person(taken, cast.ana.id).sentence


def test_the_reviewer_sees_the_type_of_site_and_the_ways_of_paying(
    cast: Cast, desk_client: DoorClient
) -> None:
    case = line.a_taken_case(cast)
    (judgement,) = line.judgements_of(case)
    paid = replace(judgement, site_type="forum", commercial="yes", payment_methods=("cryptocurrency",))
    assessing.assess_case(actor=cast.ana.actor, case_id=case.id, judgements=[paid])
    cases.start_review(actor=cast.cleo.actor, case_id=case.id)
    shown = page(desk_client.sign_in(cast.cleo), "review", case).casefold()
    assert "forum," in shown
    assert "crypto" in shown


def test_what_is_left_out_of_the_page_is_said_and_stands_on_another(
    cast: Cast, desk_client: DoorClient
) -> None:
    case = line.a_taken_case(cast)
    for number in range(52):
        notes.write_note(actor=cast.ana.actor, case_id=case.id, text=f"Note {number}.")
    desk = desk_client.sign_in(cast.ana)
    assert "2 older notes are not shown here:" in page(desk, "case", case)
    assert "Note 51." in page(desk, "case_entries", case)
    for _turn in range(9):
        cases.release_case(actor=cast.ana.actor, case_id=case.id)
        cases.assign_case(actor=cast.ana.actor, case_id=case.id)
    assert "2 earlier times are not shown here:" in page(desk, "case", case)


def test_why_it_was_taken_over_stands_with_the_time_that_began_with_it(cast: Cast) -> None:
    case = line.a_taken_case(cast)
    cases.take_over_case(actor=cast.cleo.actor, case_id=case.id, reason="She is ill.")
    cases.release_case(actor=cast.cleo.actor, case_id=case.id)
    cases.assign_case(actor=cast.cleo.actor, case_id=case.id)
    assert [(held.name, held.reason) for held in holders_of(case).shown] == [
        ("Cleo", ""),
        ("Cleo", "She is ill."),
        ("Ana", ""),
    ]


def test_a_closing_that_the_case_has_left_behind_is_no_longer_asked(cast: Cast) -> None:
    case = line.a_taken_case(cast)
    closing.reject_case(
        actor=cast.ana.actor, case_id=case.id, outcome=ClosingOutcome.SPAM, reason="Looks like spam."
    )
    assert [str(asked.mark.label) for asked in closings_of(case)] == ["Asked"]
    assessing.assess_case(actor=cast.ana.actor, case_id=case.id, judgements=line.judgements_of(case))
    assert "Asked" not in [str(asked.mark.label) for asked in closings_of(again(case))]


def test_a_note_opens_nothing_and_keeps_its_lines(cast: Cast, desk_client: DoorClient) -> None:
    case = line.a_taken_case(cast)
    notes.write_note(actor=cast.ana.actor, case_id=case.id, text="One\nhttps://evil.example.org/x")
    notes.write_note(actor=cast.ana.actor, case_id=case.id, text="Long. " * 200)
    desk = desk_client.sign_in(cast.ana)
    shown = desk.get(desk.url("case", case_id=case.id)).content.decode()
    assert "One<br>hxxps://evil[.]example[.]org/x" in shown
    assert "<details><summary>Long." in shown
