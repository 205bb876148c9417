"""`./run manage record_bounce < report`: a message came back, and of the report nothing but its status is kept."""

import io
import uuid
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings
from django.utils import timezone

from audit import log
from referrals import delivery
from referrals.models import Delivery
from referrals.services.answers import record_acknowledgement
from referrals.states import Answer, AnswerSource
from tests import line
from tests.proof import assert_verified
from tests.referrals import mailing
from tests.referrals.test_mail import REPORT
from tests.simulators.smtp import sink

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.commits


@pytest.fixture(autouse=True)
def _mailed(monkeypatch: pytest.MonkeyPatch) -> None:
    mailing.install(monkeypatch)


@pytest.fixture
def sent(cast: "Cast") -> tuple[Delivery, str]:
    """One that the mail server took, and the number it went under."""
    (one,) = mailing.deliveries(cast, mailing.an_agency(cast, "Boards"))
    with sink() as server, override_settings(TUTELA_SMTP_URL=server.url):
        delivery.send(one.id)
        return one, server.book[0].number


def bounce(monkeypatch: pytest.MonkeyPatch, number: str, *, action: str = "failed") -> None:
    raw = REPORT.format(action=action, status="5.1.1", kind="message/rfc822", number=number)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw.encode())))
    call_command("record_bounce", stdout=io.StringIO())


def test_what_came_back_failed_and_only_the_status_is_kept(
    sent: tuple[Delivery, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, number = sent
    bounce(monkeypatch, number)
    one.refresh_from_db()
    assert (one.state, one.problem, one.referral.state) == ("failed", "bounced", "failed")
    entry = log.entries_for(object_id=one.id, action="delivery:bounce").get()
    assert b"5.1.1" in bytes(entry.entry)
    assert b"desk@example.org" not in bytes(entry.entry)
    assert_verified()


def test_what_the_agency_answered_it_has(
    cast: "Cast", sent: tuple[Delivery, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, number = sent
    record_acknowledgement(
        actor=cast.ana.actor,
        referral_id=one.referral_id,
        answer=Answer.ACCEPTED,
        by_name=line.OFFICER,
        source=AnswerSource.PHONE,
        answered_at=timezone.now(),
    )
    with pytest.raises(CommandError, match="answered"):
        bounce(monkeypatch, number)
    one.refresh_from_db()
    assert one.state == "delivered"


@pytest.mark.parametrize("action", ["failed", "delayed"])
def test_somebody_elses_message_or_a_delay_changes_nothing(
    sent: tuple[Delivery, str], monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    one, number = sent
    with pytest.raises(CommandError):
        bounce(monkeypatch, number if action == "delayed" else str(uuid.uuid4()), action=action)
    one.refresh_from_db()
    assert one.state == "delivered"
