"""The whole line as small steps, each of which reads from the database whether it still has to be done.

So the walk can be killed anywhere and walked on by another process, as the product is after a power cut.
"""

from collections.abc import Callable, Iterator
from uuid import UUID

from django.contrib.auth.models import Group
from django.utils import timezone

from audit import log
from intake.models import Case, Report, ReportedItem, ReportStep, Team
from intake.policies import access_case
from intake.services import assessing, cases, closing, reports, sorting, teams
from intake.states import CaseState, ClosingOutcome, ItemState, Priority, ReportState
from project.models import User
from project.people import let_go
from project.roles import Role
from referrals import delivery
from referrals.destinations import DeliveryError, Line, Remedy, Sealed
from referrals.models import Agency, Delivery, Referral, RoutingRule
from referrals.services import again, answers, directory, handover, referrals, rules
from referrals.services.proposals import propose_routes
from referrals.states import (
    AgencyKind,
    Answer,
    AnswerSource,
    DeliveryState,
    HandOver,
    Obligation,
    OutcomeKind,
)
from tests import line, reporting
from tests.cast import RULE, person
from tests.failpoints import sending
from tests.failpoints.stepping import Step

COLLECTED, HANDED_OVER, DISMISSED = "collected", "handed-over", "dismissed"
TEAM, POLICE = "Romanian desk", "Police"
PEOPLE = {"ana": Role.ANALYST, "cleo": Role.SUPERVISOR, "pia": Role.PARTNER, "lea": Role.AUDITOR}


def steps() -> Iterator[Step]:
    yield from the_house()
    for name in (COLLECTED, HANDED_OVER, DISMISSED):
        yield from _a_sorted_report(name)
    yield from _a_dismissed_case()
    for name in (COLLECTED, HANDED_OVER):
        yield from _a_confirmed_case(name)
    yield from _sent(COLLECTED, _collect)
    yield from _given_back_by_a_dead_worker(HANDED_OVER)
    yield from _put_right_after_a_failure(HANDED_OVER)
    yield from _sent(HANDED_OVER, _hand_over)
    for name in (COLLECTED, HANDED_OVER):
        yield from _reported_again(name)
        yield from _answered_and_closed(name)


def the_house() -> Iterator[Step]:
    """Where every walk begins: a team, the police with their rule, and people."""
    yield Step(
        lambda: Team.objects.exists(), lambda: teams.open_team(actor=log.SYSTEM, name=TEAM, languages=["ro"])
    )
    yield Step(lambda: Agency.objects.exists(), _open_police)
    yield Step(lambda: RoutingRule.objects.exists(), _adopt_rule)
    for name, role in PEOPLE.items():
        yield _a_person(name, role)
    yield Step(
        lambda: _who("lea").state == "left",
        lambda: let_go(actor=_who("ana").actor, person=_who("lea").id),
    )


def _a_person(name: str, role: Role) -> Step:
    return Step(lambda: _known(name), lambda: person(name, role, *_groups(role)))


def _open_police() -> None:
    terms = directory.Terms(destination="file_export", agreement="A test's agreement")
    directory.open_agency(actor=log.SYSTEM, name=POLICE, kind=AgencyKind.POLICE, country="RO", terms=terms)


def _adopt_rule() -> None:
    rules.adopt_rule(
        actor=log.SYSTEM,
        rule=rules.Draft("RO-01", RULE, Obligation.OBLIGATORY, "hosted_at_home", Agency.objects.get().id),
    )


def _a_sorted_report(name: str) -> Iterator[Step]:
    yield from reporting.steps_of(address(name), Step)
    yield Step(
        lambda: _item(name).state == ItemState.SORTED,
        lambda: sorting.sort_item(actor=log.SYSTEM, item_id=_item(name).id),
    )
    yield Step(
        lambda: _report(name).state == ReportState.SORTED,
        lambda: sorting.settle_report(actor=log.SYSTEM, report_id=_report(name).id),
    )
    yield from _danger_told_late(name)


