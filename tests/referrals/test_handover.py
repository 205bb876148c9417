"""Collecting sends; nothing is called sent before somebody has taken the package."""

from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from audit import log
from audit.acts import Refusal
from referrals.models import Delivery, Package, Receipt, Referral
from referrals.services.by_hand import open_package
from referrals.services.directory import Terms, change_terms, pause_agency
from referrals.services.handover import Altered, collect_package, hand_over_package, record_number
from referrals.services.reading import picture
from referrals.states import AnswerSource, DeliveryMode, HandOver
from tests import line

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_person_of_the_agency_collects_and_it_is_sent(cast: "Cast") -> None:
    referral = line.an_offered_referral(cast)
    taken = collect_package(actor=cast.pia.actor, referral_id=referral.id)
    referral.refresh_from_db()
    delivery = Delivery.objects.get(referral=referral)
    receipt = Receipt.objects.get(delivery=delivery)
    assert (referral.state, delivery.state) == ("sent", "delivered")
    assert receipt.collected_by == cast.pia
    assert bytes(receipt.digest) == sha256(taken.content).digest() == bytes(Package.objects.get().digest)
    assert taken.name == f"{referral.number}.zip"


def test_collecting_again_gives_the_same_bytes_leaves_an_entry_and_moves_nothing(cast: "Cast") -> None:
    referral = line.an_offered_referral(cast)
    first = collect_package(actor=cast.pia.actor, referral_id=referral.id)
    moves = log.entries_for(case_id=referral.case_id).count()
    again = collect_package(actor=cast.pia.actor, referral_id=referral.id)
    assert again == first
    assert Receipt.objects.count() == 1
    (entry,) = log.entries_for(case_id=referral.case_id)[moves:]
    assert entry.action == "package:collect_again"


def test_an_analyst_hands_it_over_and_the_log_keeps_to_whom_and_how(cast: "Cast") -> None:
    referral = line.an_offered_referral(cast)
    hand_over_package(
        actor=cast.ana.actor, referral_id=referral.id, recipient=" Officer on duty ", how=HandOver.CARRIER
    )
    referral.refresh_from_db()
    (sent,) = picture(referral).sendings
    assert referral.state == "sent"
    assert (sent.taken_by, str(sent.way)) == ("Officer on duty", "on an encrypted carrier")
    assert sent.receipt
    assert sent.receipt.collected_by is None


def test_a_hand_over_names_somebody(cast: "Cast") -> None:
    referral = line.an_offered_referral(cast)
    with pytest.raises(Refusal):
        hand_over_package(
            actor=cast.ana.actor, referral_id=referral.id, recipient="  ", how=HandOver.IN_PERSON
        )


def test_what_is_not_ready_cannot_be_taken(cast: "Cast") -> None:
    referral = line.a_referral(cast)
    with pytest.raises(Refusal, match="not ready"):
        collect_package(actor=cast.pia.actor, referral_id=referral.id)


def test_the_page_says_ready_and_never_sent_before_the_receipt(cast: "Cast") -> None:
    referral = line.a_referral(cast)
    assert str(picture(referral).row.pill.words) == "Queued"
    line.offer(Delivery.objects.get(referral=referral).id)
    assert str(picture(referral).row.pill.words) == "Ready to be collected"
    collect_package(actor=cast.pia.actor, referral_id=referral.id)
    referral.refresh_from_db()
    assert str(picture(referral).row.pill.words) == "Sent"
    assert picture(referral).row.pill.tone != "o"


def test_a_number_from_their_own_form_sends_it(cast: "Cast") -> None:
    referral = _typed_in(cast)
    record_number(actor=cast.ana.actor, referral_id=referral.id, number=" P-17 ", source=AnswerSource.PORTAL)
    referral.refresh_from_db()
    assert referral.state == "sent"
    assert Receipt.objects.get(delivery__referral=referral).receipt_id == "P-17"
    with pytest.raises(Refusal, match="already"):
        record_number(actor=cast.ana.actor, referral_id=referral.id, number="2", source=AnswerSource.PHONE)


@pytest.mark.parametrize("number", ["", "  ", "9" * 81, "P\n17"])
def test_a_number_is_one_line_of_what_they_gave(cast: "Cast", number: str) -> None:
    referral = _typed_in(cast)
    with pytest.raises(Refusal):
        record_number(
            actor=cast.ana.actor, referral_id=referral.id, number=number, source=AnswerSource.PORTAL
        )


def test_who_collects_has_no_form_to_type_into(cast: "Cast") -> None:
    referral = line.an_offered_referral(cast)
    with pytest.raises(Refusal, match="no form"):
        record_number(actor=cast.ana.actor, referral_id=referral.id, number="1", source=AnswerSource.PORTAL)


@pytest.mark.parametrize("how", ["paused", "ended"])
def test_who_is_paused_or_without_an_agreement_gets_nothing(cast: "Cast", how: str) -> None:
    """Not the first time, and not again; the desk is told why, the agency that it is to ask."""
    taken, ready = line.a_sent_referral(cast), line.an_offered_referral(cast)
    _stop(cast, how)
    for referral in (taken, ready):
        with pytest.raises(Refusal, match="Nothing is given out"):
            collect_package(actor=cast.pia.actor, referral_id=referral.id)
        with pytest.raises(Refusal, match="paused" if how == "paused" else "has ended"):
            hand_over_package(
                actor=cast.ana.actor, referral_id=referral.id, recipient="Desk", how=HandOver.COURIER
            )
    shown = picture(ready)
    assert (str(shown.row.pill.words), shown.takeable) == ("Kept back", None)
    assert picture(taken).takeable is None


@pytest.mark.parametrize("how", ["paused", "ended"])
def test_nothing_is_typed_into_the_form_of_who_is_paused(cast: "Cast", how: str) -> None:
    referral = _typed_in(cast)
    _stop(cast, how, mode=DeliveryMode.MANUAL)
    with pytest.raises(Refusal):
        open_package(actor=cast.ana.actor, referral_id=referral.id)
    with pytest.raises(Refusal):
        record_number(actor=cast.ana.actor, referral_id=referral.id, number="1", source=AnswerSource.PORTAL)
    assert picture(referral).manual is None


def test_a_package_that_was_altered_is_not_opened(cast: "Cast", monkeypatch: pytest.MonkeyPatch) -> None:
    referral = _typed_in(cast)
    other = Package(digest=b"0" * 32, content=b"other")
    monkeypatch.setattr(Package.objects, "get", lambda **_: other)
    with pytest.raises(Altered):
        open_package(actor=cast.ana.actor, referral_id=referral.id)


def _stop(cast: "Cast", how: str, mode: DeliveryMode = DeliveryMode.EXPORT) -> None:
    if how == "paused":
        pause_agency(actor=cast.cleo.actor, agency_id=cast.police.id, reason="A test.")
        return
    terms = Terms(destination="file_export", mode=mode, agreement="A", agreement_until=date(2020, 1, 1))
    change_terms(actor=cast.cleo.actor, agency_id=cast.police.id, terms=terms)


def _typed_in(cast: "Cast") -> Referral:
    """The police have a form of their own, and the package lies ready to be typed into it."""
    terms = Terms(destination="file_export", mode=DeliveryMode.MANUAL, agreement="A")
    change_terms(actor=cast.cleo.actor, agency_id=cast.police.id, terms=terms)
    return line.an_offered_referral(cast)
