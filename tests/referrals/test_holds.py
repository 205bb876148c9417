"""The police hold: while it stands, no host, registrar or platform is told (T41)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from audit import log
from audit.acts import Refusal, act
from audit.verify import verify
from intake.models import Case
from referrals import delivery as sending
from referrals import documents
from referrals.actions import Action
from referrals.models import Delivery, FollowUp, Hold, Referral
from referrals.services import answering, holding, holds, leaving
from referrals.services.answering import Answered, Who
from referrals.services.directory import pause_agency
from referrals.services.handover import collect_package, hand_over_package
from referrals.states import Answer, AnswerSource, HandOver
from tests import line
from tests.doors import DoorClient

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


FORM = "application/x-www-form-urlencoded"


def post(desk: DoorClient, route: str, case: Case, **fields: str) -> Any:
    return desk.post(desk.url(route, case_id=case.id), urlencode(fields), content_type=FORM)


def typed(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def in_hours(hours: int) -> datetime:
    return timezone.now() + hours * HOUR


def to_host(case: Case) -> Referral:
    return Referral.objects.get(case=case, agency__kind="provider")


def to_police(case: Case) -> Referral:
    return Referral.objects.get(case=case, agency__kind="police")


def test_referring_something_at_home_to_the_police_holds_the_notice_to_its_host(cast: "Cast") -> None:
    referral = line.a_held_referral(cast)
    hold = Hold.objects.get()
    waiting = referral.deliveries.get()
    assert (hold.state, hold.country, hold.agency) == ("set", "RO", None)
    assert (hold.until - hold.set_at) == 72 * HOUR
    assert (referral.state, to_police(referral.case).state) == ("held", "queued")
    assert (waiting.state, waiting.next_try_at) == ("queued", hold.until)


def test_the_police_are_told_until_when_and_the_host_is_not(cast: "Cast") -> None:
    referral = line.a_held_referral(cast)
    to_them, to_it = (
        documents.from_bytes(bytes(found.document)) for found in (to_police(referral.case), referral)
    )
    assert to_them.hold_until == Hold.objects.get().until.replace(microsecond=0)
    assert to_it.hold_until is None


def test_where_the_policy_is_off_nothing_is_held(cast: "Cast") -> None:
    line.a_policy(cast, "police_hold", "off")
    assert line.a_held_referral(cast).state == "queued"
    assert not Hold.objects.exists()


def test_the_policy_says_for_how_long(cast: "Cast") -> None:
    line.a_policy(cast, "police_hold", "on", hours=5)
    line.a_held_referral(cast)
    hold = Hold.objects.get()
    assert hold.until - hold.set_at == 5 * HOUR


def test_what_is_hosted_abroad_is_not_held(cast: "Cast") -> None:
    line.a_host(cast, country="NL")
    case = line.confirm(cast, line.an_assessed_case(cast, country="NL"))
    (referral,) = line.refer_all(cast, case)
    assert referral.state == "queued"
    assert not Hold.objects.exists()


def test_a_worker_never_claims_what_is_held(cast: "Cast") -> None:
    """T41: neither the sweep nor a wake gets it out."""
    waiting = line.a_held_referral(cast).deliveries.get()
    assert sending.claim(delivery_id=waiting.id) is None
    assert not Delivery.objects.due(timezone.now()).filter(pk=waiting.pk).exists()


def test_a_hold_set_later_stops_what_has_not_left(cast: "Cast") -> None:
    """T41 at the claim and at a retry: the notice was queued freely before."""
    referral = a_free_notice(cast)
    holds.set_hold(actor=cast.cleo.actor, case_id=referral.case_id, until=in_hours(9), reason="They asked.")
    referral.refresh_from_db()
    assert referral.state == "held"
    assert sending.claim(delivery_id=referral.deliveries.get().id) is None
    assert not leaving.may_send(referral.deliveries.get(), timezone.now()).free


def test_releasing_lets_it_go_at_once(cast: "Cast") -> None:
    referral = line.a_held_referral(cast)
    released = holds.release_hold(actor=cast.cleo.actor, case_id=referral.case_id, reason="They called.")
    referral.refresh_from_db()
    waiting = referral.deliveries.get()
    assert (released.state, referral.state) == ("released", "queued")
    assert waiting.next_try_at <= timezone.now()
    assert sending.claim(delivery_id=waiting.id) is not None


def test_the_police_accepting_ends_the_hold_of_the_policy(cast: "Cast") -> None:
    referral = line.a_held_referral(cast)
    answered(cast, referral.case, holds.release_for_answer)
    referral.refresh_from_db()
    assert (Hold.objects.get().state, referral.state) == ("released", "queued")


def test_a_time_that_the_police_named_themselves_stands_after_their_answer(cast: "Cast") -> None:
    referral = line.a_held_referral(cast)
    holds.extend_hold(
        actor=cast.pia.actor, case_id=referral.case_id, until=in_hours(100), agency_id=cast.police.id
    )
    answered(cast, referral.case, holds.release_for_answer)
    referral.refresh_from_db()
    assert (Hold.objects.get().state, referral.state) == ("set", "held")
    assert referral.deliveries.get().next_try_at == Hold.objects.get().until


def test_a_hold_that_a_supervisor_set_or_extended_is_not_ended_by_an_answer(cast: "Cast") -> None:
    case = line.a_held_referral(cast).case
    holds.extend_hold(actor=cast.cleo.actor, case_id=case.id, until=in_hours(100), reason="A raid.")
    answered(cast, case, holds.release_for_answer)
    assert Hold.objects.get().state == "set"
    holds.release_hold(actor=cast.cleo.actor, case_id=case.id, reason="It is over.")
    holds.set_hold(actor=cast.cleo.actor, case_id=case.id, until=in_hours(9), reason="Another raid.")
    answered(cast, case, holds.release_for_answer)
    assert Hold.objects.filter(state="set").exists()


@pytest.mark.parametrize(("others", "stands"), [("sent", True), ("accepted", True), ("declined", False)])
def test_a_decline_ends_it_only_where_no_other_police_may_act(
    cast: "Cast", others: str, stands: bool
) -> None:
    case = line.a_held_referral(cast).case
    police = to_police(case)
    line.offer(police.deliveries.get().id)
    hand_over_package(actor=cast.ana.actor, referral_id=police.id, recipient="Desk", how=HandOver.COURIER)
    asked = {"accepted": Answer.ACCEPTED, "declined": Answer.DECLINED}.get(others)
    if asked:
        said = Answered(asked, Who("Desk", AnswerSource.PHONE), timezone.now(), words="x", keeps_hold=True)
        with act("tests.answer", frozenset(answering.ANSWERS)):
            answering.acknowledge(answering.lock(police.id), said, cast.ana.actor)
    answered(cast, case, partial(holds.release_for_answer, accepts=False))
    assert (Hold.objects.get().state == "set") is stands


def test_the_time_for_an_answer_does_not_run_while_it_is_held(
    cast: "Cast", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither at the release nor at the sending is it late, however long it was held."""
    referral = line.a_held_referral(cast)
    agreed = referral.due_at - referral.confirmed_at
    far = in_hours(24 * 20)
    holds.extend_hold(actor=cast.cleo.actor, case_id=referral.case_id, until=far, reason="A raid.")
    monkeypatch.setattr(timezone, "now", lambda: far)
    assert not Referral.objects.to_escalate(far).filter(pk=referral.pk).exists()
    holds.release_ended(hold_id=Hold.objects.get().id)
    referral.refresh_from_db()
    assert referral.due_at >= far + agreed - 4 * 24 * HOUR
    assert not Referral.objects.late(far).filter(pk=referral.pk).exists()
    monkeypatch.setattr(timezone, "now", lambda: far + 2 * HOUR)
    line.offer(referral.deliveries.get().id)
    hand_over_package(actor=cast.ana.actor, referral_id=referral.id, recipient="Desk", how=HandOver.COURIER)
    before = referral.due_at
    referral.refresh_from_db()
    assert referral.due_at >= before + 2 * HOUR
    assert not Referral.objects.to_remind(far + 3 * HOUR).filter(pk=referral.pk).exists()


