"""What each agency of the letter's case does with what it was sent, each in its own way."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from intake.models import Case
from project.demo.waiting import NotDone, Say, wait
from project.models import User
from referrals import delivery
from referrals.models import Delivery, FollowUp, Referral
from referrals.services import answers, deadlines, follow_ups, handover, thread
from referrals.services.addressees import shown
from referrals.services.answering import Who
from referrals.services.replies import Reply
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

ByLink = Callable[[Referral, Reply], None]


@dataclass(frozen=True)
class People:
    ana: User
    cleo: User
    pia: User


def police(referral: Referral, people: People, say: Say) -> None:
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


def messenger(referral: Referral, answer: ByLink, say: Say) -> None:
    _mailed(referral, say)
    answer(referral, Reply(_who("Trust and safety desk (demo)"), Answer.ACCEPTED, reference="MX-1001"))
    say("acknowledge", referral.number, "accepted by the messenger, by its link")
    today = timezone.localdate()
    done = Reply(_who("Trust and safety desk (demo)"), outcome=OutcomeKind.REMOVED, happened_on=today)
    answer(referral, done)
    say("outcome", referral.number, "removed, said the messenger by its link")


def clips(referral: Referral, answer: ByLink, say: Say) -> None:
    _mailed(referral, say)
    why = "Demo: the account was closed before, there is nothing to act on."
    answer(referral, Reply(_who("Legal desk (demo)"), Answer.DECLINED, words=why))
    say("refused", referral.number, "declined with a reason, by its link")


def files(referral: Referral, people: People, answer: ByLink, say: Say) -> None:
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


def gallery(case: Case, referral: Referral, people: People, answer: ByLink, say: Say) -> None:
    """It asked for more, and everybody gets what is known now: it is sent, and its answer is due anew."""
    _mailed(referral, say)
    answer(referral, Reply(_who("Safety desk (demo)"), Answer.NEEDS_INFO, words="Demo: since when?"))
    why = "Demo: first reported on the day that stands beside the address."
    told = shown(case, FollowUpKind.SUPPLEMENT, why)
    seen = {one.referral.id: one.digest for one in told}
    for made in follow_ups.supplement(actor=people.ana.actor, case_id=case.id, reason=why, seen=seen):
        bring(made)
    say("supplement", referral.number, f"{len(told)} agencies got what is known now")


def links(case: Case, referral: Referral, people: People, say: Say) -> None:
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
        bring(made)
    say("withdrawn", referral.number, "taken back; the platform is told so")


def mirror(referral: Referral, say: Say) -> None:
    """Its mail server knows no such address: nothing was sent, and a person must mend the contact."""
    _settled(referral, DeliveryState.FAILED)
    say("failed", referral.number, "its mail server refused the address: a person must act")


def abroad(referral: Referral, people: People, answer: ByLink, say: Say) -> None:
    _handed_over(referral, people, "Analyst on duty abroad (demo)")
    answer(referral, Reply(_who("Analyst on duty abroad (demo)"), Answer.ACCEPTED, reference="NL-DEMO-5"))
    say("acknowledge", referral.number, "accepted by the hotline abroad")


def board(referral: Referral, say: Say) -> None:
    """Its mail server hangs up after the message: nobody knows, and nothing is sent twice."""
    _settled(referral, DeliveryState.UNKNOWN)
    say("unknown", referral.number, "the line broke after the message: a person must ask whether it arrived")


def late(referral: Referral, people: People, say: Say) -> None:
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


def child_protection(referral: Referral, people: People, say: Say) -> None:
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


def held(referral: Referral, say: Say) -> None:
    referral.refresh_from_db()
    if referral.state != ReferralState.HELD:
        raise NotDone(f"{referral.number} is {referral.state}, and should be held for the police")
    say("held", referral.number, "the host at home is not told while the police hold stands")


def _who(name: str) -> Who:
    return Who(name=name, source=AnswerSource.LINK, unit="Demo", contact="desk@example.org")


def bring(made: FollowUp) -> None:
    for waiting in made.deliveries.all():
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
