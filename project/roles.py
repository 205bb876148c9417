"""Roles and what each may do, read like a statute. Where they may do it is said by teams and agencies."""

from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    ANALYST = "analyst"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    PARTNER = "partner"

    @classmethod
    def choices(cls) -> list[tuple[str, Promise]]:
        return list(ROLE_NAMES.items())


ROLE_NAMES: dict[str, Promise] = {
    Role.ANALYST.value: _("analyst"),
    Role.SUPERVISOR.value: _("supervisor"),
    Role.AUDITOR.value: _("auditor"),
    Role.ADMINISTRATOR.value: _("administrator"),
    Role.PARTNER.value: _("partner"),
}

_HANDLE_CASES = frozenset(
    {
        "intake.see_queue",
        "intake.read_case",
        "intake.assign_case",
        "intake.assess_case",
        "intake.review_assessment",
        "intake.close_case",
        "referrals.confirm_routes",
        "referrals.read_referral",
        "referrals.hand_over_package",
        "referrals.record_answer",
        "referrals.read_agency",
        "referrals.withdraw_referral",
        "referrals.decide_delivery",
    }
)

_SUPERVISE = frozenset(
    {
        "intake.decide_dispute",
        "intake.set_policy",
        "referrals.manage_agencies",
        "referrals.manage_rules",
        "referrals.overrule_route",
        "referrals.set_hold",
        "referrals.switch_live",
    }
)

STATUTE: dict[str, frozenset[str]] = {
    Role.ANALYST: _HANDLE_CASES,
    Role.SUPERVISOR: _HANDLE_CASES | _SUPERVISE,
    # An auditor reads the log and nothing else; an administrator manages people and reads no case.
    Role.AUDITOR: frozenset({"audit.read_log"}),
    Role.ADMINISTRATOR: frozenset(
        {
            "project.manage_people",
            "referrals.manage_agencies",
            "referrals.manage_rules",
            "referrals.read_agency",
            "referrals.switch_live",
        }
    ),
    Role.PARTNER: frozenset({"referrals.see_inbox", "referrals.collect_package"}),
}


class RoleBackend:
    """Answers `user.has_perm("intake.assess_case")` from the statute. It signs nobody in."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def has_perm(self, user: Any, permission: str, obj: Any = None) -> bool:
        if obj is not None or not user.is_active:
            return False
        return permission in STATUTE.get(getattr(user, "role", ""), frozenset())
