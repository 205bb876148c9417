"""A case handed on and decided about: taken over, confirmed alone, disputed, rejected, undone, opened again."""

from collections.abc import Iterator

from audit import log
from intake.models import Case, Note, Policy, Report, ReportedItem, ReportStep
from intake.services import assessing, cases, closing, house, notes, reports, reviewing, sorting, undo
from intake.states import ClosingOutcome, PolicyCode, PolicyValue, ReportState
from project.models import User
from tests import line, reporting
from tests.failpoints.stepping import Step
from tests.failpoints.walk import the_house

ADDRESS = "https://example.org/handled"


def steps() -> Iterator[Step]:
    yield from the_house()
    yield Step(Policy.objects.exists, _settle)
    yield from reporting.steps_of(ADDRESS, Step)
    yield Step(ReportStep.objects.filter(danger=True).exists, _tell_danger)
    yield Step(lambda: _report().state != ReportState.RECEIVED, lambda: sorting.sort_report(_report().id))
    yield Step(
        lambda: _times("case:assign") >= 1,
        lambda: cases.assign_case(actor=_who("cleo").actor, case_id=_case().id),
    )
    yield Step(
        lambda: _times("case:take_over") >= 1,
        lambda: cases.take_over_case(actor=_who("ana").actor, case_id=_case().id, reason=line.REASON),
    )
    yield Step(
        Note.objects.exists,
        lambda: notes.write_note(actor=_who("ana").actor, case_id=_case().id, text=line.REASON),
    )
    yield from _confirmed_alone_and_disputed()
    yield from _rejected(1)
    yield Step(
        lambda: _times("case:undo") >= 1,
        lambda: undo.undo(actor=_who("cleo").actor, case_id=_case().id),
    )
    yield from _rejected(2)
    yield Step(
        lambda: _times("case:reopen_by_hand") >= 1,
        lambda: closing.reopen_case(actor=_who("ana").actor, case_id=_case().id, reason=line.REASON),
    )


def _confirmed_alone_and_disputed() -> Iterator[Step]:
    yield Step(lambda: _times("case:assess") >= 1, _assess)
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
        lambda: _times("case:decide_dispute") >= 1,
        lambda: reviewing.decide_dispute(
            actor=_who("cleo").actor, case_id=_case().id, upholds=False, reason=line.REASON
        ),
    )


def _rejected(times: int) -> Iterator[Step]:
    """Asked by Ana, decided by Cleo."""
    yield Step(
        lambda: _times("closure:ask") >= times,
        lambda: closing.reject_case(
            actor=_who("ana").actor, case_id=_case().id, outcome=ClosingOutcome.SPAM, reason=line.REASON
        ),
    )
    yield Step(
        lambda: _times("closure:decide") >= times,
        lambda: closing.decide_closure(actor=_who("cleo").actor, case_id=_case().id, agrees=True),
    )


def _settle() -> None:
    house.set_policy(
        actor=_who("cleo").actor,
        code=PolicyCode.RULE_ACTIVATION,
        value=PolicyValue.DELEGATE,
        reason=line.REASON,
    )


def _tell_danger() -> None:
    reports.record_step(thread=reporting.thread_of(ADDRESS), name=reports.Step.WHEN, danger=True)


def _assess() -> None:
    judgements = line.judgements_of(_case())
    assessing.assess_case(actor=_who("ana").actor, case_id=_case().id, judgements=judgements)


def _report() -> Report:
    return Report.objects.get(thread=reporting.thread_of(ADDRESS))


def _case() -> Case:
    return Case.objects.get(items=ReportedItem.objects.get(report=_report()))


def _times(action: str) -> int:
    return log.entries_for(action=action, case_id=_case().id).count()


def _who(name: str) -> User:
    return User.objects.get(email=f"{name}@example.org")
