"""The main job, done once without a person: from the public form to an acknowledged referral, then proved.

Every step is done by the part of the product whose job it is: the public door by HTTP, sorting and sending by the
worker, collecting by the partner door. A line is printed after the step has happened, never before.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from functools import cache
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from audit.verify import verify
from intake.models import Case, ReportedItem
from intake.normalise import parse_line
from intake.schemes import Verdict
from intake.services import assessing, cases, closing
from intake.states import CaseState, ItemState
from project.demo import agencies, each_agency, house, letter
from project.demo.cases import REASON, decided, judged
from project.demo.rows import BadRow, Row
from project.demo.visitor import Browser, NotTaken, Visitor, answer_by, collect, signed_in
from project.demo.waiting import NotDone, Say, wait
from project.models import User
from referrals.models import Delivery, Package, Referral
from referrals.services import answers, handover
from referrals.services.proposals import propose_routes
from referrals.services.referrals import close_reviewed_case, create_referrals
from referrals.services.replies import Reply
from referrals.states import Answer, AnswerSource, DeliveryState, HandOver, OutcomeKind

REVIEWERS = ("ana@hotline.test", "cleo@hotline.test")


@dataclass
class Handled:
    """What the demo brought through, for the closing line."""

    reports: int = 0
    refused: list[BadRow] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    referrals: int = 0


def run(rows: Iterable[Row | BadRow], say: Say) -> Handled:
    """Bring every good row all the way. Raises NotDone at the first step that does not happen."""
    handled = Handled()
    words: list[tuple[str, str]] = []
    analysts: dict[UUID, User] = {}
    for row in rows:
        if isinstance(row, BadRow):
            handled.refused.append(row)
            say("left out", f"line {row.line}", row.problem)
            continue
        began = timezone.now()
        try:
            words.append((_name(row), _report(row, say)))
        except NotTaken as refusal:
            handled.refused.append(BadRow(row.line, str(refusal)))
            say("left out", f"line {row.line}", str(refusal))
            continue
        handled.reports += 1
        case = _sorted(row, began, say)
        if case not in handled.cases:
            handled.cases.append(case)
            analysts[case.id] = _analyst(row, case)
    for case in handled.cases:
        handled.referrals += _handle(case, analysts[case.id], say)
    _the_letter(say)
    for name, code in words:
        _return_visit(name, code, say)
    _verified(say)
    return handled


def _the_letter(say: Say) -> None:
    """A case with many agencies, each of which answers in its own way; those with a link answer by it, by HTTP."""
    ana, cleo = _members()
    pia = house.person("pia@police.test")
    if pia is None:
        raise NotDone("the demo people are not here: run seed_demo first")
    case = letter.tell(each_agency.People(ana, cleo, pia), say, _by_link)
    unknown = Delivery.objects.filter(referral__case=case, state=DeliveryState.UNKNOWN)
    unclear = set(unknown.values_list("referral", flat=True))
    referrals = Referral.objects.filter(case=case)
    states = Counter("unknown" if one.id in unclear else one.state for one in referrals)
    told = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    say("letter", case.number, f"{states.total()} agencies, each in its own state: {told}")


def _by_link(referral: Referral, reply: Reply) -> None:
    """As a person of the agency would: find the link in what they got, open it, fill in the form."""
    package = Package.objects.filter(delivery__referral=referral, delivery__follow_up=None).get()
    fields = {
        "answer": reply.answer or "",
        "words": reply.words,
        "outcome": reply.outcome or "",
        "happened_on": reply.happened_on.isoformat() if reply.happened_on else "",
        "reference": reply.reference,
        "name": reply.who.name,
        "unit": reply.who.unit,
        "contact": reply.who.contact,
    }
    answer_by(_link_in(bytes(package.content)), fields)


def _link_in(content: bytes) -> str:
    """The answer link of a package: packages are stored uncompressed, notices are messages of text."""
    texts = [content.decode(errors="replace")]
    if b"MIME-Version" in content:
        message = message_from_bytes(content, policy=default)
        texts = [part.get_content() for part in message.walk() if part.get_content_type() == "text/plain"]
    found = re.search(rf"{re.escape(settings.TUTELA_URLS['partner'])}/answer/[\w.:-]+", "\n".join(texts))
    if found is None:
        raise NotDone("a package carries no answer link")
    return found[0]


def _name(row: Row) -> str:
    return row.reference or f"line {row.line}"


def _report(row: Row, say: Say) -> str:
    visitor = Visitor(settings.TUTELA_URLS["public"], language="en")
    visitor.start_over()
    visitor.say_where([row.url], found=row.referer)
    visitor.say_what(row.kind)
    code = visitor.finish()
    say(
        "report",
        row.reference or f"line {row.line}",
        "received at the public door; the reporter has nine words",
    )
    return code


def _sorted(row: Row, began: datetime, say: Say) -> Case:
    canonical = parse_line(row.url).canonical

    def found() -> ReportedItem | None:
        return ReportedItem.objects.filter(
            canonical=canonical, state=ItemState.SORTED, report__received_at__gte=began
        ).first()

    item = wait(found, f"line {row.line} was not sorted: is the worker running?")
    case = Case.objects.get(items=item)
    say("sort", case.number, f"the worker put {_name(row)} into this case")
    return case


def _handle(case: Case, ana: User, say: Say) -> int:
    """Bring one case to its end; gives the number of its referrals."""
    cleo = next(member for member in _members() if member != ana)
    case.refresh_from_db()
    if case.state == CaseState.OPEN:
        cases.assign_case(actor=ana.actor, case_id=case.id)
        say("take", case.number, f"{ana.name} took the case")
    judgements = judged(case, Verdict.OTHER_ILLEGAL)
    assessing.assess_case(actor=ana.actor, case_id=case.id, judgements=judgements)
    say("assess", case.number, f"{ana.name} assessed {len(judgements)} address(es)")
    cases.start_review(actor=cleo.actor, case_id=case.id)
    cases.review_assessment(actor=cleo.actor, case_id=case.id, agrees=True, reason=REASON)
    say("review", case.number, f"{cleo.name} reviewed and agreed")
    for found in propose_routes(case):
        say("propose", f"{found.rule_code} v{found.rule_version}", f"{found.agency_name}, {found.obligation}")
    choices, left = decided(case)
    if not choices:
        raise NotDone(f"no rule obliges us to tell anybody of {case.number}")
    made = create_referrals(actor=ana.actor, case_id=case.id, choices=choices, leaving_out=left)
    for referral in made:
        say("confirm", referral.number, f"{ana.name} confirmed the referral of {case.number}")
        _answered(referral, ana, say)
    close_reviewed_case(actor=ana.actor, case_id=case.id, reason=REASON)
    closing.decide_closure(actor=cleo.actor, case_id=case.id, agrees=True)
    say("close", case.number, f"{ana.name} asked to close the case, {cleo.name} agreed")
    return len(made)


def _answered(referral: Referral, ana: User, say: Say) -> None:
    delivery = wait(
        lambda: Delivery.objects.filter(referral=referral, offered_at__isnull=False).first(),
        f"{referral.number} was not made ready: is the worker running?",
    )
    say("ready", referral.number, "the worker sealed the package and offers it")
    size = _taken(referral, ana)
    delivery.refresh_from_db()
    say("send", referral.number, f"taken by {referral.agency.name}, {size} bytes, state {delivery.state}")
    answers.record_acknowledgement(
        actor=ana.actor,
        referral_id=referral.id,
        answer=Answer.ACCEPTED,
        by_name="Officer on duty (demo)",
        source=AnswerSource.PHONE,
        answered_at=timezone.now(),
        reference="DEMO-REF",
        note="",
    )
    say("acknowledge", referral.number, "accepted, typed in with name, time and source")
    answers.record_outcome(
        actor=ana.actor,
        referral_id=referral.id,
        outcome=OutcomeKind.INVESTIGATING,
        by_name="Officer on duty (demo)",
        source=AnswerSource.PHONE,
        happened_on=timezone.localdate(),
        note="",
    )
    say("outcome", referral.number, "investigating, typed in with its source")


def _taken(referral: Referral, ana: User) -> int:
    """The police collect at the partner door; whoever has no people there is handed the package."""
    if referral.agency.name == agencies.POLICE:
        return len(collect(_pia(), referral.id))
    taken = handover.hand_over_package(
        actor=ana.actor, referral_id=referral.id, recipient="Officer on duty (demo)", how=HandOver.IN_PERSON
    )
    return len(taken.content)


def _return_visit(name: str, code: str, say: Say) -> None:
    status = Visitor(settings.TUTELA_URLS["public"], language="en").come_back(code)
    say("return visit", name, f"the nine words open: {status}")


def _verified(say: Say) -> None:
    report = verify()
    if not report.ok:
        raise NotDone(f"the log does not verify: {report.first_bad}")
    say("verify", "log", f"{report.entries} entries: unchanged, complete, and replay equals today's state")


@cache
def _pia() -> Browser:
    """The partner signs in once, like a person, and collects what there is."""
    return signed_in(settings.TUTELA_URLS["partner"], "pia@police.test")


def _analyst(row: Row, case: Case) -> User:
    """Whom the list names, if that person may take the case; else the first of the demo."""
    named = house.person(row.analyst)
    if named and Case.objects.visible_to(named).filter(pk=case.pk).exists():
        return named
    return _members()[0]


def _members() -> list[User]:
    members = [house.person(email) for email in REVIEWERS]
    if None in members:
        raise NotDone("the demo people are not here: run seed_demo first")
    return [member for member in members if member]