def test_a_follow_up_that_the_hold_keeps_is_not_late(cast: "Cast", monkeypatch: pytest.MonkeyPatch) -> None:
    referral = a_free_notice(cast)
    line.offer(referral.deliveries.get().id)
    hand_over_package(actor=cast.ana.actor, referral_id=referral.id, recipient="Desk", how=HandOver.COURIER)
    line.acknowledge(cast, referral)
    case = referral.case
    holds.set_hold(actor=cast.cleo.actor, case_id=case.id, until=in_hours(24 * 20), reason="They asked.")
    line.a_supplement(cast, referral)
    later = Delivery.objects.get(follow_up__isnull=False)
    assert sending.claim(delivery_id=later.id) is None
    far = in_hours(24 * 15)
    monkeypatch.setattr(timezone, "now", lambda: far)
    assert not Referral.objects.late(far).filter(pk=referral.pk).exists()
    holds.release_hold(actor=cast.cleo.actor, case_id=case.id, reason="They called.")
    assert not Referral.objects.late(far).filter(pk=referral.pk).exists()
    assert FollowUp.objects.get().due_at > far
    assert verify().ok


def test_the_clock_ends_a_hold_whose_time_is_over(cast: "Cast") -> None:
    referral = line.a_held_referral(cast)
    hold = Hold.objects.get()
    assert holds.release_ended(hold_id=hold.id) is None
    assert holds.ended(timezone.now(), 10) == []
    with patch.object(timezone, "now", lambda: hold.until + HOUR):
        assert holds.hold_of(referral.case) is None
        assert holds.ended(timezone.now(), 10) == [hold.id]
        assert holds.release_ended(hold_id=hold.id)
        assert holds.release_ended(hold_id=hold.id) is None
    referral.refresh_from_db()
    assert referral.state == "queued"