def _a_dismissed_case() -> Iterator[Step]:
    """Taken as the next one, given back, taken again, found not illegal, closed."""
    name = DISMISSED
    yield Step(
        lambda: _times("case:assign", name) >= 1,
        lambda: cases.assign_case(actor=_who("ana").actor, case_id=_case(name).id),
    )
    yield Step(
        lambda: _times("case:release", name) >= 1,
        lambda: cases.release_case(actor=_who("ana").actor, case_id=_case(name).id),
    )
    yield Step(
        lambda: _times("case:assign", name) >= 2,
        lambda: cases.assign_case(actor=_who("ana").actor, case_id=_case(name).id),
    )
    yield Step(lambda: _times("case:assess", name) >= 1, lambda: _assess(name, "not_illegal"))
    yield Step(
        lambda: _times("closure:ask", name) >= 1,
        lambda: closing.close_case(
            actor=_who("ana").actor,
            case_id=_case(name).id,
            outcome=ClosingOutcome.NOT_ILLEGAL,
            reason=line.REASON,
        ),
    )
    yield _agreed_to_close(name)


def _a_confirmed_case(name: str) -> Iterator[Step]:
    yield Step(
        lambda: _case(name).state != CaseState.OPEN,
        # The other open case is further down the queue, so the next one is this one.
        lambda: cases.take_next(actor=_who("ana").actor),
    )
    yield Step(
        lambda: _times("case:read", name) >= 1,
        lambda: access_case(_who("ana"), _case(name).id, to="intake.read_case"),
    )
    yield Step(lambda: _times("case:assess", name) >= 1, lambda: _assess(name, "other_illegal"))
    yield Step(
        lambda: _times("case:start_review", name) >= 1,
        lambda: cases.start_review(actor=_who("cleo").actor, case_id=_case(name).id),
    )
    yield Step(
        lambda: _times("case:review", name) >= 1,
        lambda: cases.review_assessment(
            actor=_who("cleo").actor, case_id=_case(name).id, agrees=True, reason=line.REASON
        ),
    )
    yield Step(lambda: Referral.objects.filter(case=_case(name)).exists(), lambda: _refer(name))


def _given_back_by_a_dead_worker(name: str) -> Iterator[Step]:
    """A worker claims and is never seen again; the sweep gives the claim back."""
    yield Step(
        lambda: _times("delivery:claim", name) >= 1,
        lambda: delivery.claim(delivery_id=_delivery(name).id),
    )
    yield Step(lambda: _times("delivery:release", name) >= 1, lambda: sending.release(_delivery(name).id))


def _put_right_after_a_failure(name: str) -> Iterator[Step]:
    """The destination refuses, and a person queues the delivery again."""
    yield Step(lambda: _times("delivery:fail", name) >= 1, lambda: _fail(name))
    yield Step(
        lambda: _times("delivery:queue_again", name) >= 1,
        lambda: again.send_again(actor=_who("ana").actor, referral_id=_referral(name).id),
    )


def _sent(name: str, give: Callable[[str], object]) -> Iterator[Step]:
    yield Step(lambda: _delivery(name).offered_at is not None, lambda: sending.send(_delivery(name).id))
    yield Step(lambda: _delivery(name).state == DeliveryState.DELIVERED, lambda: give(name))


def _reported_again(name: str) -> Iterator[Step]:
    """The address is reported once more while the agency has the case, and Ana reads the new report."""
    yield from reporting.steps_of(address(name), Step, again="again")
    yield Step(
        lambda: _again(name).state == ReportState.SORTED,
        lambda: sorting.sort_report(_again(name).id),
    )
    yield Step(
        lambda: _times("case:heed", name) >= 1,
        lambda: cases.heed_reports(actor=_who("ana").actor, case_id=_case(name).id),
    )


def _answered_and_closed(name: str) -> Iterator[Step]:
    yield Step(lambda: _times("acknowledgement:record", name) >= 1, lambda: _acknowledge(name))
    yield Step(lambda: _times("outcome:record", name) >= 1, lambda: _conclude(name))
    yield Step(
        lambda: _times("closure:ask", name) >= 1 or _case(name).state == CaseState.CLOSED,
        lambda: referrals.close_reviewed_case(
            actor=_who("ana").actor, case_id=_case(name).id, reason=line.REASON
        ),
    )
    yield _agreed_to_close(name)


