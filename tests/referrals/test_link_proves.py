"""Nobody knows whether it arrived, and an agency answers by the link in it: so it did."""

from typing import TYPE_CHECKING, Any

import pytest
from django.test import override_settings

from audit import log
from project.embedded.mailbox import Fault
from referrals import delivery
from referrals.models import Acknowledgement, AnswerLink, Delivery, FollowUp, Receipt, Referral
from referrals.services import links
from referrals.states import AttemptResult
from tests import line
from tests.proof import assert_verified
from tests.referrals import after, mailing
from tests.referrals.replying import link_of, open_page, send
from tests.simulators.smtp import sink

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.commits
BOTH = 2


@pytest.fixture(autouse=True)
def _mailed(monkeypatch: pytest.MonkeyPatch) -> None:
    mailing.install(monkeypatch)


@pytest.fixture
def unknown(cast: "Cast") -> list[Delivery]:
    """Two in one message whose answer was lost."""
    found = mailing.deliveries(cast, mailing.an_agency(cast, "Boards"), BOTH)
    lose(found[0])
    return found


def lose(one: Delivery) -> None:
    with sink(Fault.LOSE_ANSWER) as server, override_settings(TUTELA_SMTP_URL=server.url):
        assert delivery.send(one.id) is AttemptResult.BROKEN


def link(one: Delivery) -> AnswerLink:
    return link_of(one.referral, one.follow_up)


def body(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def states(deliveries: list[Delivery]) -> list[tuple[str, str]]:
    fresh = Delivery.objects.filter(pk__in=[one.id for one in deliveries]).select_related("referral")
    found = {one.id: (one.state, one.referral.state) for one in fresh}
    return [found[one.id] for one in deliveries]


def test_the_page_offers_the_form_and_changes_nothing(unknown: list[Delivery]) -> None:
    page = body(open_page(link(unknown[0])))
    assert "Not quite ready" not in page
    assert page.count('type="radio"') == 4
    assert states(unknown) == [("unknown", "queued")] * BOTH


def test_an_answer_proves_that_the_message_arrived(unknown: list[Delivery]) -> None:
    answered = link(unknown[1])
    assert send(answered, answer="accepted", reference="B-17").status_code == 200
    assert states(unknown) == [("delivered", "sent"), ("delivered", "accepted")]
    assert {receipt.receipt_id for receipt in Receipt.objects.all()} == {f"link:{answered.id}"}
    entries = log.entries_for(action="delivery:send", object_id__in=[one.id for one in unknown])
    assert {entry.actor for entry in entries} == {f"link:{answered.id}"}
    assert entries.count() == BOTH
    assert send(answered, answer="accepted", reference="B-17").status_code == 200
    assert Acknowledgement.objects.count() == 1
    assert_verified()


def test_an_outcome_comes_with_it(unknown: list[Delivery]) -> None:
    from django.utils import timezone

    day = timezone.localdate().isoformat()
    assert send(link(unknown[0]), answer="accepted", outcome="removed", happened_on=day).status_code == 200
    assert states(unknown) == [("delivered", "concluded"), ("delivered", "sent")]
    assert_verified()


@pytest.mark.parametrize(
    "given", [{}, {"answer": "declined"}, {"outcome": "removed", "happened_on": "2020-01-01"}]
)
def test_what_is_no_answer_proves_nothing(unknown: list[Delivery], given: dict[str, str]) -> None:
    assert send(link(unknown[0]), **given).status_code in {409, 422}
    assert states(unknown) == [("unknown", "queued")] * BOTH
    assert not Receipt.objects.exists()


def test_a_closed_link_proves_nothing(cast: "Cast", unknown: list[Delivery]) -> None:
    closed = link(unknown[0])
    links.close_open_links(actor=cast.cleo.actor, referral_id=unknown[0].referral_id)
    assert send(closed, answer="accepted").status_code == 404
    assert states(unknown) == [("unknown", "queued")] * BOTH


def test_a_withdrawal_of_which_nobody_knows_is_noted_by_its_link(cast: "Cast") -> None:
    (first,) = mailing.deliveries(cast, mailing.an_agency(cast, "Boards"))
    with sink() as server, override_settings(TUTELA_SMTP_URL=server.url):
        delivery.send(first.id)
    follow_up: FollowUp = after.withdrawn(cast, first.referral.case).follow_ups[0]
    lose(follow_up.deliveries.get())
    answered = link_of(first.referral, follow_up)
    assert body(open_page(answered)).count('type="radio"') == 1
    assert send(answered, answer="received").status_code == 200
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.deliveries.get().state) == ("acknowledged", "delivered")
    assert_verified()


def test_while_a_call_runs_it_is_not_ready(cast: "Cast") -> None:
    referral: Referral = line.an_offered_referral(cast)
    assert "Not quite ready" in body(open_page(link_of(referral)))
    assert send(link_of(referral), answer="received").status_code == 409
