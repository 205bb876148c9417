"""The demo hotline: in every state, made once, completed when its making was cut short, never in production."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.verify import verify
from intake.models import Case
from project.demo import house
from project.models import User
from referrals.models import Referral
from tests.simulators.smtp import sink

pytestmark = pytest.mark.commits


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUTELA_STATE", str(tmp_path))
    return tmp_path


@pytest.fixture(autouse=True)
def mailbox(settings: Any) -> Iterator[None]:
    with sink() as post:
        settings.TUTELA_SMTP_URL = f"smtp://127.0.0.1:{post.port}"
        yield


def seeded() -> str:
    told = StringIO()
    call_command("seed_demo", stdout=told)
    return told.getvalue()


def test_it_shows_a_case_in_every_state_and_a_log_that_verifies() -> None:
    told = seeded()
    states = set(Case.objects.values_list("state", flat=True))
    assert states >= {"open", "assigned", "assessed", "confirmed", "referred", "closed"}
    referred = set(Referral.objects.values_list("state", flat=True))
    assert referred >= {"acknowledged", "accepted", "declined", "needs_info", "expired", "held", "concluded"}
    assert verify().ok
    assert all(member.email in told for member in house.MEMBERS)


def test_the_second_time_nothing_is_made_and_the_same_sign_ins_are_told() -> None:
    first = seeded()
    cases = Case.objects.count()
    assert seeded() == first
    assert Case.objects.count() == cases


def test_what_a_cut_left_out_is_made_at_the_next_start() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house, "MEMBERS", house.MEMBERS[:2])
        house.set_up()
    house.set_up()
    assert User.objects.count() == len(house.MEMBERS)


def test_the_file_of_passwords_is_for_its_owner_alone(state: Path) -> None:
    house.set_up()
    assert (state / "demo-sign-ins.json").stat().st_mode & 0o077 == 0


def test_production_refuses_it(settings: Any) -> None:
    settings.TUTELA_MODE = "production"
    with pytest.raises(CommandError, match="production"):
        seeded()
