"""Leaving a proposal out: a suggestion by one person, an obligation by two, a prohibition never."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from audit import log
from audit.acts import Refusal
from intake.services.undo import undo as undo_step
from project.roles import Role
from referrals.actions import Action
from referrals.models import Overruling, Referral
from referrals.services import left_out
from referrals.services.choosing import Choice
from referrals.services.overruling import decide_overruling, leave_out, take_back
from referrals.services.proposals import propose_routes, shown_routes
from referrals.services.referrals import close_reviewed_case, create_referrals
from referrals.services.rules import Draft, adopt_rule
from referrals.states import Obligation
from tests import line
from tests.cast import person
from tests.doors import DoorClient

if TYPE_CHECKING:
    from intake.models import Case
    from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast: "Cast") -> Overruling:
    """Ana asked to leave the police out."""
    return line.an_overruling(cast)


def agree(cast: "Cast", asked: Overruling) -> Overruling:
    return decide_overruling(actor=cast.cleo.actor, overruling_id=asked.id, agrees=True)


def confirm_all(cast: "Cast", case: "Case", *agencies: object) -> list[Referral]:
    choices = [
        Choice(found.agency_id, found.rule_code, found.rule_version)
        for found in propose_routes(case)
        if found.agency_id in agencies
    ]
    return create_referrals(actor=cast.ana.actor, case_id=case.id, choices=choices)


def test_an_obligation_is_left_out_by_two_people_and_the_case_can_be_closed(
    cast: "Cast", asked: Overruling
) -> None:
    case = asked.case
    assert asked.state == "asked"
    with pytest.raises(Refusal, match="not decided yet"):
        confirm_all(cast, case)
    with pytest.raises(Refusal, match="RO-01 proposes Police"):
        close_reviewed_case(actor=cast.ana.actor, case_id=case.id, reason="Nobody.")
    decided = agree(cast, asked)
    assert (decided.state, decided.decided_by_id) == ("agreed", cast.cleo.id)
    close_reviewed_case(actor=cast.ana.actor, case_id=case.id, reason="Nobody.")
    assert line.agree_to_close(cast, case.id).outcome == "nobody"


def test_nobody_decides_about_their_own_word(cast: "Cast") -> None:
    """T20."""
    case = line.a_confirmed_case(cast)
    (police,) = propose_routes(case)
    asked = leave_out(
        actor=cast.cleo.actor,
        case_id=case.id,
        agency_id=police.agency_id,
        rule_code=police.rule_code,
        rule_version=police.rule_version,
        reason="They know.",
    )
    with pytest.raises(Refusal, match="Another person decides"):
        decide_overruling(actor=cast.cleo.actor, overruling_id=asked.id, agrees=True)


def test_an_analyst_does_not_decide_and_a_person_lent_by_others_neither(
    cast: "Cast", asked: Overruling
) -> None:
    other = person("ina", Role.ANALYST, cast.romanian.group)
    with pytest.raises(Refusal, match="A supervisor decides"):
        decide_overruling(actor=other.actor, overruling_id=asked.id, agrees=True)


def test_a_no_needs_its_reason_and_the_police_are_obligatory_again(cast: "Cast", asked: Overruling) -> None:
    with pytest.raises(Refusal, match="Say why it is not left out"):
        decide_overruling(actor=cast.cleo.actor, overruling_id=asked.id, agrees=False)
    row = decide_overruling(actor=cast.cleo.actor, overruling_id=asked.id, agrees=False, reason="They must.")
    assert row.state == "declined"
    with pytest.raises(Refusal, match="obliges"):
        confirm_all(cast, asked.case)
    (referral,) = confirm_all(cast, asked.case, cast.police.id)
    assert referral.state == "queued"


def test_what_is_left_out_is_not_sent_unless_it_is_taken_back(cast: "Cast", asked: Overruling) -> None:
    agree(cast, asked)
    with pytest.raises(Refusal, match="Take that back first"):
        confirm_all(cast, asked.case, cast.police.id)
    assert take_back(actor=cast.ana.actor, overruling_id=asked.id).state == "undone"
    assert confirm_all(cast, asked.case, cast.police.id)
    with pytest.raises(Refusal):
        take_back(actor=cast.ana.actor, overruling_id=asked.id)


def test_a_suggestion_needs_one_person_and_a_reason(cast: "Cast") -> None:
    host = line.a_host(cast)
    case = line.a_confirmed_case(cast)
    suggested = next(found for found in propose_routes(case) if found.agency_id == host.id)
    said: dict[str, Any] = {
        "case_id": case.id,
        "agency_id": host.id,
        "rule_code": suggested.rule_code,
        "rule_version": suggested.rule_version,
    }
    with pytest.raises(Refusal, match="Say why it is left out"):
        leave_out(actor=cast.ana.actor, **said, reason=" ")
    row = leave_out(actor=cast.ana.actor, **said, reason="They know.")
    assert (row.state, row.decided_by) == ("agreed", None)
    with pytest.raises(Refusal, match="left out already"):
        leave_out(actor=cast.ana.actor, **said, reason="Again.")
    assert [found.agency_id for found in confirm_all(cast, case, cast.police.id)] == [cast.police.id]


def test_a_prohibition_cannot_be_left_out(cast: "Cast") -> None:
    case = line.a_confirmed_case(cast)
    draft = Draft("RO-00", {"verdict": "illegal"}, Obligation.FORBIDDEN, "police_hold", cast.clearing.id)
    adopt_rule(actor=log.SYSTEM, rule=draft)
    with pytest.raises(Refusal, match="forbids it"):
        leave_out(
            actor=cast.ana.actor,
            case_id=case.id,
            agency_id=cast.clearing.id,
            rule_code="RO-00",
            rule_version=1,
            reason="Really.",
        )


@pytest.mark.parametrize("make", [line.an_assessed_case, line.a_taken_case])
def test_nothing_is_left_out_before_a_second_person_has_agreed(
    cast: "Cast", make: Callable[["Cast"], "Case"]
) -> None:
    case = make(cast)
    with pytest.raises(Refusal, match="decided once a second person has agreed"):
        leave_out(
            actor=cast.ana.actor,
            case_id=case.id,
            agency_id=cast.police.id,
            rule_code="RO-01",
            rule_version=1,
            reason="x",
        )


def test_a_new_assessment_makes_the_old_word_void(cast: "Cast", asked: Overruling) -> None:
    agree(cast, asked)
    case = asked.case
    undo_step(actor=cast.cleo.actor, case_id=case.id)
    from intake.services.assessing import assess_case
    from intake.services.cases import review_assessment

    review_assessment(actor=cast.cleo.actor, case_id=case.id, agrees=False, reason="Look again.")
    assess_case(actor=cast.ana.actor, case_id=case.id, judgements=line.judgements_of(case))
    line.confirm(cast, case)
    assert left_out.standing(case) == {}
    with pytest.raises(Refusal, match="obliges"):
        confirm_all(cast, case)


def test_the_reasons_are_sealed(asked: Overruling) -> None:
    (entry,) = log.entries_for(action=Action.OVERRULING_ASK)
    assert line.REASON.encode() not in bytes(entry.entry)
    assert left_out.reasons([asked]) == {asked.id: line.REASON}


def test_the_page_shows_who_asked_and_lets_the_second_person_decide(
    cast: "Cast", asked: Overruling, desk_client: DoorClient
) -> None:
    cleo = desk_client.sign_in(cast.cleo)
    page = cleo.get(cleo.url("routes", case_id=asked.case_id)).content.decode()
    assert "Ana asks to leave it out:" in page
    assert line.REASON in page
    cleo.post(
        cleo.url("decide_overruling", overruling_id=asked.id),
        urlencode({"agrees": "yes"}),
        content_type="application/x-www-form-urlencoded",
    )
    page = cleo.get(cleo.url("routes", case_id=asked.case_id)).content.decode()
    assert "Left out by Ana; Cleo agreed:" in page
    assert "Nobody is left to be told." in page
    assert shown_routes(asked.case)[0].overruling


def test_who_asked_is_not_offered_to_decide(cast: "Cast", asked: Overruling, desk_client: DoorClient) -> None:
    ana = desk_client.sign_in(cast.ana)
    page = ana.get(ana.url("routes", case_id=asked.case_id)).content.decode()
    assert "Do you agree that it is left out?" not in page
    assert "A supervisor who did not ask decides." in page
