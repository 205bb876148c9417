"""What is found out about an item: where it is hosted, and, after agencies were told, that it is something else."""

from collections.abc import Iterator

from intake.models import Assessment, Case, HostingTrace, Report, ReportedItem
from intake.schemes import HostKnownBy
from intake.services import assessing, cases, corrections, sorting, traces
from intake.states import CaseState, ReportState
from project.models import User
from referrals.services import referrals
from referrals.services.proposals import propose_routes
from tests import line, reporting
from tests.failpoints.stepping import Step
from tests.failpoints.walk import the_house

ADDRESS = "https://example.org/found-out"
BEFORE_CONFIRMED = (CaseState.OPEN, CaseState.ASSIGNED, CaseState.ASSESSED, CaseState.IN_REVIEW)


def steps() -> Iterator[Step]:
    yield from the_house()
    yield from reporting.steps_of(ADDRESS, Step)
    yield Step(
        lambda: _report().state == ReportState.SORTED,
        lambda: sorting.sort_report(_report().id),
    )
    yield Step(
        lambda: _case().state != CaseState.OPEN,
        lambda: cases.assign_case(actor=_who("ana").actor, case_id=_case().id),
    )
    yield Step(HostingTrace.objects.exists, _trace)
    yield Step(Assessment.objects.exists, lambda: _assess("other_illegal"))
    yield from _referred()
    yield Step(lambda: Assessment.objects.count() == 2, _correct)


def _referred() -> Iterator[Step]:
    yield Step(
        lambda: _case().state not in BEFORE_CONFIRMED[:3],
        lambda: cases.start_review(actor=_who("cleo").actor, case_id=_case().id),
    )
    yield Step(
        lambda: _case().state not in BEFORE_CONFIRMED,
        lambda: cases.review_assessment(actor=_who("cleo").actor, case_id=_case().id, agrees=True),
    )
    yield Step(lambda: _case().state == CaseState.REFERRED, _refer)


def _trace() -> None:
    found = traces.Found(HostKnownBy.LOOKUP, _report().received_at, "RO", confidence=90)
    traces.record_trace(actor=_who("ana").actor, case_id=_case().id, item_id=_item().id, found=found)


def _assess(verdict: str) -> None:
    judgements = line.judgements_of(_case(), verdict=verdict)
    assessing.assess_case(actor=_who("ana").actor, case_id=_case().id, judgements=judgements)


def _refer() -> None:
    choices = [
        referrals.Choice(found.agency_id, found.rule_code, found.rule_version)
        for found in propose_routes(_case())
    ]
    referrals.create_referrals(actor=_who("ana").actor, case_id=_case().id, choices=choices)


def _correct() -> None:
    judgements = line.judgements_of(_case(), verdict="not_illegal")
    corrections.reassess(actor=_who("ana").actor, case_id=_case().id, judgements=judgements)


def _report() -> Report:
    return Report.objects.get(thread=reporting.thread_of(ADDRESS))


def _item() -> ReportedItem:
    return ReportedItem.objects.get(report=_report())


def _case() -> Case:
    return Case.objects.get(items=_item())


def _who(name: str) -> User:
    return User.objects.get(email=f"{name}@example.org")
