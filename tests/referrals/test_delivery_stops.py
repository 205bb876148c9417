"""What is asked once more at the claim and at every retry: holds, quiet hours, agreements. And follow-ups."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.test import override_settings
from django.utils import timezone

from audit import log
from audit.acts import Refusal
from project.embedded.mailbox import Fault
from referrals import delivery, tasks
from referrals.models import AnswerLink, Delivery, Package, Referral
from referrals.services import directory, handover, holding, holds
from referrals.services.addressees import shown
from referrals.services.again import send_again
from referrals.services.answers import record_acknowledgement
from referrals.services.follow_ups import supplement, withdraw
from referrals.states import Answer, AnswerSource, DeliveryMode, FollowUpKind, HandOver
from tests import line
from tests.proof import assert_verified
from tests.referrals import mailing
from tests.simulators.smtp import sink

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.commits


@pytest.fixture(autouse=True)
def _mailed(monkeypatch: pytest.MonkeyPatch) -> None:
    mailing.install(monkeypatch)


def states(one: Delivery) -> tuple[str, str, str]:
    one = Delivery.objects.select_related("referral").get(pk=one.id)
    return one.state, one.referral.state, one.problem


def test_without_an_agreement_nothing_is_sealed_and_a_person_must_act(cast: "Cast") -> None:
    agency = mailing.an_agency(cast, "Boards")
    (one,) = mailing.deliveries(cast, agency)
    _agree(cast, agency, "")
    with sink() as server, override_settings(TUTELA_SMTP_URL=server.url):
        assert delivery.send(one.id) is None
        assert states(one) == ("failed", "failed", "no_agreement")
        assert not Package.objects.exists()
        assert not AnswerLink.objects.exists()
        _agree(cast, agency, "Again")
        send_again(actor=cast.ana.actor, referral_id=one.referral_id)
        delivery.send(one.id)
        assert len(server.book) == 1
    assert states(one) == ("delivered", "sent", "")
    assert_verified()


def _agree(cast: "Cast", agency: Any, agreement: str, **terms: Any) -> None:
    said = directory.Terms(
        destination="mailed",
        mode=DeliveryMode.API,
        agreement=agreement,
        contact="boards@example.org",
        **terms,
    )
    directory.change_terms(actor=cast.cleo.actor, agency_id=agency.id, terms=said)


def test_quiet_hours_are_waited_for_and_nothing_fails(cast: "Cast", monkeypatch: pytest.MonkeyPatch) -> None:
    agency = mailing.an_agency(cast, "Boards")
    (one,) = mailing.deliveries(cast, agency)
    now = timezone.localtime()
    quiet = {"from": f"{now - timedelta(hours=1):%H:%M}", "to": f"{now + timedelta(hours=1):%H:%M}"}
    _agree(cast, agency, "A", quiet_hours=quiet)
    with sink() as server, override_settings(TUTELA_SMTP_URL=server.url):
        assert delivery.send(one.id) is None
        assert states(one) == ("queued", "queued", "quiet")
        assert delivery.send(one.id) is None
        assert log.entries_for(object_id=one.id, action="delivery:hold").count() == 1
        mailing.later(monkeypatch, one)
        delivery.send(one.id)
        assert len(server.book) == 1
    assert states(one) == ("delivered", "sent", "")


def test_a_hold_that_came_between_two_tries_stops_the_second(
    cast: "Cast", monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = mailing.an_agency(cast, "Boards", kind="platform")
    (one,) = mailing.deliveries(cast, agency)
    case_id = one.referral.case_id
    if holds.hold_of(one.referral.case):
        holds.release_hold(actor=cast.cleo.actor, case_id=case_id, reason="A test.")
    with sink(Fault.BUSY, Fault.NONE) as server:
        with override_settings(TUTELA_SMTP_URL=server.url):
            delivery.send(one.id)
            assert states(one) == ("queued", "queued", "retry")
            until = timezone.now() + timedelta(hours=1)
            holds.set_hold(actor=cast.cleo.actor, case_id=case_id, until=until, reason="A test.")
            mailing.later(monkeypatch, one)
            assert delivery.send(one.id) is None
            assert states(one)[:2] == ("queued", "held")
            tasks.sweep_holds()
            assert states(one)[:2] == ("queued", "queued")
            tasks.sweep_deliveries()
        assert len(server.book) == 1
    assert states(one) == ("delivered", "sent", "")
    assert_verified()


def test_a_hold_nobody_told_the_delivery_about_is_found_at_the_claim(
    cast: "Cast", monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = mailing.an_agency(cast, "Boards", kind="platform")
    monkeypatch.setattr(holds, "set_by_policy", _nothing)
    (one,) = mailing.deliveries(cast, agency)
    with monkeypatch.context() as blind:
        blind.setattr(holding, "keep", _nothing)
        holds.set_hold(
            actor=cast.cleo.actor,
            case_id=one.referral.case_id,
            until=timezone.now() + timedelta(hours=1),
            reason="A test.",
        )
    assert delivery.send(one.id) is None
    assert states(one) == ("queued", "held", "police_hold")
    assert not Package.objects.exists()


def test_a_withdrawal_is_delivered_although_the_referral_has_ended(cast: "Cast") -> None:
    referral = line.a_sent_referral(cast)
    made = withdraw(
        actor=cast.ana.actor,
        case_id=referral.case_id,
        reason="Wrong.",
        seen=_seen(referral, FollowUpKind.WITHDRAWAL, "Wrong."),
    )
    (follow_up,) = made.follow_ups
    tasks.sweep_deliveries()
    handover.hand_over_package(
        actor=cast.ana.actor,
        referral_id=referral.id,
        recipient="Duty desk",
        how=HandOver.IN_PERSON,
        follow_up_id=follow_up.id,
    )
    follow_up.refresh_from_db()
    referral.refresh_from_db()
    assert (follow_up.state, referral.state) == ("sent", "withdrawn")
    assert AnswerLink.objects.get(follow_up=follow_up).state == "open"
    with pytest.raises(Refusal, match="not ready"):
        handover.collect_package(actor=cast.pia.actor, referral_id=line.a_referral(cast).id)
    assert_verified()


def test_a_supplement_that_they_asked_for_brings_the_referral_back_to_sent(cast: "Cast") -> None:
    referral = line.a_sent_referral(cast)
    record_acknowledgement(
        actor=cast.ana.actor,
        referral_id=referral.id,
        answer=Answer.NEEDS_INFO,
        by_name=line.OFFICER,
        source=AnswerSource.PHONE,
        answered_at=timezone.now(),
        note="When was it seen?",
    )
    (follow_up,) = supplement(
        actor=cast.ana.actor,
        case_id=referral.case_id,
        reason="More.",
        seen=_seen(referral, FollowUpKind.SUPPLEMENT, "More."),
    )
    tasks.sweep_deliveries()
    referral.refresh_from_db()
    assert referral.state == "needs_info"
    handover.collect_package(actor=cast.pia.actor, referral_id=referral.id, follow_up_id=follow_up.id)
    referral.refresh_from_db()
    assert referral.state == "sent"
    follow_up.refresh_from_db()
    assert referral.due_at == follow_up.due_at
    assert_verified()


def _nothing(*told: Any, **more: Any) -> None:
    """No hold by policy, or one that keeps nothing."""


def _seen(referral: Referral, kind: FollowUpKind, reason: str) -> dict[UUID, str]:
    return {found.referral.id: found.digest for found in shown(referral.case, kind, reason)}
