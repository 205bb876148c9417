"""The situation of a letter that once asked a platform what it had reported, told neutrally with reserved names.

A group channel on a messenger with two accounts, the same material shared again on other platforms, a file host
abroad and a host at home. Ana handles, Cleo reviews; each agency answers in its own way, and one does not.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.utils import timezone

from intake.models import Case, ReportedItem
from intake.normalise import parse_line
from intake.schemes import NOT_DETERMINED, HostKnownBy, Verdict
from intake.services import assessing, cases, corrections, reports, reviewing, sorting, traces
from intake.triage import ReportKind
from project.demo import agencies
from project.models import User
from referrals import delivery
from referrals.models import AnswerLink, Delivery, FollowUp, Referral
from referrals.services import answers, deadlines, follow_ups, handover, thread
from referrals.services.addressees import shown
from referrals.services.answering import Who
from referrals.services.choosing import Choice
from referrals.services.proposals import propose_routes
from referrals.services.referrals import create_referrals
from referrals.services.replies import Reply, reply_by_link
from referrals.states import (
    Answer,
    AnswerSource,
    DeliveryState,
    Direction,
    FollowUpKind,
    HandOver,
    OutcomeKind,
    ReferralState,
)

REASON = "Demo: judged without looking at anything."
PATIENCE = 45
T = TypeVar("T")
Say = Callable[[str, str, str], None]
"""Print one step: its name, the id it is about, what happened."""
ByLink = Callable[[Referral, Reply], None]


class NotDone(RuntimeError):
    """A step did not happen; the message says which and what to look at."""


@dataclass(frozen=True)
class Place:
    """One address of the letter, and where it is hosted."""

    address: str
    country: str
    site_type: str
    provider: str = ""


PLACES = (
    Place("https://messenger.example/group/17", "IE", "messaging_channel"),
    Place("@account_7 on messenger.example", "IE", "messaging_channel"),
    Place("@account_8 on messenger.example", "IE", "messaging_channel"),
    Place("https://board.example.com/t/8", "IE", "image_board"),
    Place("https://clips.example.net/v/21", "NL", "social_network"),
    Place("https://gallery.example.org/a/4", "IE", "image_host"),
    Place("https://links.example.com/p/9", "NL", "forum"),
    Place("https://mirror.example.net/m/2", "NL", "forum"),
    Place("https://files.example.net/d/44", "NL", "file_host", "files.example.net"),
    Place("https://home.example.org/m/3", "RO", "website", "home.example.org"),
)


@dataclass(frozen=True)
class People:
    ana: User
    cleo: User
    pia: User


def tell(people: People, say: Say, by_link: ByLink | None = None) -> Case:
    """The whole story, every act by whoever does it in a hotline. Raises NotDone where a step does not happen."""
    case = _confirmed(people, say)
    told = _referred(case, people, say)
    _police(told[agencies.POLICE], people, say)
    answer = by_link or reply
    _messenger(told[agencies.MESSENGER], answer, say)
    _clips(told[agencies.CLIPS], answer, say)
    # Before the file host asks: what the gallery asked for goes to everybody, and answers them too.
    _gallery(case, told[agencies.GALLERY], people, answer, say)
    _files(told[agencies.FILES], people, answer, say)
    _abroad(told[agencies.ABROAD], people, answer, say)
    _links(case, told[agencies.LINKS], people, say)
    _mirror(told[agencies.MIRROR], say)
    _board(told[agencies.BOARD], say)
    _late(told[agencies.TRAFFICKING], people, say)
    _child_protection(told[agencies.CHILD_PROTECTION], people, say)
    _held(told[agencies.HOME_HOST], say)
    _corrected(case, people, answer, say)
    return case


def reply(referral: Referral, given: Reply) -> None:
    """What somebody of the agency says by the newest open link of what they got."""
    link = AnswerLink.objects.filter(referral=referral, state="open").order_by("-expires_at").first()
    if link is None:
        raise NotDone(f"{referral.number} carries no answer link")
    reply_by_link(link_id=link.id, reply=given)


def _confirmed(people: People, say: Say) -> Case:
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
    for item, place in _placed(case):
        found = traces.Found(
            method=HostKnownBy.LOOKUP,
            traced_at=timezone.now(),
            country=place.country,
            provider=place.provider,
            confidence=90,
        )
        traces.record_trace(actor=ana, case_id=case.id, item_id=item.id, found=found)
    judgements = [_judgement(item, place) for item, place in _placed(case)]
    assessing.assess_case(actor=ana, case_id=case.id, judgements=judgements)
    say("assess", case.number, f"{people.ana.name} assessed and traced every address")
    cases.start_review(actor=cleo, case_id=case.id)
    cases.review_assessment(actor=cleo, case_id=case.id, agrees=True, reason=REASON)
    say("review", case.number, f"{people.cleo.name} agreed")
    return case


def _referred(case: Case, people: People, say: Say) -> dict[str, Referral]:
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


def _police(referral: Referral, people: People, say: Say) -> None:
    _offered(referral)
    package = handover.collect_package(actor=people.pia.actor, referral_id=referral.id)
    say("send", referral.number, f"{people.pia.name} collected {package.name}, {len(package.content)} bytes")
    answers.record_acknowledgement(
        actor=people.ana.actor,
        referral_id=referral.id,
        answer=Answer.RECEIVED,
        by_name="Officer on duty (demo)",
        source=AnswerSource.PHONE,
        answered_at=timezone.now(),
        reference="DEMO-1/2026",
    )
    say("acknowledge", referral.number, "received, told by the officer on duty by phone")


def _messenger(referral: Referral, answer: ByLink, say: Say) -> None:
    _mailed(referral, say)
    answer(referral, Reply(_who("Trust and safety desk (demo)"), Answer.ACCEPTED, reference="MX-1001"))
    say("acknowledge", referral.number, "accepted by the messenger, by its link")
    today = timezone.localdate()
    done = Reply(_who("Trust and safety desk (demo)"), outcome=OutcomeKind.REMOVED, happened_on=today)
    answer(referral, done)
    say("outcome", referral.number, "removed, said the messenger by its link")


def _clips(referral: Referral, answer: ByLink, say: Say) -> None:
    _mailed(referral, say)
    why = "Demo: the account was closed before, there is nothing to act on."
    answer(referral, Reply(_who("Legal desk (demo)"), Answer.DECLINED, words=why))
    say("refused", referral.number, "declined with a reason, by its link")


def _files(referral: Referral, people: People, answer: ByLink, say: Say) -> None:
    _mailed(referral, say)
    what = "Demo: which of the two folders is meant?"
    answer(referral, Reply(_who("Abuse desk (demo)"), Answer.NEEDS_INFO, words=what))
    thread.record_message(
        actor=people.ana.actor,
        referral_id=referral.id,
        direction=Direction.OUT,
        words="Demo: the address in the machine part is exact.",
        by_name=people.ana.name,
        source=AnswerSource.PHONE,
        at=timezone.now(),
    )
    say("needs more", referral.number, "the file host asked; the answer by phone stands in the thread")


def _gallery(case: Case, referral: Referral, people: People, answer: ByLink, say: Say) -> None:
    """It asked for more, and everybody gets what is known now: it is sent, and its answer is due anew."""
    _mailed(referral, say)
    answer(referral, Reply(_who("Safety desk (demo)"), Answer.NEEDS_INFO, words="Demo: since when?"))
    why = "Demo: first reported on the day that stands beside the address."
    told = shown(case, FollowUpKind.SUPPLEMENT, why)
    seen = {one.referral.id: one.digest for one in told}
    for made in follow_ups.supplement(actor=people.ana.actor, case_id=case.id, reason=why, seen=seen):
        _bring(made)
    say("supplement", referral.number, f"{len(told)} agencies got what is known now")


def _links(case: Case, referral: Referral, people: People, say: Say) -> None:
    """A notice taken back: it ends, and the platform is told by a document of its own."""
    _mailed(referral, say)
    why = "Demo: sent to the wrong platform."
    told = shown(case, FollowUpKind.WITHDRAWAL, why, only=referral.id)
    withdrawn = follow_ups.withdraw(
        actor=people.ana.actor,
        case_id=case.id,
        reason=why,
        seen={one.referral.id: one.digest for one in told},
        referral_id=referral.id,
    )
    for made in withdrawn.follow_ups:
        _bring(made)
    say("withdrawn", referral.number, "taken back; the platform is told so")


def _mirror(referral: Referral, say: Say) -> None:
    """Its mail server knows no such address: nothing was sent, and a person must mend the contact."""
    _settled(referral, DeliveryState.FAILED)
    say("failed", referral.number, "its mail server refused the address: a person must act")


def _bring(made: FollowUp) -> None:
    for waiting in made.deliveries.all():
        delivery.send(waiting.id)


def _abroad(referral: Referral, people: People, answer: ByLink, say: Say) -> None:
    _handed_over(referral, people, "Analyst on duty abroad (demo)")
    answer(referral, Reply(_who("Analyst on duty abroad (demo)"), Answer.ACCEPTED, reference="NL-DEMO-5"))
    say("acknowledge", referral.number, "accepted by the hotline abroad")


def _board(referral: Referral, say: Say) -> None:
    """Its mail server hangs up after the message: nobody knows, and nothing is sent twice."""
    _settled(referral, DeliveryState.UNKNOWN)
    say("unknown", referral.number, "the line broke after the message: a person must ask whether it arrived")


def _late(referral: Referral, people: People, say: Say) -> None:
    """This agency has no time to answer at all, so that the demo can show a late one."""
    _handed_over(referral, people, "Registry (demo)")

    def is_late() -> bool | None:
        for part, act in (("expire", deadlines.expire), ("escalate", deadlines.escalate)):
            if referral.id in getattr(deadlines.due(timezone.now(), 100), part):
                act(referral_id=referral.id)
        referral.refresh_from_db()
        return (referral.state == ReferralState.EXPIRED and referral.escalated_at is not None) or None

    wait(is_late, f"{referral.number} did not become late")
    say("late", referral.number, "no answer by its due date: a supervisor is asked")


def _child_protection(referral: Referral, people: People, say: Say) -> None:
    _handed_over(referral, people, "Social worker on duty (demo)")
    answers.record_acknowledgement(
        actor=people.ana.actor,
        referral_id=referral.id,
        answer=Answer.ACCEPTED,
        by_name="Social worker on duty (demo)",
        source=AnswerSource.IN_PERSON,
        answered_at=timezone.now(),
    )
    say("acknowledge", referral.number, "accepted in person")


def _held(referral: Referral, say: Say) -> None:
    referral.refresh_from_db()
    if referral.state != ReferralState.HELD:
        raise NotDone(f"{referral.number} is {referral.state}, and should be held for the police")
    say("held", referral.number, "the host at home is not told while the police hold stands")


def _corrected(case: Case, people: People, answer: ByLink, say: Say) -> None:
    """One address turns out otherwise: everybody who was told so gets a correction of their own."""
    item, place = _placed(case)[-2]
    otherwise = _judgement(item, place, verdict=Verdict.NOT_FOUND)
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
        _bring(follow_up)
        say("corrected", follow_up.referral.number, f"{follow_up.referral.agency.name} gets a correction")


def _placed(case: Case) -> list[tuple[ReportedItem, Place]]:
    items = {item.canonical: item for item in ReportedItem.objects.filter(case=case, repeats__isnull=True)}
    return [(items[parse_line(place.address).canonical], place) for place in PLACES]


def _judgement(
    item: ReportedItem, place: Place, verdict: Verdict = Verdict.NATIONAL_CSAM
) -> assessing.Judgement:
    return assessing.Judgement(
        item_id=item.id,
        verdict=verdict,
        hosting_country=place.country,
        host_known_by=HostKnownBy.LOOKUP,
        reason=REASON,
        age=NOT_DETERMINED,
        sex=NOT_DETERMINED,
        site_type=place.site_type,
        commercial=NOT_DETERMINED,
    )


def _who(name: str) -> Who:
    return Who(name=name, source=AnswerSource.LINK, unit="Demo", contact="desk@example.org")


def _sent_on_its_way(referral: Referral) -> None:
    """The worker was told; where it is not running, or is slow, this does its work."""
    for waiting in Delivery.objects.filter(referral=referral):
        delivery.send(waiting.id)


def _offered(referral: Referral) -> None:
    wait(
        lambda: Delivery.objects.filter(referral=referral, offered_at__isnull=False).first(),
        f"{referral.number} was not made ready: is the worker running?",
    )


def _handed_over(referral: Referral, people: People, recipient: str) -> None:
    _offered(referral)
    handover.hand_over_package(
        actor=people.ana.actor, referral_id=referral.id, recipient=recipient, how=HandOver.IN_PERSON
    )


def _mailed(referral: Referral, say: Say) -> None:
    _settled(referral, DeliveryState.DELIVERED)
    say("send", referral.number, f"the notice to {referral.agency.name} was taken by its mail server")


def _settled(referral: Referral, state: DeliveryState) -> None:
    wait(
        lambda: Delivery.objects.filter(referral=referral, state=state).first(),
        f"the notice {referral.number} is not {state}: is the mailbox running?",
    )


def wait(found: Callable[[], T | None], otherwise: str) -> T:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        value = found()
        if value is not None:
            return value
        time.sleep(0.1)
    raise NotDone(otherwise)
