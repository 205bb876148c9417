"""After sending: a reminder, new facts, a correction, no answer in time, somebody who cares, and taking it back."""

from collections.abc import Callable, Iterator
from datetime import datetime
from types import SimpleNamespace
from unittest.mock import patch

from audit import log
from intake.models import Assessment, Case, Report
from intake.services import assessing, cases, corrections, reviewing, sorting
from intake.states import ReportState
from project.models import User
from referrals.models import Delivery, FollowUp, Message, Referral
from referrals.services import addressees, deadlines, follow_ups, handover, referrals
from referrals.services.proposals import propose_routes
from referrals.states import AnswerSource, FollowUpKind
from tests import line, reporting
from tests.failpoints import sending
from tests.failpoints.stepping import Step
from tests.failpoints.walk import the_house

ADDRESS = "https://example.org/after-sending"
WHY = "A walk."


def steps() -> Iterator[Step]:
    yield from the_house()
    yield from sent()
    yield Step(
        lambda: _referral().reminded_at is not None, lambda: _by_the_clock(deadlines.remind, _reminder_due())
    )
    yield Step(Message.objects.exists, _remind)
    yield Step(lambda: _made(FollowUpKind.SUPPLEMENT), _supplement)
    yield Step(lambda: Assessment.objects.count() == 2, _find_otherwise)
    yield Step(
        lambda: _times("case:review_later") == 1,
        lambda: reviewing.review_later(actor=who("cleo").actor, case_id=_case().id, agrees=True),
    )
    yield Step(lambda: _made(FollowUpKind.CORRECTION), _correct)
    yield Step(
        lambda: _times("referral:expire") == 1,
        lambda: _by_the_clock(deadlines.expire, _referral().due_at),
    )
    yield Step(
        lambda: _referral().escalated_at is not None,
        lambda: _by_the_clock(deadlines.escalate, _referral().due_at),
    )
    yield Step(
        lambda: _referral().cared_for_by is not None,
        lambda: deadlines.take_care(actor=who("ana").actor, referral_id=_referral().id),
    )
    yield Step(lambda: _made(FollowUpKind.WITHDRAWAL), _withdraw)


def sent() -> Iterator[Step]:
    yield from reporting.steps_of(ADDRESS, Step)
    yield Step(lambda: _report().state == ReportState.SORTED, lambda: sorting.sort_report(_report().id))
    yield Step(
        lambda: _times("case:assign") > 0,
        lambda: cases.assign_case(actor=who("ana").actor, case_id=_case().id),
    )
    yield Step(
        Assessment.objects.exists,
        lambda: assessing.assess_case(
            actor=who("ana").actor, case_id=_case().id, judgements=line.judgements_of(_case())
        ),
    )
    yield Step(
        lambda: _times("case:start_review") > 0,
        lambda: cases.start_review(actor=who("cleo").actor, case_id=_case().id),
    )
    yield Step(
        lambda: _times("case:review") > 0,
        lambda: cases.review_assessment(actor=who("cleo").actor, case_id=_case().id, agrees=True),
    )
    yield Step(Referral.objects.exists, _refer)
    yield Step(
        lambda: _delivery().offered_at is not None,
        lambda: sending.send(_delivery().id),
    )
    yield Step(
        lambda: _times("referral:send") == 1,
        lambda: handover.collect_package(actor=who("pia").actor, referral_id=_referral().id),
    )


def _by_the_clock(verb: Callable[..., object], moment: datetime) -> None:
    """As the sweep does, at this moment. Only the verb's own clock is moved."""
    with patch.object(deadlines, "timezone", SimpleNamespace(now=lambda: moment)):
        verb(referral_id=_referral().id)


def _reminder_due() -> datetime:
    referral = _referral()
    return referral.confirmed_at + (referral.due_at - referral.confirmed_at) * 0.8


def _remind() -> None:
    deadlines.record_reminder(
        actor=who("ana").actor,
        referral_id=_referral().id,
        how=AnswerSource.PHONE,
        by_name=line.OFFICER,
        words=WHY,
    )


def _supplement() -> None:
    follow_ups.supplement(
        actor=who("ana").actor, case_id=_case().id, reason=WHY, seen=_seen(FollowUpKind.SUPPLEMENT)
    )


def _find_otherwise() -> None:
    judgements = line.judgements_of(_case(), verdict="not_illegal")
    corrections.reassess(actor=who("ana").actor, case_id=_case().id, judgements=judgements)


def _correct() -> None:
    follow_ups.correct(
        actor=who("ana").actor, case_id=_case().id, reason=WHY, seen=_seen(FollowUpKind.CORRECTION)
    )


def _withdraw() -> None:
    follow_ups.withdraw(
        actor=who("ana").actor, case_id=_case().id, reason=WHY, seen=_seen(FollowUpKind.WITHDRAWAL)
    )


def _refer() -> None:
    choices = [
        referrals.Choice(found.agency_id, found.rule_code, found.rule_version)
        for found in propose_routes(_case())
    ]
    referrals.create_referrals(actor=who("ana").actor, case_id=_case().id, choices=choices)


def _seen(kind: FollowUpKind) -> follow_ups.Seen:
    return {found.referral.id: found.digest for found in addressees.shown(_case(), kind, WHY)}


def _made(kind: FollowUpKind) -> bool:
    return FollowUp.objects.filter(kind=kind).exists()


def _times(action: str) -> int:
    return log.entries_for(action=action, case_id=_case().id).count()


def _report() -> Report:
    return Report.objects.get(thread=reporting.thread_of(ADDRESS))


def _case() -> Case:
    return Case.objects.get(items__report=_report())


def _referral() -> Referral:
    return Referral.objects.get()


def _delivery() -> Delivery:
    return Delivery.objects.get(follow_up=None)


def who(name: str) -> User:
    return User.objects.get(email=f"{name}@example.org")
