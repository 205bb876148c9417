"""The whole line over HTTP, through all three doors, each with its own database role, and nothing is ever fetched."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from audit import log
from intake import tasks as intake_tasks
from intake.models import Case, ReportedItem
from referrals import tasks as referral_tasks
from referrals.models import Package, Referral
from tests import line
from tests.cast import Cast
from tests.forms import Person
from tests.proof import assert_verified
from tests.reporter import Reporter

AsRole = Callable[[str], AbstractContextManager[None]]


@dataclass
class Canary:
    """A page that notices when somebody opens it."""

    port: int
    asked: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/canary"


@pytest.fixture
def canary() -> Iterator[Canary]:
    found = Canary(0)

    class Noticing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_HEAD = do_POST = do_GET  # noqa: N815 - the names that http.server calls

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Noticing) as server:
        found.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()


@pytest.mark.commits
def test_a_report_becomes_an_acknowledged_referral_and_nobody_opened_the_address(
    cast: Cast, as_role: AsRole, canary: Canary
) -> None:
    with as_role("tutela_public"):
        words = Reporter(language="ro").report(canary.address)
        assert "received" not in Reporter().come_back("nine words that nobody was ever given here at all")
        before = Reporter().come_back(words)

    case = _the_worker_sorts(canary.address)
    _ana_assesses(cast, case)
    _cleo_agrees(cast, case)
    referral = _ana_confirms(cast, case)
    _the_worker_offers(referral)
    package = _pia_collects(cast, referral)
    _ana_types_in_the_answer(cast, referral)
    _ana_types_in_the_outcome(cast, referral)
    _ana_asks_to_close_and_cleo_agrees(cast, case)

    with as_role("tutela_public"):
        after = Reporter().come_back(words)
    assert after != before
    assert canary.address.encode() in _unpacked(package)
    _dov_finds_nothing_wrong(cast)
    assert_verified()
    assert canary.asked == []


def _the_worker_sorts(address: str) -> UUID:
    intake_tasks.sweep_reports()
    case = ReportedItem.objects.get(raw=address).case_id
    assert case
    return case


def _ana_assesses(cast: Cast, case: UUID) -> None:
    ana = Person("desk", cast.ana).go("queue")
    assert Case.objects.get().number in ana.text
    ana.go("case", case_id=case).submit(f"/cases/{case}/take")
    ana.go("assess", case_id=case)
    (item,) = ReportedItem.objects.all()
    assert item.raw not in ana.text  # only ever defanged
    ana.submit(
        f"/cases/{case}/assess",
        **{
            f"item-{item.id}-verdict": "other_illegal",
            f"item-{item.id}-country": "RO",
            f"item-{item.id}-known_by": "lookup",
            f"item-{item.id}-reason": "A test says so.",
            **{f"item-{item.id}-{name}": said for name, said in line.TYPED.items()},
        },
    )
    assert Case.objects.get().state == "assessed"


def _cleo_agrees(cast: Cast, case: UUID) -> None:
    cleo = Person("desk", cast.cleo).go("case", case_id=case)
    cleo.submit(f"/cases/{case}/start-review")
    cleo.go("review", case_id=case).submit(f"/cases/{case}/review", agrees="yes")
    assert Case.objects.get().state == "confirmed"


def _ana_confirms(cast: Cast, case: UUID) -> UUID:
    ana = Person("desk", cast.ana).go("routes", case_id=case)
    assert "Police" in ana.text
    ana.submit(f"/cases/{case}/routes")
    return Referral.objects.get().id


def _the_worker_offers(referral: UUID) -> None:
    referral_tasks.sweep_deliveries()
    assert Package.objects.filter(delivery__referral=referral, delivery__offered_at__isnull=False).exists()


def _pia_collects(cast: Cast, referral: UUID) -> bytes:
    pia = Person("partner", cast.pia).go("inbox").go("received", referral_id=referral)
    pia.submit(f"/inbox/{referral}/collect")
    package = bytes(Package.objects.get().content)
    got = pia.page.content if not pia.page.streaming else b"".join(pia.page.streaming_content)
    assert got == package
    assert Referral.objects.get().state == "sent"
    return package


def _ana_types_in_the_answer(cast: Cast, referral: UUID) -> None:
    ana = Person("desk", cast.ana).go("referral", referral_id=referral)
    ana.submit(
        f"/referrals/{referral}/answer",
        answer="accepted",
        by_name="Officer on duty",
        source="phone",
        answered_at=timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        reference="F-1",
    )
    assert Referral.objects.get().state == "accepted"


def _ana_types_in_the_outcome(cast: Cast, referral: UUID) -> None:
    ana = Person("desk", cast.ana).go("referral", referral_id=referral)
    ana.submit(
        f"/referrals/{referral}/outcome",
        outcome="investigating",
        by_name="Officer on duty",
        source="phone",
        happened_on=timezone.localdate().isoformat(),
    )
    assert Referral.objects.get().state == "concluded"


def _ana_asks_to_close_and_cleo_agrees(cast: Cast, case: UUID) -> None:
    ana = Person("desk", cast.ana).go("case", case_id=case)
    ana.submit(f"/cases/{case}/close-reviewed", reason="Nothing more to do.")
    cleo = Person("desk", cast.cleo).go("decide_closure", case_id=case)
    cleo.submit(f"/cases/{case}/decide-closing", agrees="yes")
    assert Case.objects.get().state == "closed"


def _dov_finds_nothing_wrong(cast: Cast) -> None:
    dov = Person("desk", cast.dov).go("log").go("verify").submit("/log/verify")
    assert dov.page.context["report"].ok
    assert log.entries_for(action="case:close").exists()


def _unpacked(package: bytes) -> bytes:
    from io import BytesIO
    from zipfile import ZipFile

    with ZipFile(BytesIO(package)) as files:
        return b"".join(files.read(name) for name in files.namelist())