def test_an_offered_notice_is_held_too_and_cannot_be_handed_over(cast: "Cast") -> None:
    referral = a_free_notice(cast)
    line.offer(referral.deliveries.get().id)
    holds.set_hold(actor=cast.cleo.actor, case_id=referral.case_id, until=in_hours(9), reason="They asked.")
    referral.refresh_from_db()
    assert referral.state == "held"
    with pytest.raises(Refusal, match="waits for the police until"):
        hand_over_package(
            actor=cast.ana.actor, referral_id=referral.id, recipient="Desk", how=HandOver.COURIER
        )


def test_the_page_of_an_offered_notice_that_is_held_offers_nothing(
    cast: "Cast", desk_client: DoorClient
) -> None:
    referral = a_free_notice(cast)
    line.offer(referral.deliveries.get().id)
    holds.set_hold(actor=cast.cleo.actor, case_id=referral.case_id, until=in_hours(9), reason="They asked.")
    desk = desk_client.sign_in(cast.ana)
    page = desk.get(desk.url("referral", referral_id=referral.id)).content.decode()
    assert "It waits for the police until" in page
    assert "The package is ready to be collected" not in page
    assert "Record and download" not in page


def test_the_agency_sees_nothing_of_what_the_hold_keeps(cast: "Cast", partner_client: DoorClient) -> None:
    """T41: neither what never lay ready, nor what did when the hold began."""
    referral = line.a_held_referral(cast)
    hugo = partner_client.sign_in(of_the_host(referral))
    assert not_there(hugo, referral)
    holds.release_hold(actor=cast.cleo.actor, case_id=referral.case_id, reason="They called.")
    assert not_there(hugo, referral)
    line.offer(referral.deliveries.get().id)
    assert not not_there(hugo, referral)
    holds.set_hold(actor=cast.cleo.actor, case_id=referral.case_id, until=in_hours(9), reason="They asked.")
    assert not_there(hugo, referral)


