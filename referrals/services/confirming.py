"""What the page shows before anybody confirms: proposals with their exact document, what stops or left them out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.acts import Refusal
from intake.models import Case
from intake.services import second, turns
from referrals import wording
from referrals.gates import Stop
from referrals.models import Agency, Overruling
from referrals.routing import Gap
from referrals.services import forwarding, holds, left_out, overruling
from referrals.services.leaving import Leaving, hold_covers
from referrals.services.proposals import Route, gaps, shown_routes
from referrals.services.referrals import may_refer
from referrals.states import AgencyState, AskState, RuleAddressee
from referrals.wording import Pill, Words

READY = Pill(gettext_lazy("Ready"), "i")
WAITS = Pill(gettext_lazy("Waits"), "h", "lock")
TO_MEND = Pill(gettext_lazy("To mend"), "w", "tri")
ASKED = Pill(gettext_lazy("Asked to leave out"), "w", "tri")
LEFT_OUT = Pill(gettext_lazy("Left out"), "n")
NOT_SENT = Pill(gettext_lazy("Not sent"), "n")

Typed = Mapping[str, str]


@dataclass(frozen=True)
class LeftOut:
    """Somebody's word that a proposal is left out, with its reason."""

    row: Overruling
    reason: str
    may_decide: bool

    @property
    def is_asked(self) -> bool:
        return self.row.state == AskState.ASKED


@dataclass(frozen=True)
class Shown:
    """One proposal. `mends`: what a person must put right first. `waits`: until when, and for whom, it waits.

    `typed`: why it is left out, as far as somebody typed that before the page came back.
    """

    route: Route
    agency: Agency
    mode: Words
    mends: list[Words]
    waits: str
    left: LeftOut | None
    typed: str = ""

    @property
    def is_test(self) -> bool:
        return self.agency.state != AgencyState.LIVE

    @property
    def is_settled(self) -> bool:
        """Left out by everybody who has to say so."""
        return self.left is not None and not self.left.is_asked

    @property
    def is_open(self) -> bool:
        """A person still decides about it here."""
        return not self.route.is_forbidden and self.left is None

    @property
    def why_name(self) -> str:
        """The form field of the reason for which it is left out."""
        return why_name(self.route)

    @property
    def pill(self) -> Pill:
        if self.route.is_forbidden:
            return NOT_SENT
        if self.left:
            return ASKED if self.left.is_asked else LEFT_OUT
        if self.mends:
            return TO_MEND
        return WAITS if self.waits else READY


def why_name(route: Route) -> str:
    found = route.proposal
    return f"why-{found.agency_id}:{found.rule_code}:{found.rule_version}"


@dataclass(frozen=True)
class Page:
    """`why_not`: why nobody can confirm now. `hours`: how long host and platform will wait for the police.

    `is_closing`: somebody asked to close the case, and a second person decides.
    """

    shown: list[Shown]
    gaps: Sequence[Words]
    hours: int | None
    why_not: str
    is_closing: bool

    @property
    def is_nobodys(self) -> bool:
        """Nothing is left to send: every proposal is forbidden or left out."""
        return all(found.route.is_forbidden or found.is_settled for found in self.shown)

    @property
    def open(self) -> list[Shown]:
        return [found for found in self.shown if found.is_open]


def page_of(case: Case, person: UUID, typed: Typed | None = None) -> Page:
    """For a case that a second person confirmed. `typed`: reasons by the name of their field."""
    return _page(case, person, shown_routes(case, role=_role(person)), _why_not(case), typed)


def forward_page(case: Case, person: UUID, typed: Typed | None = None) -> Page:
    """For a case that nobody assesses, in forward-only mode."""
    routes = shown_routes(case, role=_role(person))
    taken = forwarding.forwardable(case, [route.proposal for route in routes])
    kept = [route for route in routes if route.proposal in taken]
    return _page(case, person, kept, _why_not_forward(case, person), typed)


def waits_for(leaving: Leaving) -> str:
    """In words, until when it waits and for whom; empty where nothing makes it wait."""
    if leaving.until is None:
        return ""
    time = {"time": turns.time_of(leaving.until)}
    if Stop.POLICE_HOLD in leaving.stops:
        return _("Waits for the police until %(time)s.") % time
    return _("Waits until %(time)s: they take nothing before.") % time


def _page(case: Case, person: UUID, routes: list[Route], why_not: str, typed: Typed | None) -> Page:
    proposals = [route.proposal for route in routes]
    agencies = Agency.objects.in_bulk([found.agency_id for found in proposals])
    reasons = left_out.reasons([route.overruling for route in routes if route.overruling])
    hours = holds.foreseen(case, proposals) if holds.hold_of(case) is None else None
    shown = [
        _shown(
            case,
            route,
            agencies[route.proposal.agency_id],
            _left(route.overruling, reasons, person),
            hours,
            (typed or {}).get(why_name(route), ""),
        )
        for route in routes
    ]
    return Page(shown, list(map(_gap, gaps(case))), hours, why_not, second.asked_closure(case) is not None)


def _shown(
    case: Case, route: Route, agency: Agency, left: LeftOut | None, hours: int | None, typed: str
) -> Shown:
    covered = hours and hold_covers(agency, case, route.proposal.item_ids)
    foreseen = _("Once you confirm, it waits for the police: %(hours)d hours at most.") % {
        "hours": hours or 0
    }
    return Shown(
        route=route,
        agency=agency,
        mode=wording.MODES[agency.mode],
        mends=[] if route.is_forbidden else _mends(route),
        waits=waits_for(route.leaving) or (foreseen if covered else ""),
        left=left,
        typed=typed,
    )


def _mends(route: Route) -> list[Words]:
    named = [
        _("What would leave names the reporter (%(where)s). Take it out first.") % {"where": hit.field}
        for hit in route.names
    ]
    return [*(wording.STOPS[stop] for stop in route.leaving.to_mend), *named]


def _gap(gap: Gap) -> str:
    said = {"rule": gap.rule_code, "version": gap.rule_version}
    items = len(gap.item_ids)
    if gap.addressee is RuleAddressee.PLATFORM:
        return ngettext(
            "Rule %(rule)s, version %(version)d: whoever runs the platform of %(items)d item.",
            "Rule %(rule)s, version %(version)d: whoever runs the platform of %(items)d items.",
            items,
        ) % {**said, "items": items}
    return ngettext(
        "Rule %(rule)s, version %(version)d: whoever hosts %(items)d item.",
        "Rule %(rule)s, version %(version)d: whoever hosts %(items)d items.",
        items,
    ) % {**said, "items": items}


def _left(row: Overruling | None, reasons: dict[UUID, str], person: UUID) -> LeftOut | None:
    if row is None:
        return None
    return LeftOut(row, reasons.get(row.id, ""), row.state == AskState.ASKED and _may_decide(row, person))


def _may_decide(row: Overruling, person: UUID) -> bool:
    try:
        overruling.may_decide(row, person)
    except Refusal:
        return False
    return True


def _why_not(case: Case) -> str:
    try:
        may_refer(case)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _why_not_forward(case: Case, person: UUID) -> str:
    try:
        turns.may_forward(case, person)
        forwarding.refuse_untraced(case)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _role(person: UUID) -> str:
    return get_user_model().objects.only("role").get(pk=person).role
