"""New facts, a correction, taking it back: a document of its own each, to everyone who got the first."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from audit import log
from audit.acts import Refusal
from intake.services.corrections import reassess
from referrals import delivery, documents
from referrals.forms.follow_ups import FollowUpForm
from referrals.models import Delivery, FollowUp, Referral
from referrals.services import addressees, follow_ups, held_facts
from referrals.services.answers import record_acknowledgement
from referrals.services.handover import collect_package, hand_over_package
from referrals.services.rules import Draft, adopt_rule
from referrals.states import (
    Answer,
    AnswerSource,
    DeliveryState,
    FollowUpKind,
    HandOver,
    Obligation,
)
from tests import line
from tests.referrals import after

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(cast: "Cast") -> list[Referral]:
    """One case, with the police and the clearing house, sent to both."""
    adopt_rule(
        actor=log.SYSTEM,
        rule=Draft(
            "CH-01", {"verdict": "illegal"}, Obligation.OBLIGATORY, "hosted_at_home", cast.clearing.id
        ),
    )
    made = line.refer_all(cast, line.a_confirmed_case(cast))
    for referral in made:
        arrive(referral)
    return made


def arrive(referral: Referral) -> None:
    """The package is handed over."""
    line.offer(referral.deliveries.get(follow_up=None).id)
    actor = line_actor(referral)
    hand_over_package(actor=actor, referral_id=referral.id, recipient=line.OFFICER, how=HandOver.IN_PERSON)
    referral.refresh_from_db()


def line_actor(referral: Referral) -> log.Actor:
    actor: log.Actor = referral.confirmed_by.actor
    return actor


def said(follow_up: FollowUp) -> documents.ReferralDocument:
    return documents.from_bytes(bytes(follow_up.document))


def answered(cast: "Cast", referral: Referral, answer: Answer) -> None:
    record_acknowledgement(
        actor=cast.ana.actor,
        referral_id=referral.id,
        answer=answer,
        by_name=line.OFFICER,
        source=AnswerSource.PHONE,
        answered_at=timezone.now(),
        note=line.REASON,
    )
    referral.refresh_from_db()


def test_a_supplement_goes_to_everyone_who_got_the_first(cast: "Cast", both: list[Referral]) -> None:
    made = after.supplemented(cast, both[0].case)
    assert {found.referral for found in made} == set(both)
    for found in made:
        document = said(found)
        assert (found.number, found.state, found.kind) == (1, "queued", "supplement")
        assert document.follow_up == documents.FollowUpCited("supplement", 1, after.WHY)
        assert document.referral == found.referral.number
        assert found.due_at > found.confirmed_at
        assert documents.digest(document) == bytes(found.document_digest)
        queued = Delivery.objects.get(follow_up=found)
        assert (queued.state, queued.referral) == ("queued", found.referral)


def test_it_cites_the_entry_that_approved_it(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    (made,) = after.supplemented(cast, sent.case)
    approval = said(made).approval
    assert approval
    entry = log.entries_for(object_id=made.id, action="followup:create").get()
    assert approval.event_id == entry.event_id
    acts = [entry.action for entry in log.entries_for(object_id=made.id)]
    assert acts == ["followup:create", "followup:freeze"]
    assert made.last_event_id == log.entries_for(object_id=made.id, action="followup:freeze").get().event_id


def test_the_first_document_stays_as_it_was(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    before = bytes(sent.document)
    after.found_otherwise(cast, sent.case)
    after.corrected(cast, sent.case)
    sent.refresh_from_db()
    assert bytes(sent.document) == before
    assert sent.state == "sent"


def test_what_is_new_in_the_case_is_in_the_supplement(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    for later in (1, 2):
        (made,) = after.supplemented(cast, sent.case)
        assert made.number == later
        assert len(said(made).items) == sent.case.items.addresses().count()


def test_a_correction_names_only_those_who_were_told_otherwise(cast: "Cast", both: list[Referral]) -> None:
    after.found_otherwise(cast, both[0].case)
    made = after.corrected(cast, both[0].case)
    assert {found.referral for found in made} == set(both)
    with pytest.raises(Refusal, match="Nobody has to be told"):
        after.corrected(cast, both[0].case)
    assert len(after.corrected(cast, both[0].case, everybody=True)) == 2


def test_a_correction_says_what_holds_now(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    after.found_otherwise(cast, sent.case, verdict="not_illegal", country="DE")
    (made,) = after.corrected(cast, sent.case)
    (item,) = said(made).items
    assert (item.verdict, item.hosting_country) == ("not_illegal", "DE")
    assert said(made).rule.code == sent.rule.code


def test_nothing_leaves_before_a_second_person_has_agreed_to_the_new_assessment(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    reassess(
        actor=cast.ana.actor,
        case_id=sent.case_id,
        judgements=line.judgements_of(sent.case, verdict="national_csam"),
    )
    with pytest.raises(Refusal, match="second person has not agreed"):
        after.corrected(cast, sent.case)
    with pytest.raises(Refusal, match="second person has not agreed"):
        after.supplemented(cast, sent.case)
    assert after.withdrawn(cast, sent.case).follow_ups


def test_who_declined_gets_no_new_facts_but_the_correction(cast: "Cast", both: list[Referral]) -> None:
    answered(cast, both[0], Answer.DECLINED)
    assert [found.referral for found in after.supplemented(cast, both[0].case)] == [both[1]]
    after.found_otherwise(cast, both[0].case)
    assert {found.referral for found in after.corrected(cast, both[0].case)} == set(both)


def test_a_concluded_one_is_corrected_too(cast: "Cast") -> None:
    concluded = line.a_concluded_referral(cast)
    after.found_otherwise(cast, concluded.case)
    assert [found.referral for found in after.corrected(cast, concluded.case)] == [concluded]


def test_a_withdrawal_ends_the_referrals_and_still_tells_them(cast: "Cast", both: list[Referral]) -> None:
    done = after.withdrawn(cast, both[0].case)
    assert {found.referral for found in done.follow_ups} == set(both)
    for referral in both:
        referral.refresh_from_db()
        assert referral.state == "withdrawn"
        entry = log.entries_for(object_id=referral.id, action="referral:withdraw").get()
        assert log.payloads([entry.event_id])[entry.event_id] == {"reason": after.WHY}
    live = Delivery.objects.live().filter(state=DeliveryState.QUEUED)
    assert {found.follow_up for found in live} == set(done.follow_ups)


def test_one_referral_alone_can_be_withdrawn(cast: "Cast", both: list[Referral]) -> None:
    after.withdrawn(cast, both[0].case, only=both[1])
    states = list(Referral.objects.order_by("number").values_list("state", flat=True))
    assert states == ["sent", "withdrawn"]


def test_of_what_was_not_sent_nothing_is_sent(cast: "Cast") -> None:
    for unsent in (line.a_referral(cast), line.an_offered_referral(cast)):
        done = after.withdrawn(cast, unsent.case)
        assert (done.follow_ups, done.unsent) == ([], [unsent])
        unsent.refresh_from_db()
        assert unsent.state == "withdrawn"
    assert not FollowUp.objects.exists()
    assert not Delivery.objects.live().exists()


def test_the_package_of_a_withdrawn_referral_is_not_given_out(cast: "Cast") -> None:
    offered = line.an_offered_referral(cast)
    after.withdrawn(cast, offered.case)
    with pytest.raises(Refusal):
        collect_package(actor=cast.pia.actor, referral_id=offered.id)


def test_what_is_on_its_way_just_now_cannot_be_withdrawn(cast: "Cast") -> None:
    queued = line.a_referral(cast)
    delivery.claim(delivery_id=queued.deliveries.get().id)
    with pytest.raises(Refusal, match="being sent just now"):
        after.withdrawn(cast, queued.case)


def test_what_has_ended_or_was_declined_is_not_withdrawn(cast: "Cast") -> None:
    concluded = line.a_concluded_referral(cast)
    with pytest.raises(Refusal, match="nothing to withdraw"):
        after.withdrawn(cast, concluded.case)


@pytest.mark.parametrize("kind", list(FollowUpKind))
def test_only_what_was_shown_leaves(cast: "Cast", kind: FollowUpKind) -> None:
    sent = line.a_sent_referral(cast)
    after.found_otherwise(cast, sent.case)
    verb: Any = {
        FollowUpKind.SUPPLEMENT: follow_ups.supplement,
        FollowUpKind.CORRECTION: follow_ups.correct,
        FollowUpKind.WITHDRAWAL: follow_ups.withdraw,
    }[kind]
    seen = after.seen(sent.case, kind)
    for wrong in ({}, {sent.id: "0" * 64}, {sent.id: ""}):
        with pytest.raises(Refusal, match="Look again"):
            verb(actor=cast.ana.actor, case_id=sent.case_id, reason=after.WHY, seen=wrong)
    with pytest.raises(Refusal, match="Look again"):
        verb(actor=cast.ana.actor, case_id=sent.case_id, reason="Other words.", seen=seen)
    with pytest.raises(Refusal, match="Say why"):
        verb(actor=cast.ana.actor, case_id=sent.case_id, reason="  ", seen=seen)
    with pytest.raises(Refusal, match="1,000 characters"):
        verb(actor=cast.ana.actor, case_id=sent.case_id, reason="x" * 1001, seen=seen)
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        "It moved to https://b.example.org/x",
        "Ask a@b.example.org",
        "Call +40 712 345 678",
        "See b.example.org",
    ],
)
@pytest.mark.parametrize("kind", list(FollowUpKind))
def test_an_address_or_a_number_typed_as_the_reason_does_not_leave(
    cast: "Cast", kind: FollowUpKind, words: str
) -> None:
    sent = line.a_sent_referral(cast)
    verb: Any = {
        FollowUpKind.SUPPLEMENT: follow_ups.supplement,
        FollowUpKind.CORRECTION: follow_ups.correct,
        FollowUpKind.WITHDRAWAL: follow_ups.withdraw,
    }[kind]
    with pytest.raises(Refusal, match="out of the reason"):
        verb(
            actor=cast.ana.actor, case_id=sent.case_id, reason=words, seen=after.seen(sent.case, kind, words)
        )
    form = FollowUpForm({"reason": words})
    assert not form.is_valid()
    assert "out of the reason" in str(form.errors["reason"])
    assert not FollowUp.objects.exists()


def test_a_document_frozen_with_the_canonical_address_is_the_same_item(
    cast: "Cast", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents of earlier releases hold the canonical form in `address`, and no other."""
    sent = line.a_sent_referral(cast)
    first = documents.from_bytes(bytes(sent.document))
    (item,) = first.items
    older = replace(first, items=(replace(item, address=item.canonical, canonical=""),))
    monkeypatch.setattr(documents, "from_bytes", lambda _content: older)
    (told,) = held_facts.told([sent])
    assert list(told.items) == [sent.case.items.get().canonical]


