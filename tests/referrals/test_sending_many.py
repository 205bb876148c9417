"""200 referrals, a line that misbehaves, two workers and two sweeps at once: none lost, none twice, none silent.

What the house says of each delivery is compared with the book of the mail server that took the messages.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import connections
from django.test import override_settings

from project.embedded.mailbox import Fault
from referrals import tasks
from referrals.delivery import settling
from referrals.models import Attempt, Delivery, Package, Receipt
from referrals.states import DeliveryState, ReferralState
from tests import line
from tests.proof import assert_verified
from tests.referrals import mailing
from tests.simulators.smtp import Sink, sink

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.commits

AGENCIES = 10
FAULTS = (Fault.BUSY, Fault.BUSY_AFTER, Fault.DROP, Fault.LOSE_ANSWER, Fault.REFUSE, Fault.ANSWER_TWICE)
ONE_IN_FIVE = 0.2
WORKERS = SWEEPS = 2
PATIENCE = 120.0
ENDS = {DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.UNKNOWN}
MOVED_WITH = {
    DeliveryState.DELIVERED: ReferralState.SENT,
    DeliveryState.FAILED: ReferralState.FAILED,
    DeliveryState.UNKNOWN: ReferralState.QUEUED,
}


@pytest.fixture(autouse=True)
def _mailed(monkeypatch: pytest.MonkeyPatch) -> None:
    mailing.install(monkeypatch)
    monkeypatch.setattr(settling, "FIRST_WAIT", timedelta(milliseconds=20))
    monkeypatch.setattr(settling, "LONGEST_WAIT", timedelta(milliseconds=200))


@pytest.mark.parametrize(("key", "cases"), [("single", 20), ("mailed", 6)])
def test_two_workers_and_two_sweeps_lose_nothing_and_send_nothing_twice(
    cast: "Cast", key: str, cases: int
) -> None:
    queued = _queued(cast, key, cases)
    assert len(queued) == AGENCIES * cases
    with sink(*_plan()) as server, override_settings(TUTELA_SMTP_URL=server.url):
        _work(queued)
        ended = list(Delivery.objects.filter(pk__in=queued).select_related("referral"))
        assert {one.state for one in ended} <= ENDS
        assert all(one.referral.state == MOVED_WITH[DeliveryState(one.state)] for one in ended)
        assert all(one.problem for one in ended if one.state != DeliveryState.DELIVERED)
        _agree(server, ended)
        assert {Fault.BUSY, Fault.DROP, Fault.LOSE_ANSWER} <= set(server.faults)
    assert Attempt.objects.filter(delivery__in=queued).count() == sum(one.attempts_made for one in ended)
    assert_verified()


def _queued(cast: "Cast", key: str, cases: int) -> list[UUID]:
    """Each case goes to every agency; the police are the cast's, and collect theirs."""
    agencies = {mailing.an_agency(cast, f"Hotline{number}", key=key).id for number in range(AGENCIES)}
    for _ in range(cases):
        line.refer_all(cast, line.a_confirmed_case(cast))
    found = Delivery.objects.filter(referral__agency__in=agencies).order_by("next_try_at")
    return list(found.values_list("pk", flat=True))


def _plan() -> list[Fault]:
    """Every fault in the first place, for few messages are offered where they are grouped; then one in five."""
    chance = random.Random(4)  # noqa: S311 - the same run every time
    later = (chance.choice(FAULTS) if chance.random() < ONE_IN_FIVE else Fault.NONE for _ in range(1000))
    return [Fault.BUSY, Fault.LOSE_ANSWER, Fault.NONE, Fault.DROP, *later, Fault.NONE]


def _work(queued: list[UUID]) -> None:
    """Workers are woken for each delivery; sweeps go on until nothing is on its way any more."""
    wakes: SimpleQueue[str] = SimpleQueue()
    for pk in queued:
        wakes.put(str(pk))

    def woken() -> None:
        while not wakes.empty():
            with suppress(Empty):
                tasks.deliver(wakes.get(block=False))

    def sweeping() -> None:
        ends = time.monotonic() + PATIENCE
        on_its_way = Delivery.objects.filter(pk__in=queued).exclude(state__in=ENDS)
        while on_its_way.exists() and time.monotonic() < ends:
            tasks.sweep_deliveries()

    with ThreadPoolExecutor(WORKERS + SWEEPS) as crew:
        jobs = [crew.submit(_alone, job) for job in [woken] * WORKERS + [sweeping] * SWEEPS]
    for job in jobs:
        job.result()


def _alone(job: Callable[[], None]) -> None:
    """On a database connection of the thread's own."""
    try:
        job()
    finally:
        connections.close_all()


def _agree(server: Sink, ended: list[Delivery]) -> None:
    """The server's book and the house's say the same of every message."""
    taken = Counter(one.number for one in server.book)
    assert set(taken.values()) == {1}
    answered = {one.number for one in server.book if one.answered}
    contents = {one.content for one in server.book}
    receipts = dict(Receipt.objects.values_list("delivery_id", "receipt_id"))
    packages = {one.delivery_id: bytes(one.content) for one in Package.objects.filter(delivery__in=ended)}
    for one in ended:
        is_there = packages[one.id] in contents
        if one.state == DeliveryState.DELIVERED:
            assert receipts[one.id] in answered
            assert is_there
        else:
            assert one.id not in receipts
            assert one.state == DeliveryState.UNKNOWN or not is_there
    assert {receipts[one.id] for one in ended if one.id in receipts} == answered