def test_what_moved_home_while_a_hold_stands_is_kept_too(
    cast: "Cast", partner_client: DoorClient, desk_client: DoorClient
) -> None:
    """T41: abroad when the hold began, so that its package lay ready; then traced at home."""
    host = line.a_host(cast, country="NL")
    case = line.confirm(cast, line.an_assessed_case(cast, country="NL"))
    (referral,) = line.refer_all(cast, case)
    holds.set_hold(actor=cast.cleo.actor, case_id=case.id, until=in_hours(9), reason="They asked.")
    soon = in_hours(1)
    with patch.object(timezone, "now", lambda: soon):
        line.offer(referral.deliveries.get().id)
    hugo = partner_client.sign_in(of_the_host(referral))
    assert referral.agency == host
    assert not not_there(hugo, referral)
    line.a_trace(cast, case.id, "RO")
    assert not_there(hugo, referral)
    with pytest.raises(Refusal):
        collect_package(actor=cast.pia.actor, referral_id=referral.id)
    desk = desk_client.sign_in(cast.ana)
    assert "Held" in desk.get(desk.url("referrals")).content.decode()


def test_a_follow_up_that_lay_ready_waits_when_a_hold_begins(
    cast: "Cast", partner_client: DoorClient
) -> None:
    referral = a_free_notice(cast)
    line.offer(referral.deliveries.get().id)
    hugo = partner_client.sign_in(of_the_host(referral))
    hugo.submit(hugo.url("collect", referral_id=referral.id))
    line.a_supplement(cast, referral)
    later = Delivery.objects.get(follow_up__isnull=False)
    assert later.follow_up
    assert "Supplement" not in page_of(hugo, referral)
    with patch.object(timezone, "now", lambda now=later.next_try_at: now):
        line.offer(later.id)
    assert "Supplement" in page_of(hugo, referral)
    holds.set_hold(actor=cast.cleo.actor, case_id=referral.case_id, until=in_hours(9), reason="They asked.")
    assert "Supplement" not in page_of(hugo, referral)
    given = {"follow_up": str(later.follow_up.id)}
    assert hugo.submit(hugo.url("collect", referral_id=referral.id), **given).status_code == 409
    with pytest.raises(Refusal, match="waits for the police"):
        hand_over_package(
            actor=cast.ana.actor,
            referral_id=referral.id,
            recipient="Desk",
            how=HandOver.COURIER,
            follow_up_id=later.follow_up.id,
        )
    later.refresh_from_db()
    assert later.state == "sending"


def of_the_host(referral: Referral) -> Any:
    from project.roles import Role
    from tests.cast import person

    return person("hugo", Role.PARTNER, referral.agency.group)


def page_of(client: DoorClient, referral: Referral) -> str:
    return str(client.get(client.url("received", referral_id=referral.id)).content.decode())


def not_there(client: DoorClient, referral: Referral) -> bool:
    """Neither on the list nor by its address, to read or to collect."""
    listed = referral.number in client.get(client.url("inbox")).content.decode()
    seen = client.get(client.url("received", referral_id=referral.id)).status_code
    if not listed and seen == 404:
        return bool(client.submit(client.url("collect", referral_id=referral.id)).status_code == 404)
    assert listed
    assert seen == 200
    return False


def test_what_follows_a_notice_is_held_like_the_notice(cast: "Cast") -> None:
    """T41: a host that was told before the hold learns nothing new while it stands."""
    referral = a_free_notice(cast)
    line.offer(referral.deliveries.get().id)
    hand_over_package(actor=cast.ana.actor, referral_id=referral.id, recipient="Desk", how=HandOver.COURIER)
    case = referral.case
    hold = holds.set_hold(actor=cast.cleo.actor, case_id=case.id, until=in_hours(9), reason="They asked.")
    line.a_supplement(cast, referral)
    later = Delivery.objects.get(follow_up__isnull=False)
    assert sending.claim(delivery_id=later.id) is None
    later.refresh_from_db()
    assert (later.state, later.next_try_at) == ("queued", hold.until)
    holds.release_hold(actor=cast.cleo.actor, case_id=case.id, reason="They called.")
    assert sending.claim(delivery_id=later.id) is not None


def test_what_is_leaving_right_now_has_left(cast: "Cast") -> None:
    referral = a_free_notice(cast)
    assert sending.claim(delivery_id=referral.deliveries.get().id)
    holds.set_hold(actor=cast.cleo.actor, case_id=referral.case_id, until=in_hours(9), reason="They asked.")
    referral.refresh_from_db()
    assert referral.state == "queued"


