"""Undoing a confirmation: by who gave it, for a few minutes, while no worker ever touched a delivery."""

from datetime import timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from django.conf import settings
from django.utils import timezone

from audit.acts import Refusal
from referrals import delivery as sending
from referrals.models import Hold, Referral
from referrals.services.undo import minutes_left, undo_referrals
from tests import line
from tests.doors import DoorClient

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_everything_confirmed_is_withdrawn_and_the_case_is_confirmed_again(cast: "Cast") -> None:
    referral = line.a_held_referral(cast)
    assert minutes_left(referral.case, cast.ana.id) == settings.TUTELA_UNDO_MINUTES
    case = undo_referrals(actor=cast.ana.actor, case_id=referral.case_id)
    assert case.state == "confirmed"
    assert {found.state for found in Referral.objects.all()} == {"withdrawn"}
    assert Hold.objects.get().state == "released"
    for found in Referral.objects.all():
        assert sending.claim(delivery_id=found.deliveries.get().id) is None


def test_it_can_be_confirmed_again_afterwards(cast: "Cast") -> None:
    referral = line.a_referral(cast)
    case = undo_referrals(actor=cast.ana.actor, case_id=referral.case_id)
    assert line.refer(cast, case).number != referral.number


def test_nobody_undoes_another_persons_confirmation(cast: "Cast") -> None:
    referral = line.a_referral(cast)
    assert minutes_left(referral.case, cast.cleo.id) == 0
    with pytest.raises(Refusal, match="Only who confirmed"):
        undo_referrals(actor=cast.cleo.actor, case_id=referral.case_id)


def test_what_a_worker_has_begun_with_is_not_undone(cast: "Cast") -> None:
    """T20 of time: once it may have left, it is withdrawn, and the agency is told."""
    referral = line.a_held_referral(cast)
    police = Referral.objects.get(agency=cast.police)
    sending.claim(delivery_id=police.deliveries.get().id)
    assert minutes_left(referral.case, cast.ana.id) == 0
    with pytest.raises(Refusal, match=f"{police.number} is on its way already"):
        undo_referrals(actor=cast.ana.actor, case_id=referral.case_id)
    referral.refresh_from_db()
    assert referral.state == "held"


def test_an_offered_package_is_not_undone(cast: "Cast") -> None:
    referral = line.an_offered_referral(cast)
    with pytest.raises(Refusal, match="on its way"):
        undo_referrals(actor=cast.ana.actor, case_id=referral.case_id)


def test_after_the_stated_time_it_is_too_late(cast: "Cast") -> None:
    referral = line.a_referral(cast)
    late = referral.confirmed_at + timedelta(minutes=settings.TUTELA_UNDO_MINUTES, seconds=1)
    with (
        patch.object(timezone, "now", lambda: late),
        pytest.raises(Refusal, match="run out"),
    ):
        undo_referrals(actor=cast.ana.actor, case_id=referral.case_id)


def test_the_case_page_offers_it(cast: "Cast", desk_client: DoorClient) -> None:
    referral = line.a_referral(cast)
    ana = desk_client.sign_in(cast.ana)
    page = ana.get(ana.url("case", case_id=referral.case_id)).content.decode()
    assert "Undo the confirmation" in page
    url = ana.url("undo_referrals", case_id=referral.case_id)
    ana.post(url, "", content_type="application/x-www-form-urlencoded")
    referral.refresh_from_db()
    assert referral.state == "withdrawn"
