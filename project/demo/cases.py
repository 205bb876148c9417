"""A few cases for a newcomer to look at, one in each state, made through the verbs. They describe nothing."""

import time
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from intake.models import Case, ReportedItem
from intake.normalise import parse_line
from intake.schemes import NOT_DETERMINED, HostKnownBy, Verdict
from intake.services import assessing, cases, closing, reports, sorting
from intake.states import CaseState, ClosingOutcome
from intake.triage import ReportKind
from project.models import User
from referrals import delivery
from referrals.models import Delivery
from referrals.services import answers, handover
from referrals.services.choosing import Choice, Left
from referrals.services.proposals import propose_routes
from referrals.services.referrals import create_referrals
from referrals.states import Answer, AnswerSource, Obligation

REASON = "Demo: judged without looking at anything."
PATIENCE = 30
S = CaseState


@dataclass(frozen=True)
class Story:
    """What was reported, in which language, and how far the case goes."""

    addresses: tuple[str, ...]
    language: str
    kind: ReportKind
    until: CaseState
    danger: bool = False
    verdict: Verdict = Verdict.OTHER_ILLEGAL


STORIES = (
    Story(
        ("https://forum.example.org/t/17", "https://files.example.net/d/17"), "ro", ReportKind.CSAM, S.OPEN
    ),
    Story(("https://forum.example.org/t/17",), "ro", ReportKind.CSAM, S.OPEN),
    Story(("@account_4 on messenger.example",), "ro", ReportKind.SEXTORTION, S.OPEN, danger=True),
    Story(("https://chat.example/invite/k3x",), "en", ReportKind.TRAFFICKING, S.OPEN),
    Story(("https://board.example.com/b/991",), "ro", ReportKind.CSAM, S.ASSIGNED),
    Story(("https://img.example.net/a/77",), "ro", ReportKind.AI_GENERATED, S.ASSESSED),
    Story(("https://blog.example.org/post/6",), "en", ReportKind.CSAM, S.CONFIRMED),
    Story(("http://192.0.2.44/r/9",), "ro", ReportKind.CSAM, S.REFERRED),
    Story(("https://links.example.com/p/3",), "ro", ReportKind.ADVERT, S.MONITORING),
    Story(
        ("https://shop.example.org/item/20",), "en", ReportKind.OTHER, S.CLOSED, verdict=Verdict.NOT_ILLEGAL
    ),
)


def tell(stories: tuple[Story, ...], ana: User, cleo: User, police: User) -> int:
    """Bring every story as far as it goes; gives the number of reports."""
    for story in stories:
        case = _reported(story)
        for act in ACTS[story.until]:
            act(case, story, ana, cleo, police)
    return len(stories)


def _reported(story: Story) -> Case:
    thread = uuid.uuid4()
    addresses = [parse_line(line) for line in story.addresses]
    report = reports.receive_report(thread=thread, addresses=addresses, language=story.language, found="")
    reports.record_step(thread=thread, name=reports.Step.KIND, kind=story.kind)
    reports.record_step(thread=thread, name=reports.Step.WHEN, danger=story.danger)
    reports.complete_report(thread=thread, language=story.language)
    sorting.sort_report(report)
    return Case.objects.filter(items__report_id=report).distinct().get()


def _take(case: Case, story: Story, ana: User, cleo: User, police: User) -> None:
    cases.assign_case(actor=ana.actor, case_id=case.id)


def judged(case: Case, verdict: Verdict) -> list[assessing.Judgement]:
    """The same judgement of every address: hosted at home, without looking at anything."""
    return [
        assessing.Judgement(
            item_id=item.id,
            verdict=verdict,
            hosting_country=settings.TUTELA_HOME_COUNTRY,
            host_known_by=HostKnownBy.LOOKUP,
            reason=REASON,
            age=NOT_DETERMINED,
            sex=NOT_DETERMINED,
            site_type=NOT_DETERMINED,
            commercial=NOT_DETERMINED,
        )
        for item in ReportedItem.objects.filter(case=case).addresses()
    ]


def _assess(case: Case, story: Story, ana: User, cleo: User, police: User) -> None:
    judgements = judged(case, story.verdict)
    assessing.assess_case(actor=ana.actor, case_id=case.id, judgements=judgements)


def _review(case: Case, story: Story, ana: User, cleo: User, police: User) -> None:
    cases.start_review(actor=cleo.actor, case_id=case.id)
    cases.review_assessment(actor=cleo.actor, case_id=case.id, agrees=True)


def _refer(case: Case, story: Story, ana: User, cleo: User, police: User) -> None:
    choices, left = decided(case)
    create_referrals(actor=ana.actor, case_id=case.id, choices=choices, leaving_out=left)
    for waiting in Delivery.objects.filter(referral__case=case):
        delivery.send(waiting.id)
        _wait_until_ready(waiting)


def decided(case: Case) -> tuple[list[Choice], list[Left]]:
    """Whom a rule obliges is told; whom it only suggests is left out, with a reason."""
    proposed = propose_routes(case)
    obliged = [found for found in proposed if found.obligation is Obligation.OBLIGATORY]
    suggested = [found for found in proposed if found.obligation is Obligation.SUGGESTED]
    choices = [Choice(found.agency_id, found.rule_code, found.rule_version) for found in obliged]
    left = [Left(found.agency_id, found.rule_code, found.rule_version, REASON) for found in suggested]
    return choices, left


def _wait_until_ready(waiting: Delivery) -> None:
    """The worker may have been woken before us and have it in hand; then it is ready in a moment."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if Delivery.objects.filter(pk=waiting.pk, offered_at__isnull=False).exists():
            return
        time.sleep(0.1)


def _answer(case: Case, story: Story, ana: User, cleo: User, police: User) -> None:
    for referral in case.referrals.all():
        handover.collect_package(actor=police.actor, referral_id=referral.id)
        answers.record_acknowledgement(
            actor=ana.actor,
            referral_id=referral.id,
            answer=Answer.RECEIVED,
            by_name="Officer on duty (demo)",
            source=AnswerSource.PHONE,
            answered_at=timezone.now(),
            reference="DEMO-REF",
            note="",
        )


def _close(case: Case, story: Story, ana: User, cleo: User, police: User) -> None:
    outcome = ClosingOutcome(story.verdict)
    closing.close_case(actor=ana.actor, case_id=case.id, outcome=outcome, reason=REASON)
    closing.decide_closure(actor=cleo.actor, case_id=case.id, agrees=True)


ACTS = {
    S.OPEN: (),
    S.ASSIGNED: (_take,),
    S.ASSESSED: (_take, _assess),
    S.CONFIRMED: (_take, _assess, _review),
    S.REFERRED: (_take, _assess, _review, _refer),
    S.MONITORING: (_take, _assess, _review, _refer, _answer),
    S.CLOSED: (_take, _assess, _close),
}
