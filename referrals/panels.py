"""The cards that referrals put on the case page: who should know, the police hold, and the referrals made."""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from intake.models import Case
from intake.services import house, second
from intake.states import CaseState
from referrals import policies
from referrals.services import confirming, contradictions, reading
from referrals.services.holds_shown import HoldShown, hold_shown, police_of
from referrals.services.undo import minutes_left

UNASSESSED = frozenset({CaseState.OPEN, CaseState.ASSIGNED})
WITH_AGENCIES = frozenset({CaseState.REFERRED, CaseState.MONITORING})
HOLDABLE = WITH_AGENCIES | {CaseState.CONFIRMED}


@dataclass(frozen=True)
class Panel:
    """One card. `place` is where the page puts it: main or aside."""

    place: str
    html: SafeString


@dataclass(frozen=True)
class HoldAct:
    """Something that a supervisor can do about the hold now: its route, its words, and what it asks for."""

    route: str
    label: str
    button: str
    asks_until: bool
    asks_why: bool


def case_panels(user: Any, case: Case, request: Any = None) -> list[Panel]:
    """The cards this person may see; none for who reads no referral. `request` gives the forms their token."""
    if not user.has_perm("referrals.read_referral"):
        return []
    hold = _hold(user, case, request)
    otherwise = _said_otherwise(case, request)
    return [
        *([otherwise] if otherwise else []),
        _who_should_know(user, case, request),
        *([hold] if hold else []),
        _referrals(user, case, request),
    ]


def _said_otherwise(case: Case, request: Any) -> Panel | None:
    rows = contradictions.panel_rows(case)
    if not rows:
        return None
    html = render_to_string("referrals/panels/said_otherwise.html", {"case": case, "rows": rows}, request)
    return Panel("main", html)


def _who_should_know(user: Any, case: Case, request: Any) -> Panel:
    forwards = case.state in UNASSESSED and house.forward_only()
    page = _page(user, case, forwards=forwards)
    context = {
        "case": case,
        "page": page,
        "count": sum(not found.route.is_forbidden for found in page.shown),
        "may_confirm": case.state == CaseState.CONFIRMED and user.has_perm("referrals.confirm_routes"),
        "is_assessed": case.state not in UNASSESSED,
        "is_nobodys": case.state == CaseState.CONFIRMED and page.is_nobodys,
        "may_close": _may_ask_to_close(user, case, request),
        "is_disputed": case.disputed and case.state == CaseState.CONFIRMED,
        "is_referred": case.state in WITH_AGENCIES | {CaseState.CLOSED},
    }
    return Panel("main", render_to_string("referrals/panels/who_should_know.html", context, request))


def _page(user: Any, case: Case, *, forwards: bool) -> confirming.Page:
    """Where nobody stands by an assessment, or not yet, nothing is proposed."""
    if forwards:
        return confirming.forward_page(case, user.pk)
    if case.state in UNASSESSED:
        return confirming.Page(shown=[], gaps=[], hours=None, why_not="", is_closing=False)
    return confirming.page_of(case, user.pk)


def _hold(user: Any, case: Case, request: Any) -> Panel | None:
    """Where a hold stands; and for who may set one, wherever there is something to hold."""
    shown = hold_shown(case)
    acts = _hold_acts(case, shown) if request and user.has_perm("referrals.set_hold") else []
    if shown is None and not acts:
        return None
    context = {"case": case, "shown": shown, "acts": acts, "police": police_of(case) if acts else {}}
    return Panel("aside", render_to_string("referrals/panels/hold.html", context, request))


def _hold_acts(case: Case, shown: HoldShown | None) -> list[HoldAct]:
    if case.state not in HOLDABLE:
        return []
    if shown is None:
        return [HoldAct("set_hold", _("Set a hold"), _("Set the hold"), asks_until=True, asks_why=True)]
    return [
        HoldAct("extend_hold", _("Extend it"), _("Extend the hold"), asks_until=True, asks_why=True),
        HoldAct("release_hold", _("Release it"), _("Release the hold"), asks_until=False, asks_why=True),
    ]


def _referrals(user: Any, case: Case, request: Any) -> Panel:
    made = policies.referrals_of(user).filter(case=case).order_by("number")
    done = case.state in WITH_AGENCIES and not made.unfinished().exists()
    may_undo = request is not None and user.has_perm("referrals.confirm_routes")
    context = {
        "case": case,
        "rows": reading.rows(made),
        "may_close": done and _may_ask_to_close(user, case, request),
        "undo_minutes": minutes_left(case, user.pk) if may_undo else 0,
    }
    return Panel("aside", render_to_string("referrals/panels/referrals.html", context, request))


def _may_ask_to_close(user: Any, case: Case, request: Any) -> bool:
    return request is not None and user.has_perm("intake.close_case") and second.asked_closure(case) is None
