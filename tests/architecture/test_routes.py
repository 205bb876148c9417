"""Every route of every door stands on the statute, and the statute names no route that is not there."""

import pytest
from django.urls import get_resolver

from intake.models import Case
from project.checks import route_names
from project.doors import DOORS, OPEN, SIGNED_IN, STATUTE
from project.roles import STATUTE as ROLES
from project.roles import Role
from referrals.models import Agency, Referral


@pytest.mark.parametrize("door", DOORS)
def test_the_statute_of_a_door_names_exactly_its_routes(door: str) -> None:
    names = route_names(get_resolver(f"project.urls.{door}"))
    assert sorted(names) == sorted(STATUTE[door])


def test_every_door_has_a_statute() -> None:
    assert set(STATUTE) == set(DOORS)


def test_what_the_doors_ask_for_somebody_may_do() -> None:
    held = frozenset().union(*ROLES.values())
    asked = {need for door in STATUTE.values() for need in door.values()} - {OPEN, SIGNED_IN}
    assert asked <= held


def test_every_permission_of_a_role_is_asked_for_at_a_door() -> None:
    asked = {need for door in STATUTE.values() for need in door.values()}
    assert frozenset().union(*ROLES.values()) <= asked


def test_every_role_belongs_to_exactly_one_door() -> None:
    roles = [role for door in DOORS.values() for role in door.roles]
    assert sorted(roles) == sorted(role.value for role in Role)


def test_the_public_door_asks_nobody_who_they_are() -> None:
    assert set(STATUTE["public"].values()) == {OPEN}


def test_an_administrator_may_do_nothing_with_cases() -> None:
    on_cases = {f"intake.{name}" for name, _label in Case._meta.permissions}
    on_referrals = {f"referrals.{name}" for name, _label in Referral._meta.permissions}
    assert not ROLES[Role.ADMINISTRATOR] & (on_cases | on_referrals)
    assert Agency._meta.permissions