def _agreed_to_close(name: str) -> Step:
    return Step(
        lambda: _case(name).state == CaseState.CLOSED,
        lambda: closing.decide_closure(actor=_who("cleo").actor, case_id=_case(name).id, agrees=True),
    )


def _assess(name: str, verdict: str) -> None:
    case = _case(name)
    assessing.assess_case(
        actor=_who("ana").actor, case_id=case.id, judgements=line.judgements_of(case, verdict=verdict)
    )


def _refer(name: str) -> None:
    case = _case(name)
    choices = [
        referrals.Choice(
            agency_id=route.agency_id, rule_code=route.rule_code, rule_version=route.rule_version
        )
        for route in propose_routes(case)
    ]
    referrals.create_referrals(actor=_who("ana").actor, case_id=case.id, choices=choices)


class Refusing:
    """A line at whose end a person is needed."""

    def put(self, sealed: Sealed, *, idempotency_key: UUID) -> bytes:
        raise DeliveryError("no", remedy=Remedy.ASK_HUMAN)


def _fail(name: str) -> None:
    sending.send(_delivery(name).id, {Line.OUTBOX: Refusing()})


def _collect(name: str) -> None:
    handover.collect_package(actor=_who("pia").actor, referral_id=_referral(name).id)


def _hand_over(name: str) -> None:
    handover.hand_over_package(
        actor=_who("ana").actor,
        referral_id=_referral(name).id,
        recipient=line.OFFICER,
        how=next(iter(HandOver)),
    )


def _acknowledge(name: str) -> None:
    answers.record_acknowledgement(
        actor=_who("ana").actor,
        referral_id=_referral(name).id,
        answer=Answer.ACCEPTED,
        by_name=line.OFFICER,
        source=AnswerSource.PHONE,
        answered_at=timezone.now(),
    )


def _conclude(name: str) -> None:
    answers.record_outcome(
        actor=_who("ana").actor,
        referral_id=_referral(name).id,
        outcome=OutcomeKind.INVESTIGATING,
        by_name=line.OFFICER,
        source=AnswerSource.PHONE,
        happened_on=timezone.localdate(),
    )


def address(name: str) -> str:
    return f"https://example.org/{name}"


def _known(name: str) -> bool:
    return User.objects.filter(email=f"{name}@example.org").exists()


def _who(name: str) -> User:
    return User.objects.get(email=f"{name}@example.org")


def _groups(role: Role) -> list[Group]:
    if role is Role.PARTNER:
        return [Agency.objects.get().group]
    return [Team.objects.get().group] if role in {Role.ANALYST, Role.SUPERVISOR} else []


def _danger_told_late(name: str) -> Iterator[Step]:
    yield Step(
        lambda: ReportStep.objects.filter(thread=_report(name).thread, danger=True).exists(),
        lambda: reports.record_step(thread=_report(name).thread, name=reports.Step.WHEN, danger=True),
    )
    yield Step(
        lambda: _case(name).priority == Priority.DANGER.rank,
        lambda: sorting.raise_cases(actor=log.SYSTEM, report_id=_report(name).id),
    )


def _item(name: str) -> ReportedItem:
    return ReportedItem.objects.get(report__thread=reporting.thread_of(address(name)))


def _report(name: str) -> Report:
    return _item(name).report


def _again(name: str) -> Report:
    return Report.objects.get(thread=reporting.thread_of(address(name), again="again"))


def _case(name: str) -> Case:
    case = _item(name).case
    assert case
    return case


def _referral(name: str) -> Referral:
    return Referral.objects.get(case=_case(name))


def _delivery(name: str) -> Delivery:
    return Delivery.objects.get(referral=_referral(name))


def _times(action: str, name: str) -> int:
    case: UUID = _case(name).id
    return log.entries_for(action=action, case_id=case).count()
