"""Before sending: left out and taken back, confirmed and undone, held and let go, forwarded without assessment."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from audit import log
from intake.models import Case, HostingTrace, Policy, Report
from intake.schemes import HostKnownBy
from intake.services import assessing, cases, house, sorting
from intake.services.traces import Found, record_trace
from intake.states import CaseState, PolicyCode, PolicyValue, ReportState
from project.models import User
from referrals.models import Agency, Hold, Overruling, RoutingRule
from referrals.services import directory, forwarding, holds, overruling, referrals, rules, undo
from referrals.services.choosing import Choice
from referrals.services.proposals import propose_routes
from referrals.states import AgencyKind, HoldState, Obligation
from tests import line, reporting
from tests.cast import RULE
from tests.failpoints.stepping import Step
from tests.failpoints.walk import the_house

ROUTED, FORWARDED = "https://example.org/routed", "https://example.org/forwarded"
HOST = "Files Ltd"
TAKES_ALL = directory.Terms(destination="file_export", agreement="A", takes_unassessed=True)


def steps() -> Iterator[Step]:
    yield from the_house()
    yield Step(lambda: Agency.objects.filter(name=HOST).exists(), _open_host)
    yield Step(lambda: RoutingRule.objects.filter(code="HS-01").exists(), _adopt_rule)
    yield from _confirmed_case()
    yield from _left_out(1, agrees=False)
    yield from _left_out(2, agrees=True)
    yield Step(
        lambda: _times("overruling:undo") >= 1,
        lambda: overruling.take_back(actor=_who("ana"), overruling_id=_newest().id),
    )
    yield _referred(1)
    yield Step(
        lambda: _times("case:undo_referral") >= 1,
        lambda: undo.undo_referrals(actor=_who("ana"), case_id=_case(ROUTED).id),
    )
    yield _referred(2)
    yield from _held()
    yield from _forwarded()


def _confirmed_case() -> Iterator[Step]:
    yield from _sorted(ROUTED)
    yield Step(
        lambda: _case(ROUTED).state != CaseState.OPEN,
        lambda: cases.assign_case(actor=_who("ana"), case_id=_case(ROUTED).id),
    )
    yield Step(lambda: _case(ROUTED).state != CaseState.ASSIGNED, _assess)
    yield Step(
        lambda: _case(ROUTED).state != CaseState.ASSESSED,
        lambda: cases.start_review(actor=_who("cleo"), case_id=_case(ROUTED).id),
    )
    yield Step(
        lambda: _case(ROUTED).state != CaseState.IN_REVIEW,
        lambda: cases.review_assessment(actor=_who("cleo"), case_id=_case(ROUTED).id, agrees=True),
    )


def _left_out(times: int, *, agrees: bool) -> Iterator[Step]:
    """Ana asks to leave the police out, Cleo decides."""
    yield Step(lambda: _times("overruling:ask") >= times, _leave_out)
    yield Step(
        lambda: _times("overruling:decide") >= times,
        lambda: overruling.decide_overruling(
            actor=_who("cleo"), overruling_id=_newest().id, agrees=agrees, reason=line.REASON
        ),
    )


def _referred(times: int) -> Step:
    return Step(
        lambda: _times("case:refer") >= times,
        lambda: referrals.create_referrals(
            actor=_who("ana"), case_id=_case(ROUTED).id, choices=_choices(ROUTED)
        ),
    )


def _held() -> Iterator[Step]:
    """The hold of the policy is extended and released; one more is set, and ends by the clock."""
    yield Step(
        lambda: _times("hold:extend") >= 1,
        lambda: holds.extend_hold(
            actor=_who("cleo"), case_id=_case(ROUTED).id, until=_in(100 * 3600), reason=line.REASON
        ),
    )
    yield Step(
        lambda: _times("hold:release") >= 2,
        lambda: holds.release_hold(actor=_who("cleo"), case_id=_case(ROUTED).id, reason=line.REASON),
    )
    yield Step(
        lambda: _times("hold:set") >= 3,
        lambda: holds.set_hold(
            actor=_who("cleo"), case_id=_case(ROUTED).id, until=_in(1), reason=line.REASON
        ),
    )
    yield Step(lambda: _times("hold:release") >= 3, _release_ended)


def _forwarded() -> Iterator[Step]:
    """In a house that refers without assessing, to police who take that."""
    yield Step(Policy.objects.exists, _settle)
    yield Step(
        lambda: _police().takes_unassessed,
        lambda: directory.change_terms(actor=_who("cleo"), agency_id=_police().id, terms=TAKES_ALL),
    )
    yield Step(lambda: RoutingRule.objects.filter(code="FW-01").exists(), _adopt_forwarding)
    yield from _sorted(FORWARDED)
    yield Step(HostingTrace.objects.exists, _trace)
    yield Step(lambda: _times("case:refer_unassessed") >= 1, _forward)


def _sorted(address: str) -> Iterator[Step]:
    yield from reporting.steps_of(address, Step)
    yield Step(
        lambda: _report(address).state != ReportState.RECEIVED,
        lambda: sorting.sort_report(_report(address).id),
    )


def _open_host() -> None:
    terms = directory.Terms(destination="file_export", agreement="A")
    directory.open_agency(actor=log.SYSTEM, name=HOST, kind=AgencyKind.PROVIDER, country="RO", terms=terms)


def _adopt_rule() -> None:
    host = Agency.objects.get(name=HOST)
    rules.adopt_rule(
        actor=log.SYSTEM,
        rule=rules.Draft("HS-01", RULE, Obligation.OBLIGATORY, "hosted_at_home", host.id),
    )


def _adopt_forwarding() -> None:
    rules.adopt_rule(
        actor=log.SYSTEM,
        rule=rules.Draft("FW-01", {"hosting": "home"}, Obligation.SUGGESTED, "hosted_at_home", _police().id),
    )


def _assess() -> None:
    case = _case(ROUTED)
    assessing.assess_case(actor=_who("ana"), case_id=case.id, judgements=line.judgements_of(case))


def _leave_out() -> None:
    overruling.leave_out(
        actor=_who("ana"),
        case_id=_case(ROUTED).id,
        agency_id=_police().id,
        rule_code="RO-01",
        rule_version=1,
        reason=line.REASON,
    )


def _release_ended() -> None:
    hold = Hold.objects.get(state=HoldState.SET)
    time.sleep(max(0.0, (hold.until - timezone.now()).total_seconds()))
    holds.release_ended(hold_id=hold.id)


def _settle() -> None:
    house.set_policy(
        actor=_who("cleo"), code=PolicyCode.FORWARD_ONLY, value=PolicyValue.ON, reason=line.REASON
    )


def _trace() -> None:
    case = _case(FORWARDED)
    found = Found(HostKnownBy.LOOKUP, timezone.now(), "RO")
    record_trace(actor=_who("ana"), case_id=case.id, item_id=case.items.addresses()[0].id, found=found)


def _forward() -> None:
    forwarding.forward_case(
        actor=_who("ana"), case_id=_case(FORWARDED).id, reason=line.REASON, choices=_choices(FORWARDED)
    )


def _choices(address: str) -> list[Choice]:
    case = _case(address)
    takes = [] if address == ROUTED else [_police().id]
    return [
        Choice(found.agency_id, found.rule_code, found.rule_version)
        for found in propose_routes(case)
        if not takes or found.agency_id in takes
    ]


def _newest() -> Overruling:
    return Overruling.objects.latest("asked_at")


def _police() -> Agency:
    return Agency.objects.get(kind=AgencyKind.POLICE)


def _in(seconds: int) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def _times(action: str) -> int:
    return int(log.entries_for(action=action).count())


def _report(address: str) -> Report:
    return Report.objects.get(items__raw=address)


def _case(address: str) -> Case:
    return Case.objects.get(items__raw=address)


def _who(name: str) -> log.Actor:
    return User.objects.get(email=f"{name}@example.org").actor
