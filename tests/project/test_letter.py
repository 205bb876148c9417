"""The letter's situation in the demo: each agency answers in its own way, and every state is there to be seen."""

from pathlib import Path
from typing import Any

import pytest

from audit import log
from audit.verify import verify
from project.demo import each_agency, house, letter
from referrals.models import Agency, Delivery, FollowUp, Referral
from tests.simulators.smtp import sink

pytestmark = pytest.mark.commits
SHOWN = {
    "accepted",
    "acknowledged",
    "concluded",
    "declined",
    "expired",
    "failed",
    "held",
    "needs_info",
    "sent",
    "withdrawn",
}


def test_it_is_told_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setenv("TUTELA_STATE", str(tmp_path))
    told: list[tuple[str, str, str]] = []
    with sink() as post:
        settings.TUTELA_SMTP_URL = f"smtp://127.0.0.1:{post.port}"
        house.set_up()
        people = [
            house.person(f"{name}") for name in ("ana@hotline.test", "cleo@hotline.test", "pia@police.test")
        ]
        ana, cleo, pia = (person for person in people if person)
        case = letter.tell(each_agency.People(ana, cleo, pia), lambda *line: told.append(line))
    states = set(Referral.objects.filter(case=case).values_list("state", flat=True))
    assert states >= SHOWN
    kinds = set(FollowUp.objects.filter(referral__case=case).values_list("kind", flat=True))
    assert kinds == {"supplement", "correction", "withdrawal"}
    assert {"unknown", "late", "refused", "held", "corrected"} <= {step for step, _, _ in told}
    assert set(Delivery.objects.values_list("state", flat=True)) >= {
        "queued",
        "delivered",
        "failed",
        "unknown",
    }
    assert set(Agency.objects.values_list("state", flat=True)) == {"live"}
    actions = set(log.entries_for(case_id=case.id).values_list("action", flat=True))
    assert {"hold:set", "delivery:unknown", "referral:escalate", "followup:freeze"} <= actions
    assert verify().ok
