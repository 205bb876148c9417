"""Confirming what is referred to whom: only what the rules say now, only after two people, exactly as shown."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from audit import log
from audit.acts import Refusal
from intake.services.assessing import assess_case
from intake.services.cases import assign_case
from intake.services.closing import decide_closure
from intake.services.reviewing import confirm_alone
from referrals import documents
from referrals.actions import Action
from referrals.documents import LeftOut
from referrals.models import Delivery, Overruling, Referral
from referrals.routing import Proposal
from referrals.services.directory import Terms, open_agency, pause_agency
from referrals.services.proposals import draft, propose_routes, shown_routes
from referrals.services.referrals import Choice, Left, close_reviewed_case, create_referrals
from referrals.services.rules import Draft, adopt_rule
from referrals.states import AgencyKind, Obligation
from tests import line

if TYPE_CHECKING:
    from intake.models import Case
    from tests.cast import Cast

pytestmark = pytest.mark.django_db
IN_WORDS = "a shop on the corner of two streets"


@pytest.fixture
def case(cast: "Cast") -> "Case":
    return line.a_confirmed_case(cast)


def chosen(proposal: Proposal, *, seen: str = "") -> Choice:
    return Choice(proposal.agency_id, proposal.rule_code, proposal.rule_version, seen)


def left(proposal: Proposal, reason: str = "They have it.") -> Left:
    return Left(proposal.agency_id, proposal.rule_code, proposal.rule_version, reason)


def closed_by_two(cast: "Cast", case: "Case") -> tuple[str, str]:
    close_reviewed_case(actor=cast.ana.actor, case_id=case.id, reason="Nobody.")
    closed = decide_closure(actor=cast.cleo.actor, case_id=case.id, agrees=True)
    return closed.state, closed.outcome


def suggest_the_clearing_house(cast: "Cast", obligation: Obligation = Obligation.SUGGESTED) -> None:
    adopt_rule(
        actor=log.SYSTEM,
        rule=Draft("CH-01", {"verdict": "illegal"}, obligation, "hosted_abroad", cast.clearing.id),
    )


def test_the_police_are_proposed_with_the_reason_and_nothing_is_written(cast: "Cast", case: "Case") -> None:
    (route,) = shown_routes(case)
    assert (route.proposal.agency_id, route.proposal.rule_code) == (cast.police.id, "RO-01")
    assert str(route.reason) == "Hosted at home: police at once."
    assert not Referral.objects.exists()


def test_confirming_freezes_the_document_and_queues_its_delivery(cast: "Cast", case: "Case") -> None:
    referral = line.refer(cast, case)
    case.refresh_from_db()
    document = documents.from_bytes(bytes(referral.document))
    assert (case.state, referral.state) == ("referred", "queued")
    assert document.referral == referral.number
    assert bytes(referral.document_digest) == documents.digest(document)
    assert Delivery.objects.get(referral=referral).state == "queued"
    assert [item.id for item in referral.items.all()] == [item.id for item in case.items.addresses()]


def test_the_document_cites_the_entry_that_approved_it(cast: "Cast", case: "Case") -> None:
    referral = line.refer(cast, case)
    approval = documents.from_bytes(bytes(referral.document)).approval
    (entry,) = log.entries_for(object_id=referral.id, action=Action.REFERRAL_CREATE)
    assert approval
    assert approval.event_id == entry.event_id
    assert approval.leaf_hash == bytes(entry.leaf_hash).hex()
    assert json.loads(bytes(entry.entry))["to"] == "queued"


def test_what_is_frozen_is_what_was_shown(cast: "Cast", case: "Case") -> None:
    (route,) = shown_routes(case)
    (referral,) = create_referrals(
        actor=cast.ana.actor, case_id=case.id, choices=[chosen(route.proposal, seen=route.digest)]
    )
    frozen = documents.from_bytes(bytes(referral.document))
    assert (frozen.items, frozen.left_out, frozen.rule) == (
        route.document.items,
        route.document.left_out,
        route.document.rule,
    )


def test_a_draft_that_is_no_longer_the_one_shown_is_refused(cast: "Cast", case: "Case") -> None:
    (proposal,) = propose_routes(case)
    with pytest.raises(Refusal, match="changed since you looked"):
        create_referrals(actor=cast.ana.actor, case_id=case.id, choices=[chosen(proposal, seen="00" * 32)])


def test_nothing_of_the_reporter_is_in_the_document(cast: "Cast", case: "Case") -> None:
    (proposal,) = propose_routes(case)
    text = documents.to_bytes(draft(case, proposal)).decode()
    report = case.items.get().report
    assert str(report.id) not in text
    assert str(report.thread) not in text
    assert f'"{report.language}"' not in text
    assert cast.ana.name not in text
    assert cast.ana.email not in text


@pytest.mark.parametrize("make", [line.a_taken_case, line.an_assessed_case, line.a_reviewed_case])
def test_nothing_leaves_before_a_second_person_has_agreed(
    cast: "Cast", make: Callable[["Cast"], "Case"]
) -> None:
    case = make(cast)
    with pytest.raises(Refusal, match="second person"):
        create_referrals(actor=cast.ana.actor, case_id=case.id, choices=[Choice(cast.police.id, "RO-01", 1)])


def test_what_is_not_proposed_is_refused(cast: "Cast", case: "Case") -> None:
    (proposal,) = propose_routes(case)
    for wrong in (
        Choice(uuid4(), "RO-01", 1),
        Choice(cast.police.id, "RO-01", 2),
        Choice(cast.clearing.id, "RO-01", 1),
    ):
        with pytest.raises(Refusal, match="changed since you looked"):
            create_referrals(actor=cast.ana.actor, case_id=case.id, choices=[chosen(proposal), wrong])
    assert not Referral.objects.exists()


def test_an_obligatory_proposal_cannot_be_left_out(cast: "Cast", case: "Case") -> None:
    suggest_the_clearing_house(cast)
    police, clearing = propose_routes(case)
    assert police.obligation is Obligation.OBLIGATORY
    for choices in ([], [chosen(clearing)]):
        with pytest.raises(Refusal, match="obliges"):
            create_referrals(actor=cast.ana.actor, case_id=case.id, choices=choices)


def test_a_suggested_proposal_may_be_taken(cast: "Cast", case: "Case") -> None:
    suggest_the_clearing_house(cast)
    police, clearing = propose_routes(case)
    made = create_referrals(actor=cast.ana.actor, case_id=case.id, choices=[chosen(police), chosen(clearing)])
    assert [referral.agency_id for referral in made] == [cast.police.id, cast.clearing.id]


def test_a_suggested_proposal_is_left_out_with_a_reason(cast: "Cast", case: "Case") -> None:
    suggest_the_clearing_house(cast)
    police, clearing = propose_routes(case)
    with pytest.raises(Refusal, match="Include Clearing house, or say why"):
        create_referrals(actor=cast.ana.actor, case_id=case.id, choices=[chosen(police)])
    (made,) = create_referrals(
        actor=cast.ana.actor, case_id=case.id, choices=[chosen(police)], leaving_out=[left(clearing)]
    )
    row = Overruling.objects.get()
    assert made.agency_id == cast.police.id
    assert (row.state, row.agency_id, row.decided_by) == ("agreed", cast.clearing.id, None)


def test_where_everything_is_left_out_nothing_is_referred_and_the_case_can_be_closed(cast: "Cast") -> None:
    suggest_the_clearing_house(cast)
    case = line.confirm(cast, line.an_assessed_case(cast, country="MD"))
    (clearing,) = propose_routes(case)
    assert (
        create_referrals(actor=cast.ana.actor, case_id=case.id, choices=[], leaving_out=[left(clearing)])
        == []
    )
    case.refresh_from_db()
    assert case.state == "confirmed"
    assert closed_by_two(cast, case) == ("closed", "nobody")


def test_a_case_whose_referrals_are_concluded_is_closed_as_concluded(cast: "Cast") -> None:
    referral = line.a_concluded_referral(cast)
    assert closed_by_two(cast, referral.case) == ("closed", "concluded")


def test_while_the_agency_is_not_live_the_referral_is_a_test(cast: "Cast", case: "Case") -> None:
    referral = line.refer(cast, case)
    assert referral.test


def test_what_a_person_must_mend_refuses_everything(cast: "Cast", case: "Case") -> None:
    """T20 and the gates: all or none."""
    suggest_the_clearing_house(cast)
    police, clearing = propose_routes(case)
    pause_agency(actor=cast.cleo.actor, agency_id=cast.clearing.id, reason="Moving.")
    with pytest.raises(Refusal, match="Clearing house:"):
        create_referrals(actor=cast.ana.actor, case_id=case.id, choices=[chosen(police), chosen(clearing)])
    case.refresh_from_db()
    assert case.state == "confirmed"
    assert not Referral.objects.exists()


def test_a_child_in_danger_is_referred_by_one_person_and_the_review_is_owed(cast: "Cast") -> None:
    """T34's first exception."""
    case = line.a_case(line.an_address(), danger=True)
    assign_case(actor=cast.ana.actor, case_id=case.id)
    assess_case(actor=cast.ana.actor, case_id=case.id, judgements=line.judgements_of(case))
    confirm_alone(actor=cast.ana.actor, case_id=case.id, reason="A child is in danger.")
    assert line.refer(cast, case).state == "queued"


