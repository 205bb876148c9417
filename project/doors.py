"""Three doors for three audiences, and the statute of who may use which route.

Every route of every door stands in `STATUTE`; a route that does not is refused by a system check and answered
with 404. `OPEN` needs nobody; `SIGNED_IN` needs a person of this door; a permission needs that permission.
"""

from dataclasses import dataclass
from typing import Any

OPEN = "open"
SIGNED_IN = "signed in"


@dataclass(frozen=True)
class Door:
    """One audience's way in. `roles` may sign in here; the public door knows nobody."""

    name: str
    roles: frozenset[str]

    @property
    def knows_people(self) -> bool:
        return bool(self.roles)


PUBLIC = Door("public", frozenset())
DESK = Door("desk", frozenset({"analyst", "supervisor", "auditor", "administrator"}))
PARTNER = Door("partner", frozenset({"partner"}))
DOORS = {door.name: door for door in (PUBLIC, DESK, PARTNER)}

_SIGN_IN: dict[str, str] = {
    "account_login": OPEN,
    "account_logout": SIGNED_IN,
    "home": SIGNED_IN,
    "look": OPEN,
    "healthz": OPEN,
}

STATUTE: dict[str, dict[str, str]] = {
    "public": {
        "healthz": OPEN,
        "pick_language": OPEN,
        "start": OPEN,
        "where": OPEN,
        "what": OPEN,
        "when": OPEN,
        "receipt": OPEN,
        "about_me": OPEN,
        "return_visit": OPEN,
        "privacy": OPEN,
        "hide_visit": OPEN,
        "accessibility": OPEN,
    },
    "desk": _SIGN_IN
    | {
        "queue": "intake.see_queue",
        "my_work": "intake.see_queue",
        "take_next": "intake.assign_case",
        "case": "intake.read_case",
        "take_case": "intake.assign_case",
        "release_case": "intake.assign_case",
        "assess": "intake.assess_case",
        "reassess": "intake.assess_case",
        "trace": "intake.assess_case",
        "case_entries": "intake.read_case",
        "start_review": "intake.review_assessment",
        "review": "intake.review_assessment",
        "heed": "intake.assess_case",
        "close_case": "intake.close_case",
        "agree_after_all": "intake.review_assessment",
        "confirm_alone": "intake.assess_case",
        "decide_closure": "intake.close_case",
        "decide_dispute": "intake.decide_dispute",
        "policies": "intake.set_policy",
        "reject_case": "intake.close_case",
        "reopen_case": "intake.close_case",
        "review_later": "intake.review_assessment",
        "send_back": "intake.assess_case",
        "take_over": "intake.assign_case",
        "undo_case": "intake.assess_case",
        "write_note": "intake.assess_case",
        "close_reviewed_case": "intake.close_case",
        "routes": "referrals.confirm_routes",
        "forward_case": "referrals.confirm_routes",
        "leave_out": "referrals.confirm_routes",
        "take_back": "referrals.confirm_routes",
        "decide_overruling": "referrals.overrule_route",
        "undo_referrals": "referrals.confirm_routes",
        "set_hold": "referrals.set_hold",
        "extend_hold": "referrals.set_hold",
        "release_hold": "referrals.set_hold",
        "referrals": "referrals.read_referral",
        "referral": "referrals.read_referral",
        "hand_over": "referrals.hand_over_package",
        "send_again": "referrals.hand_over_package",
        "decide_delivery": "referrals.decide_delivery",
        "open_package": "referrals.hand_over_package",
        "record_number": "referrals.hand_over_package",
        "supplement": "referrals.withdraw_referral",
        "correct": "referrals.withdraw_referral",
        "withdraw": "referrals.withdraw_referral",
        "worklist": "referrals.read_referral",
        "reminded": "referrals.record_answer",
        "take_care": "referrals.record_answer",
        "acknowledge": "referrals.record_answer",
        "outcome": "referrals.record_answer",
        "record_message": "referrals.record_answer",
        "mark_read": "referrals.record_answer",
        "close_links": "referrals.record_answer",
        "agencies": "referrals.read_agency",
        "new_agency": "referrals.manage_agencies",
        "agency": "referrals.read_agency",
        "change_agency": "referrals.manage_agencies",
        "approve_contact": "referrals.manage_agencies",
        "pause_agency": "referrals.manage_agencies",
        "ask_live": "referrals.switch_live",
        "decide_live": "referrals.switch_live",
        "rules": "referrals.read_agency",
        "new_rule": "referrals.manage_rules",
        "activate_rule": "referrals.manage_rules",
        "retire_rule": "referrals.manage_rules",
        "decide_retire": "referrals.manage_rules",
        "log": "audit.read_log",
        "entry": "audit.read_log",
        "verify": "audit.read_log",
        "people": "project.manage_people",
        "add_person": "project.manage_people",
        "let_go": "project.manage_people",
    },
    "partner": _SIGN_IN
    | {
        "inbox": "referrals.see_inbox",
        "received": "referrals.see_inbox",
        "collect": "referrals.collect_package",
        "reply": "referrals.collect_package",
        # The address itself is signed: who has it may answer, and sees the cover alone.
        "answer": OPEN,
    },
}

# Acts without a page of their own: the form stands on the page above, and a GET is refused.
POST_ONLY = frozenset(
    {
        "account_logout",
        "acknowledge",
        "activate_rule",
        "approve_contact",
        "ask_live",
        "close_links",
        "close_reviewed_case",
        "collect",
        "decide_delivery",
        "decide_live",
        "decide_overruling",
        "decide_retire",
        "extend_hold",
        "hand_over",
        "heed",
        "leave_out",
        "mark_read",
        "open_package",
        "outcome",
        "pause_agency",
        "record_message",
        "record_number",
        "release_case",
        "release_hold",
        "reminded",
        "reply",
        "retire_rule",
        "send_again",
        "set_hold",
        "start_review",
        "take_back",
        "take_care",
        "take_case",
        "take_next",
        "undo_case",
        "undo_referrals",
    }
)


def door_settings(name: str, *, secure: bool) -> dict[str, Any]:
    """The Django settings that differ from door to door. `secure`: served over https."""
    door = DOORS[name]
    prefix = "__Host-" if secure else ""
    common = {
        "TUTELA_DOOR": name,
        "ROOT_URLCONF": f"project.urls.{name}",
        "MIDDLEWARE": PEOPLE_MIDDLEWARE if door.knows_people else PUBLIC_MIDDLEWARE,
    }
    if not door.knows_people:
        return common
    return common | {
        "SESSION_ENGINE": f"project.sessions.{name}",
        "SESSION_COOKIE_NAME": f"{prefix}tutela-{name}",
        "CSRF_COOKIE_NAME": f"{prefix}tutela-{name}-csrf",
        "LANGUAGE_COOKIE_NAME": f"tutela-{name}-language",
    }


_EVERYWHERE = [
    "django.middleware.security.SecurityMiddleware",
    "project.middleware.Headers",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
]
PUBLIC_MIDDLEWARE = [
    *_EVERYWHERE,
    "django.middleware.locale.LocaleMiddleware",
    "project.middleware.HostileInput",
    "project.middleware.MethodRefused",
    "django.middleware.common.CommonMiddleware",
    "project.middleware.SameOrigin",
    "project.middleware.DenyByDefault",
]
PEOPLE_MIDDLEWARE = [
    *_EVERYWHERE,
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "project.middleware.HostileInput",
    "project.middleware.MethodRefused",
    "django.middleware.common.CommonMiddleware",
    "project.middleware.SameOrigin",
    "project.middleware.NullOrigin",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "project.middleware.DenyByDefault",
]
