"""What was overtaken before it left stays: by a new assessment, a trace, or a switch between test and live."""

from typing import TYPE_CHECKING

import pytest

from audit.verify import verify
from intake.models import Case
from intake.services.reviewing import review_later
from project.roles import Role
from referrals import delivery, documents
from referrals.models import Agency, Delivery, FollowUp, Referral
from referrals.services import directory, holds
from referrals.services.again import send_again
from referrals.services.rules import Draft, adopt_rule
from referrals.services.worklist import worklist
from referrals.states import FollowUpKind, Obligation
from tests import line
from tests.cast import person
from tests.doors import DoorClient
from tests.referrals import after

if TYPE_CHECKING:
    from project.models import User
    from tests.cast import Cast

pytestmark = pytest.mark.django_db


def tried(one: Delivery) -> tuple[str, str, str]:
    """The worker comes: state and problem of the delivery, state of the referral."""
    assert delivery.claim(delivery_id=one.id) is None
    one = Delivery.objects.select_related("referral").get(pk=one.id)
    return one.state, one.problem, one.referral.state


def let_go(cast: "Cast", case: Case) -> None:
    holds.release_hold(actor=cast.cleo.actor, case_id=case.id, reason=line.REASON)


def switched(cast: "Cast", agency: Agency, second: "User", *, to_live: bool) -> None:
    directory.ask_live(actor=cast.cleo.actor, agency_id=agency.id, to_live=to_live)
    directory.decide_live(actor=second.actor, agency_id=agency.id, agrees=True)


@pytest.fixture
def second(cast: "Cast") -> "User":
    return person("clio", Role.SUPERVISOR, cast.romanian.group)


def test_a_held_notice_whose_item_moved_does_not_leave_when_the_hold_ends(
    cast: "Cast", desk_client: DoorClient
) -> None:
    """T40: an item that moved leaves the notice and comes back to a person."""
    referral = line.a_held_referral(cast)
    line.a_trace(cast, referral.case_id, "NL")
    let_go(cast, referral.case)
    assert tried(referral.deliveries.get()) == ("failed", "outdated", "failed")
    assert referral.id in {found.referral.id for found in worklist(cast.ana).failed}
    desk = desk_client.sign_in(cast.ana)
    page = desk.get(desk.url("referral", referral_id=referral.id)).content.decode()
    assert "Another verdict or hosting country holds by now" in page
    assert verify().ok


@pytest.mark.parametrize("reviewed", [True, False])
def test_a_notice_of_another_verdict_does_not_leave(cast: "Cast", *, reviewed: bool) -> None:
    referral = line.a_held_referral(cast)
    line.reassess(cast, referral.case)
    if reviewed:
        review_later(actor=cast.cleo.actor, case_id=referral.case_id, agrees=True)
    let_go(cast, referral.case)
    assert tried(referral.deliveries.get()) == ("failed", "outdated", "failed")


def test_trying_again_asks_again_and_what_still_holds_leaves(cast: "Cast") -> None:
    referral = line.a_held_referral(cast)
    line.a_trace(cast, referral.case_id, "NL")
    let_go(cast, referral.case)
    one = referral.deliveries.get()
    tried(one)
    send_again(actor=cast.ana.actor, referral_id=referral.id)
    assert tried(one)[:2] == ("failed", "outdated")
    line.a_trace(cast, referral.case_id, "RO")
    send_again(actor=cast.ana.actor, referral_id=referral.id)
    assert delivery.claim(delivery_id=one.id)


def test_a_correction_is_compared_with_itself(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    after.found_otherwise(cast, sent.case)
    (made,) = after.corrected(cast, sent.case)
    queued = Delivery.objects.get(follow_up=made)
    line.a_trace(cast, sent.case_id, "NL")
    assert tried(queued)[:2] == ("failed", "outdated")
    (again,) = after.corrected(cast, sent.case)
    assert delivery.claim(delivery_id=Delivery.objects.get(follow_up=again).id)


def test_a_withdrawal_leaves_whatever_holds(cast: "Cast") -> None:
    sent = line.a_sent_referral(cast)
    after.withdrawn(cast, sent.case)
    line.a_trace(cast, sent.case_id, "NL")
    assert delivery.claim(delivery_id=Delivery.objects.get(follow_up__isnull=False).id)


@pytest.mark.parametrize("live_first", [True, False])
def test_a_test_and_a_real_document_never_mix(cast: "Cast", second: "User", *, live_first: bool) -> None:
    if live_first:
        switched(cast, cast.police, second, to_live=True)
    referral = line.a_referral(cast)
    switched(cast, cast.police, second, to_live=not live_first)
    assert referral.test is not live_first
    assert tried(referral.deliveries.get()) == ("failed", "changed_state", "failed")
    switched(cast, cast.police, second, to_live=live_first)
    send_again(actor=cast.ana.actor, referral_id=referral.id)
    assert delivery.claim(delivery_id=referral.deliveries.get().id)


def test_what_follows_a_test_is_a_test_and_can_be_taken_back(cast: "Cast", second: "User") -> None:
    sent = line.a_sent_referral(cast)
    switched(cast, cast.police, second, to_live=True)
    (made,) = after.supplemented(cast, sent.case)
    assert documents.from_bytes(bytes(made.document)).test
    assert tried(Delivery.objects.get(follow_up=made))[:2] == ("failed", "changed_state")
    after.withdrawn(cast, sent.case)
    taken_back = FollowUp.objects.get(kind="withdrawal")
    assert documents.from_bytes(bytes(taken_back.document)).test
    assert delivery.claim(delivery_id=Delivery.objects.get(follow_up=taken_back).id)


def test_a_supplement_leaves_out_whom_a_rule_forbids_by_now(cast: "Cast", desk_client: DoorClient) -> None:
    sent = line.a_sent_referral(cast)
    _forbid(cast.police)
    assert after.seen(sent.case, FollowUpKind.SUPPLEMENT) == {}
    assert after.seen(sent.case, FollowUpKind.CORRECTION, everybody=True)
    desk = desk_client.sign_in(cast.ana)
    page = desk.get(desk.url("supplement", case_id=sent.case_id)).content.decode()
    assert "a rule now forbids" in page
    assert not Referral.objects.get(pk=sent.pk).follow_ups.exists()


def _forbid(agency: Agency) -> None:
    from audit import log

    draft = Draft("NO-01", {"verdict": "illegal"}, Obligation.FORBIDDEN, "hosted_at_home", agency.id)
    adopt_rule(actor=log.SYSTEM, rule=draft)