def test_a_forbidden_proposal_can_never_be_overruled(cast: "Cast", case: "Case") -> None:
    suggest_the_clearing_house(cast, Obligation.FORBIDDEN)
    police, clearing = propose_routes(case)
    with pytest.raises(Refusal, match="forbids"):
        create_referrals(actor=cast.ana.actor, case_id=case.id, choices=[chosen(police), chosen(clearing)])


def test_a_case_is_referred_once(cast: "Cast", case: "Case") -> None:
    line.refer(cast, case)
    with pytest.raises(Refusal):
        line.refer(cast, case)


def test_only_the_newest_version_of_a_rule_counts(cast: "Cast", case: "Case") -> None:
    adopt_rule(
        actor=log.SYSTEM,
        rule=Draft("RO-01", {"hosting": "abroad"}, Obligation.OBLIGATORY, "hosted_at_home", cast.police.id),
    )
    assert propose_routes(case) == []


@pytest.mark.parametrize("condition", [{}, {"moon": "full"}])
def test_a_rule_half_understood_is_refused(cast: "Cast", condition: dict[str, str]) -> None:
    draft = Draft("RO-01", condition, Obligation.SUGGESTED, "hosted_at_home", cast.police.id)
    with pytest.raises(Refusal):
        adopt_rule(actor=log.SYSTEM, rule=draft)