def test_who_may_set_a_hold_and_until_when(cast: "Cast") -> None:
    case = a_free_notice(cast).case
    wrong: dict[str, Any]
    for wrong, why in (
        ({"until": in_hours(-1), "reason": "x"}, "over already"),
        ({"until": in_hours(24 * 31), "reason": "x"}, "at most"),
        ({"until": in_hours(1)}, "Say why"),
        ({"until": in_hours(1), "agency_id": cast.clearing.id}, "Only the police"),
    ):
        with pytest.raises(Refusal, match=why):
            holds.set_hold(actor=cast.cleo.actor, case_id=case.id, **wrong)
    with pytest.raises(Refusal, match="No police hold stands"):
        holds.release_hold(actor=cast.cleo.actor, case_id=case.id, reason="x")
    holds.set_hold(actor=cast.pia.actor, case_id=case.id, until=in_hours(2), agency_id=cast.police.id)
    with pytest.raises(Refusal, match="stands already"):
        holds.set_hold(actor=cast.cleo.actor, case_id=case.id, until=in_hours(3), reason="x")
    with pytest.raises(Refusal, match="longer than that"):
        holds.extend_hold(actor=cast.cleo.actor, case_id=case.id, until=in_hours(1), reason="x")
    with pytest.raises(Refusal, match="Say why"):
        holds.extend_hold(actor=cast.cleo.actor, case_id=case.id, until=in_hours(3))
    with pytest.raises(Refusal, match="have got nothing"):
        holds.release_hold(actor=cast.pia.actor, case_id=case.id, agency_id=cast.police.id)


def test_a_stop_that_a_person_must_mend_is_said_even_while_it_waits(cast: "Cast") -> None:
    referral = line.a_held_referral(cast)
    pause_agency(actor=cast.cleo.actor, agency_id=referral.agency_id, reason="Moving.")
    holds.release_hold(actor=cast.cleo.actor, case_id=referral.case_id, reason="They called.")
    assert sending.claim(delivery_id=referral.deliveries.get().id) is None
    referral.refresh_from_db()
    assert referral.state == "failed"


def test_the_reason_of_a_hold_is_sealed(cast: "Cast") -> None:
    case = a_free_notice(cast).case
    holds.set_hold(actor=cast.cleo.actor, case_id=case.id, until=in_hours(2), reason="A raid is planned.")
    (entry,) = log.entries_for(action=Action.HOLD_SET)
    assert b"raid" not in bytes(entry.entry)
    assert log.payloads([entry.event_id]) == {entry.event_id: {"reason": "A raid is planned."}}


def test_a_supervisor_sets_extends_and_releases_it_on_the_page(cast: "Cast", desk_client: DoorClient) -> None:
    case = a_free_notice(cast).case
    desk = desk_client.sign_in(cast.cleo)
    post(desk, "set_hold", case, until=typed(in_hours(5)), reason="They asked.")
    page = desk.get(desk.url("case", case_id=case.id)).content.decode()
    assert "Host, registrar and platform are not told until" in page
    post(desk, "extend_hold", case, until=typed(in_hours(9)), agency_id=str(cast.police.id))
    assert Hold.objects.get().agency_id == cast.police.id
    post(desk, "release_hold", case, reason="They called.")
    assert Hold.objects.get().state == "released"


def test_an_analyst_sees_the_hold_and_cannot_change_it(cast: "Cast", desk_client: DoorClient) -> None:
    case = line.a_held_referral(cast).case
    desk = desk_client.sign_in(cast.ana)
    page = desk.get(desk.url("case", case_id=case.id)).content.decode()
    assert "Police hold" in page
    assert "Release the hold" not in page
    assert post(desk, "release_hold", case, reason="x").status_code in {403, 404}
    assert Hold.objects.get().state == "set"


def a_free_notice(cast: "Cast") -> Referral:
    """The host of something at home, told while no hold stood."""
    line.a_policy(cast, "police_hold", "off")
    return line.a_held_referral(cast)


def answered(cast: "Cast", case: Case, step: Callable[..., object]) -> None:
    """What the verb of an answer does with the step."""
    given = step if isinstance(step, partial) else partial(step, accepts=True)
    with act("tests.answer", frozenset(holding.RELEASES)):
        given(Case.objects.locked(case.pk), cast.police, cast.ana.actor)
