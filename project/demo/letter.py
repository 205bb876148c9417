"""The situation of a letter that once asked a platform what it had reported, told neutrally with reserved names.

A group channel on a messenger with two accounts, the same material shared again on other platforms, a file host
abroad and a host at home. Ana handles, Cleo reviews; each agency answers in its own way, and one does not.
"""

import uuid

from django.utils import timezone

from intake.models import Case
from intake.normalise import parse_line
from intake.schemes import HostKnownBy, Verdict
from intake.services import assessing, cases, corrections, reports, reviewing, sorting, traces
from intake.triage import ReportKind
from project.demo import agencies
from project.demo import each_agency as each
from project.demo.places import PLACES, REASON, judgement, placed
from project.demo.waiting import NotDone, Say, wait
from referrals import delivery
from referrals.models import AnswerLink, Delivery, Referral
from referrals.services import follow_ups
from referrals.services.addressees import shown
from referrals.services.choosing import Choice
from referrals.services.proposals import propose_routes
from referrals.services.referrals import create_referrals
from referrals.services.replies import Reply, reply_by_link
from referrals.states import (
    FollowUpKind,
)


def tell(people: each.People, say: Say, by_link: each.ByLink | None = None) -> Case:
    """The whole story, every act by whoever does it in a hotline. Raises NotDone where a step does not happen."""
    case = _confirmed(people, say)
    told = _referred(case, people, say)
    each.police(told[agencies.POLICE], people, say)
    answer = by_link or reply
    each.messenger(told[agencies.MESSENGER], answer, say)
    each.clips(told[agencies.CLIPS], answer, say)
    # Before the file host asks: what the gallery asked for goes to everybody, and answers them too.
    each.gallery(case, told[agencies.GALLERY], people, answer, say)
    each.files(told[agencies.FILES], people, answer, say)
    each.abroad(told[agencies.ABROAD], people, answer, say)
    each.links(case, told[agencies.LINKS], people, say)
    each.mirror(told[agencies.MIRROR], say)
    each.board(told[agencies.BOARD], say)
    each.late(told[agencies.TRAFFICKING], people, say)
    each.child_protection(told[agencies.CHILD_PROTECTION], people, say)
    each.held(told[agencies.HOME_HOST], say)
    _corrected(case, people, answer, say)
    return case


def reply(referral: Referral, given: Reply) -> None:
    """What somebody of the agency says by the newest open link of what they got."""
    link = AnswerLink.objects.filter(referral=referral, state="open").order_by("-expires_at").first()
    if link is None:
        raise NotDone(f"{referral.number} carries no answer link")
    reply_by_link(link_id=link.id, reply=given)


def _confirmed(people: each.People, say: Say) -> Case:
    """One report of everything; found probably illegal; agreed by a second person."""
    ana, cleo = people.ana.actor, people.cleo.actor
    identity = uuid.uuid4()
    report = reports.receive_report(
        thread=identity,
        addresses=[parse_line(place.address) for place in PLACES],
        language="ro",
        found="",
    )
    reports.record_step(thread=identity, name=reports.Step.KIND, kind=ReportKind.TRAFFICKING)
    reports.complete_report(thread=identity, language="ro")
    sorting.sort_report(report)
    case = wait(lambda: Case.objects.filter(items__report_id=report).first(), "the report was not sorted")
    say("report", case.number, f"{len(PLACES)} addresses in one case: a channel, two accounts, pages")
    cases.assign_case(actor=ana, case_id=case.id)
    for item, place in placed(case):
        found = traces.Found(
            method=HostKnownBy.LOOKUP,
            traced_at=timezone.now(),
            country=place.country,
            provider=place.provider,
            confidence=90,
        )
        traces.record_trace(actor=ana, case_id=case.id, item_id=item.id, found=found)
    judgements = [judgement(item, place) for item, place in placed(case)]
    assessing.assess_case(actor=ana, case_id=case.id, judgements=judgements)
    say("assess", case.number, f"{people.ana.name} assessed and traced every address")
    cases.start_review(actor=cleo, case_id=case.id)
    cases.review_assessment(actor=cleo, case_id=case.id, agrees=True, reason=REASON)
    say("review", case.number, f"{people.cleo.name} agreed")
    return case


def _referred(case: Case, people: each.People, say: Say) -> dict[str, Referral]:
    """Everybody whom a rule proposes; the host at home waits for the police."""
    case.refresh_from_db()
    found = propose_routes(case)
    choices = [Choice(route.agency_id, route.rule_code, route.rule_version) for route in found]
    create_referrals(actor=people.ana.actor, case_id=case.id, choices=choices)
    made = Referral.objects.filter(case=case).select_related("agency", "rule").order_by("number")
    for referral in made:
        say("confirm", referral.number, f"{referral.agency.name}, under {referral.rule}")
        _sent_on_its_way(referral)
    return {referral.agency.name: referral for referral in made}


def _corrected(case: Case, people: each.People, answer: each.ByLink, say: Say) -> None:
    """One address turns out otherwise: everybody who was told so gets a correction of their own."""
    item, place = placed(case)[-2]
    otherwise = judgement(item, place, verdict=Verdict.NOT_FOUND)
    corrections.reassess(actor=people.ana.actor, case_id=case.id, judgements=[otherwise])
    reviewing.review_later(actor=people.cleo.actor, case_id=case.id, agrees=True, reason=REASON)
    case.refresh_from_db()
    why = "Demo: the page is gone; the first document said otherwise."
    told = shown(case, FollowUpKind.CORRECTION, why)
    made = follow_ups.correct(
        actor=people.ana.actor,
        case_id=case.id,
        reason=why,
        seen={one.referral.id: one.digest for one in told},
    )
    for follow_up in made:
        each.bring(follow_up)
        say("corrected", follow_up.referral.number, f"{follow_up.referral.agency.name} gets a correction")


def _sent_on_its_way(referral: Referral) -> None:
    """The worker was told; where it is not running, or is slow, this does its work."""
    for waiting in Delivery.objects.filter(referral=referral):
        delivery.send(waiting.id)