def test_an_agency_needs_a_destination_and_a_name_of_its_own(cast: "Cast") -> None:
    for name, destination in (("Police", "file_export"), ("Another", "carrier_pigeon")):
        with pytest.raises(Refusal):
            open_agency(
                actor=log.SYSTEM,
                name=name,
                kind=AgencyKind.POLICE,
                country="RO",
                terms=Terms(destination=destination),
            )


def test_what_no_rule_brings_before_anybody_can_be_closed_with_a_reason(cast: "Cast") -> None:
    case = line.a_confirmed_case(cast, IN_WORDS)
    assert propose_routes(case) == []
    with pytest.raises(Refusal, match="Say why"):
        close_reviewed_case(actor=cast.ana.actor, case_id=case.id, reason=" ")
    assert closed_by_two(cast, case) == ("closed", "nobody")


def test_what_a_rule_forbids_to_everybody_can_be_closed(cast: "Cast", case: "Case") -> None:
    adopt_rule(
        actor=log.SYSTEM,
        rule=Draft("RO-00", {"verdict": "illegal"}, Obligation.FORBIDDEN, "police_hold", cast.police.id),
    )
    assert closed_by_two(cast, case) == ("closed", "nobody")


def test_a_case_that_a_rule_brings_before_somebody_is_not_closed(cast: "Cast", case: "Case") -> None:
    with pytest.raises(Refusal, match=r"RO-01 proposes Police\."):
        close_reviewed_case(actor=cast.ana.actor, case_id=case.id, reason="No wish to.")


def test_words_without_an_address_stay_and_the_document_says_why(cast: "Cast") -> None:
    case = line.a_confirmed_case(cast, line.an_address(), IN_WORDS)
    (proposal,) = propose_routes(case)
    left = [part for part in draft(case, proposal).left_out if part.what == "item"]
    assert left == [LeftOut("item", "own_words", 2)]
