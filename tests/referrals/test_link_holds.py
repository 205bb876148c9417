"""The police change their hold by themselves, without an answer: who it was is kept, shown, and to be read."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from audit import log
from audit.verify import verify
from referrals.models import Acknowledgement, Hold, Referral
from referrals.services import unread
from tests import line
from tests.doors import DoorClient
from tests.referrals.replying import WHO, link_of, send

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(cast: "Cast") -> Referral:
    return line.a_sent_referral(cast)


def longer(days: int = 5) -> dict[str, str]:
    until = timezone.localtime() + timedelta(days=days)
    return {"hold": "longer", "hold_until": until.strftime("%Y-%m-%dT%H:%M")}


def page(cast: "Cast", name: str, **where: Any) -> str:
    desk = DoorClient("desk").sign_in(cast.ana)
    text: str = desk.get(desk.url(name, **where)).content.decode()
    return text


@pytest.mark.parametrize("given", [longer(), {"hold": "release"}])
def test_who_changed_it_is_sealed_with_its_entry(sent: Referral, given: dict[str, str]) -> None:
    link = link_of(sent)
    answer = send(link, **given)
    assert answer.status_code == 200
    assert WHO["name"] in answer.content.decode()
    hold = Hold.objects.get()
    text = log.payloads([hold.last_event_id])[hold.last_event_id]
    assert (text["by_name"], text["unit"], text["contact"]) == tuple(WHO.values())
    assert (hold.referral, hold.source) == (sent, "link")
    entry = log.entries_for(object_id=hold.id).last()
    assert entry
    assert entry.actor == f"link:{link.id}"
    assert WHO["name"] not in bytes(entry.entry).decode()
    assert not Acknowledgement.objects.exists()
    assert verify().findings.first == []


def test_it_is_on_the_pages_and_unread_until_somebody_read_it(cast: "Cast", sent: Referral) -> None:
    send(link_of(sent), **longer())
    (found,) = unread.unread(cast.ana)
    assert (found.referral, str(found.words)) == (sent, "The police changed their hold")
    assert unread.count(cast.ana) == 1
    shown = page(cast, "referral", referral_id=sent.id)
    assert "Host and platform are not to be told before" in shown
    assert f"{WHO['name']}, {WHO['unit']}" in shown
    assert WHO["contact"] in shown
    assert f"Asked by {WHO['name']}, {WHO['unit']}." in page(cast, "case", case_id=sent.case_id)
    unread.mark_read(actor=cast.ana.actor, referral_id=sent.id)
    assert unread.unread(cast.cleo) == []
    send(link_of(sent), hold="release")
    assert len(unread.unread(cast.cleo)) == 1
    assert "Host and platform may be told now" in page(cast, "referral", referral_id=sent.id)


def test_in_the_portal_as_well(cast: "Cast", sent: Referral) -> None:
    pia = DoorClient("partner").sign_in(cast.pia)
    assert pia.submit(pia.url("reply", referral_id=sent.id), **longer()).status_code == 302
    hold = Hold.objects.get()
    assert hold.source == "portal"
    assert log.payloads([hold.last_event_id])[hold.last_event_id]["by_name"] == "Pia"
    assert len(unread.unread(cast.ana)) == 1


def test_the_same_once_more_changes_nothing(sent: Referral) -> None:
    given = longer()
    send(link_of(sent), **given)
    before = log.entries_for().count()
    assert "We have this already" in send(link_of(sent), **given).content.decode()
    assert log.entries_for().count() == before


def test_what_our_people_do_about_it_is_read_already(cast: "Cast", sent: Referral) -> None:
    from referrals.services import holds

    holds.release_hold(
        actor=cast.cleo.actor, case_id=sent.case_id, agency_id=sent.agency_id, reason="They called."
    )
    assert unread.unread(cast.ana) == []
    assert Hold.objects.get().referral is None