def test_nothing_follows_where_nothing_was_sent(cast: "Cast") -> None:
    queued = line.a_referral(cast)
    with pytest.raises(Refusal, match="Nobody has to be told"):
        after.supplemented(cast, queued.case)


def test_what_was_shown_stands_sealed_with_its_digest(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    shown = addressees.shown(sent.case, FollowUpKind.SUPPLEMENT, after.WHY)
    (made,) = after.supplemented(cast, sent.case)
    entry = log.entries_for(object_id=made.id, action="followup:create").get()
    assert log.payloads([entry.event_id])[entry.event_id]["draft_sha256"] == shown[0].digest
    assert after.WHY.encode() not in bytes(entry.entry)


def test_a_case_opened_again_and_assessed_by_one_person_corrects_nothing_yet(cast: "Cast") -> None:
    from intake.services import assessing, cases, closing
    from intake.states import ClosingOutcome
    from referrals.services.referrals import close_reviewed_case

    case = line.a_concluded_referral(cast).case
    close_reviewed_case(actor=cast.ana.actor, case_id=case.id, reason="All have answered.")
    line.agree_to_close(cast, case.id)
    closing.reopen_case(actor=cast.ana.actor, case_id=case.id, reason="Look again.")
    cases.assign_case(actor=cast.ana.actor, case_id=case.id)
    judgements = line.judgements_of(case, verdict="not_illegal")
    assessing.assess_case(actor=cast.ana.actor, case_id=case.id, judgements=judgements)
    case.refresh_from_db()
    (found,) = addressees.shown(case, FollowUpKind.CORRECTION, "It is lawful.")
    assert found.document.reviewed_by == ""
    with pytest.raises(Refusal, match="has not agreed to the new assessment yet"):
        follow_ups.correct(
            actor=cast.ana.actor,
            case_id=case.id,
            reason="It is lawful.",
            seen={found.referral.id: found.digest},
        )
    closing.close_case(
        actor=cast.ana.actor, case_id=case.id, outcome=ClosingOutcome.NOT_ILLEGAL, reason="Lawful."
    )
    line.agree_to_close(cast, case.id)
    case.refresh_from_db()
    assert addressees.is_reviewed(case)
