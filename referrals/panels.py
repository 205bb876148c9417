"""The cards that referrals put on the case page: who should know, and the referrals made."""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from intake.models import Case
from intake.states import CaseState
from referrals import policies
from referrals.services import reading
from referrals.services.proposals import is_nobodys, permitted, shown_routes


@dataclass(frozen=True)
class Panel:
    """One card. `place` is where the page puts it: main or aside."""

    place: str
    html: SafeString


def case_panels(user: Any, case: Case, request: Any = None) -> list[Panel]:
    """The cards this person may see; none for who reads no referral. `request` gives the close form its token."""
    if not user.has_perm("referrals.read_referral"):
        return []
    return [_who_should_know(user, case, request), _referrals(user, case, request)]


def _who_should_know(user: Any, case: Case, request: Any) -> Panel:
    routes = shown_routes(case)
    context = {
        "case": case,
        "routes": routes,
        "count": len(permitted(route.proposal for route in routes)),
        "may_confirm": case.state == CaseState.CONFIRMED and user.has_perm("referrals.confirm_routes"),
        "is_assessed": case.state not in {CaseState.OPEN, CaseState.ASSIGNED},
        "is_nobodys": is_nobodys(case),
        "may_close": request is not None and user.has_perm("intake.close_case"),
        "is_referred": case.state in {CaseState.REFERRED, CaseState.MONITORING, CaseState.CLOSED},
    }
    return Panel("main", render_to_string("referrals/panels/who_should_know.html", context, request))


def _referrals(user: Any, case: Case, request: Any) -> Panel:
    made = policies.referrals_of(user).filter(case=case).order_by("number")
    may_close = (
        case.state in {CaseState.REFERRED, CaseState.MONITORING}
        and user.has_perm("intake.close_case")
        and not made.unfinished().exists()
    )
    context = {
        "case": case,
        "rows": reading.rows(made),
        "may_close": may_close and request is not None,
    }
    return Panel("aside", render_to_string("referrals/panels/referrals.html", context, request))
