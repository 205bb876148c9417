"""What the hotline settles for itself, and what every page that it touches then says."""

from typing import Any

import pytest

from audit import log
from audit.acts import Refusal
from intake.models import Policy
from intake.services import house
from intake.states import PolicyCode, PolicyValue
from tests import line
from tests.cast import Cast
from tests.doors import DoorClient
from tests.intake.reporting import submit

STRICT = {
    PolicyCode.CLOSURE: PolicyValue.REQUIRED,
    PolicyCode.FORWARD_ONLY: PolicyValue.OFF,
    PolicyCode.POLICE_HOLD: PolicyValue.ON,
    PolicyCode.RULE_ACTIVATION: PolicyValue.REQUIRED,
    PolicyCode.SECOND_REVIEW: PolicyValue.REQUIRED,
}


@pytest.mark.django_db
@pytest.mark.parametrize("code", PolicyCode)
def test_silence_is_the_strict_answer(code: PolicyCode) -> None:
    assert house.policy(code).value is STRICT[code]
    assert house.policy(code).policy_id is None
    assert house.waivers() == []


def test_the_strict_police_hold_lasts_72_hours() -> None:
    assert house.STRICT[PolicyCode.POLICE_HOLD].hours == 72


def test_a_change_is_a_new_version_with_its_reason_sealed(cast: Cast) -> None:
    line.a_policy(cast, "closure", "waived")
    line.a_policy(cast, "closure", "delegate")
    assert house.policy(PolicyCode.CLOSURE).value is PolicyValue.DELEGATE
    assert list(Policy.objects.order_by("version").values_list("version", flat=True)) == [1, 2]
    entry = log.entries_for(action="policy:set").last()
    assert entry
    assert line.REASON.encode() not in bytes(entry.entry)
    assert log.payloads([entry.event_id])[entry.event_id] == {"reason": line.REASON}


def test_a_country_has_its_own_police_hold(cast: Cast) -> None:
    line.a_policy(cast, "police_hold", "on", 48)
    house.set_policy(
        actor=cast.cleo.actor,
        code=PolicyCode.POLICE_HOLD,
        value=PolicyValue.OFF,
        country="MD",
        reason="They ask for it.",
    )
    assert house.policy(PolicyCode.POLICE_HOLD, "RO").hours == 48
    assert not house.policy(PolicyCode.POLICE_HOLD, "MD").on
    (waiver,) = house.waivers()
    assert (waiver.country, waiver.by, waiver.reason) == ("MD", "Cleo", "They ask for it.")
    assert house.waivers(PolicyCode.CLOSURE) == []


@pytest.mark.parametrize(
    ("code", "value", "more", "sentence"),
    [
        ("closure", "on", {}, "cannot be settled so"),
        ("forward_only", "waived", {}, "cannot be settled so"),
        ("closure", "waived", {"country": "RO"}, "for all countries"),
        ("police_hold", "on", {}, "how many hours"),
        ("police_hold", "on", {"hours": 10_000}, "how many hours"),
        ("police_hold", "off", {"hours": 10}, "Leave it empty"),
        ("closure", "waived", {"reason": "  "}, "Say why"),
    ],
)
def test_what_makes_no_sense_is_refused(
    cast: Cast, code: str, value: str, more: dict[str, Any], sentence: str
) -> None:
    given: dict[str, Any] = {"reason": "Because.", **more}
    with pytest.raises(Refusal, match=sentence):
        house.set_policy(actor=cast.cleo.actor, code=PolicyCode(code), value=PolicyValue(value), **given)
    assert not Policy.objects.exists()


def test_the_same_answer_twice_is_no_new_version(cast: Cast) -> None:
    line.a_policy(cast, "closure", "waived")
    with pytest.raises(Refusal, match="settled so already"):
        line.a_policy(cast, "closure", "waived")


@pytest.mark.parametrize("who", ["ana", "dov", "ada"])
def test_only_a_supervisor_comes_to_the_policies(cast: Cast, desk_client: DoorClient, who: str) -> None:
    desk = desk_client.sign_in(cast.people[who])
    assert desk.get(desk.url("policies")).status_code == 404
    assert submit(desk, desk.url("policies"), {"code": "closure", "value": "waived"}).status_code == 404
    assert not Policy.objects.exists()


def test_a_supervisor_settles_a_policy_and_every_page_it_touches_says_so(
    cast: Cast, desk_client: DoorClient
) -> None:
    case = line.a_taken_case(cast)
    desk = desk_client.sign_in(cast.cleo)
    shown = desk.get(desk.url("policies")).content.decode()
    assert "the strict answer, settled by nobody" in shown
    assert "Releasing a reporter’s identity: always two people." in shown
    given = {"code": "closure", "value": "waived", "reason": "There are two of us."}
    assert submit(desk, desk.url("policies"), given | {"reason": ""}).status_code == 422
    assert submit(desk, desk.url("policies"), given).status_code == 302
    assert "There are two of us." in desk.get(desk.url("policies")).content.decode()
    for route in ("case", "reject_case"):
        page = desk.get(desk.url(route, case_id=case.id)).content.decode()
        assert "The second person for closing is waived here" in page, route
        assert "There are two of us." in page, route
    assert submit(desk, desk.url("policies"), given).status_code == 409
