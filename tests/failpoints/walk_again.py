"""A case that goes back: a no withdrawn, assessed again before it is sent, a closing declined."""

from collections.abc import Iterator

from audit import log
from intake.models import Case, ReportedItem, ReportStep
from intake.services import assessing, cases, closing, reports, reviewing, sorting
from intake.states import ClosingOutcome, ReportState
from project.models import User
from tests import line, reporting
from tests.failpoints.stepping import Step
from tests.failpoints.walk import the_house

ADDRESS = "https://example.org/again"


def steps() -> Iterator[Step]:
    yield from the_house()
    yield from reporting.steps_of(ADDRESS, Step)
    yield Step(
        ReportStep.objects.filter(danger=True).exists,
        lambda: reports.record_step(thread=reporting.thread_of(ADDRESS), name=reports.Step.WHEN, danger=True),
    )
    yield Step(
        lambda: _item().report.state != ReportState.RECEIVED, lambda: sorting.sort_report(_item().report_id)
    )
    yield Step(
        lambda: _times("case:assign") >= 1,
        lambda: cases.assign_case(actor=_who("ana").actor, case_id=_case().id),
    )
    yield Step(lambda: _times("case:assess") >= 1, lambda: _assess("other_illegal"))
    yield Step(
        lambda: _times("case:confirm_alone") >= 1,
        lambda: reviewing.confirm_alone(actor=_who("ana").actor, case_id=_case().id, reason=line.REASON),
    )
    yield Step(
        lambda: _times("case:review_later") >= 1,
        lambda: reviewing.review_later(
            actor=_who("cleo").actor, case_id=_case().id, agrees=False, reason=line.REASON
        ),
    )
    yield Step(
        lambda: _times("case:agree_after_all") >= 1,
        lambda: reviewing.agree_after_all(actor=_who("cleo").actor, case_id=_case().id, reason=line.REASON),
    )
    yield Step(
        lambda: _times("case:send_back") >= 1,
        lambda: cases.send_back(actor=_who("ana").actor, case_id=_case().id, reason=line.REASON),
    )
    yield Step(lambda: _times("case:assess") >= 2, lambda: _assess("not_illegal"))
    yield Step(lambda: _times("closure:ask") >= 1, _ask_to_close)
    yield Step(
        lambda: _times("closure:decide") >= 1,
        lambda: closing.decide_closure(
            actor=_who("cleo").actor, case_id=_case().id, agrees=False, reason=line.REASON
        ),
    )


def _assess(verdict: str) -> None:
    judgements = line.judgements_of(_case(), verdict=verdict)
    assessing.assess_case(actor=_who("ana").actor, case_id=_case().id, judgements=judgements)


def _ask_to_close() -> None:
    closing.close_case(
        actor=_who("ana").actor,
        case_id=_case().id,
        outcome=ClosingOutcome.NOT_ILLEGAL,
        reason=line.REASON,
    )


def _item() -> ReportedItem:
    return ReportedItem.objects.select_related("report").get(report__thread=reporting.thread_of(ADDRESS))


def _case() -> Case:
    return Case.objects.get(items=_item())


def _times(action: str) -> int:
    return log.entries_for(action=action, case_id=_case().id).count()


def _who(name: str) -> User:
    return User.objects.get(email=f"{name}@example.org")
