"""Walking the line: from a report to a concluded referral, through verbs, as far as a test needs it.

Each function begins where the one above it ends. Ana handles, Cleo reviews, Pia collects.
"""

from itertools import count
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.utils import timezone

if TYPE_CHECKING:
    from intake.models import Case, Report
    from intake.services.assessing import Judgement
    from referrals.models import Agency, Overruling, Referral
    from tests.cast import Cast

REASON = "A test says so."
TYPED = dict.fromkeys(("age", "sex", "site_type", "commercial"), "not_determined")
"""What a form must say of something illegal, where a test has nothing to say."""
OFFICER = "Officer on duty"
_numbers = count(1)


def an_address() -> str:
    """One that nobody named before."""
    return f"https://www.example.net/{next(_numbers)}"


def a_report(*addresses: str, language: str = "ro", kind: str = "csam", danger: bool = False) -> "Report":
    """A complete report of the public, as it waits for the worker."""
    from tests.reporting import report

    return report(*(addresses or (an_address(),)), language=language, kind=kind, danger=danger)


def a_case(*addresses: str, language: str = "ro", kind: str = "csam", danger: bool = False) -> "Case":
    """An open case of the team that reads this language."""
    from intake.models import Case
    from intake.services.sorting import sort_report

    received = a_report(*addresses, language=language, kind=kind, danger=danger)
    sort_report(received.id)
    return Case.objects.get(items__report=received, items__position=0)


def a_taken_case(cast: "Cast", *addresses: str) -> "Case":
    from intake.services.cases import assign_case

    case = a_case(*addresses, language=cast.romanian.languages[0])
    return assign_case(actor=cast.ana.actor, case_id=case.id)


def an_assessed_case(
    cast: "Cast", *addresses: str, verdict: str = "other_illegal", country: str = "RO"
) -> "Case":
    """Every address of it found illegal and hosted at home, unless said otherwise."""
    from intake.services.assessing import assess_case

    case = a_taken_case(cast, *addresses)
    return assess_case(
        actor=cast.ana.actor,
        case_id=case.id,
        judgements=judgements_of(case, verdict=verdict, country=country),
    )


def judgements_of(case: "Case", *, verdict: str = "other_illegal", country: str = "RO") -> "list[Judgement]":
    from intake.schemes import NOT_DETERMINED, HostKnownBy, Verdict
    from intake.services.assessing import Judgement

    return [
        Judgement(
            item_id=item.id,
            verdict=Verdict(verdict),
            hosting_country=country,
            host_known_by=HostKnownBy.LOOKUP if country else HostKnownBy.UNKNOWN,
            reason=REASON,
            age=NOT_DETERMINED,
            sex=NOT_DETERMINED,
            site_type=NOT_DETERMINED,
            commercial=NOT_DETERMINED,
        )
        for item in case.items.addresses()
    ]


def a_reviewed_case(cast: "Cast", *addresses: str) -> "Case":
    """Cleo has begun the second look."""
    from intake.services.cases import start_review

    return start_review(actor=cast.cleo.actor, case_id=an_assessed_case(cast, *addresses).id)


def a_confirmed_case(cast: "Cast", *addresses: str) -> "Case":
    from intake.services.cases import review_assessment

    case = a_reviewed_case(cast, *addresses)
    return review_assessment(actor=cast.cleo.actor, case_id=case.id, agrees=True, reason=REASON)


def a_referral(cast: "Cast", *addresses: str) -> "Referral":
    """Confirmed by Ana, queued for the police."""
    return refer(cast, a_confirmed_case(cast, *addresses))


def refer(cast: "Cast", case: "Case") -> "Referral":
    """Confirm the one route that the cast's rule proposes."""
    (referral,) = refer_all(cast, case)
    return referral


def refer_all(cast: "Cast", case: "Case") -> "list[Referral]":
    """Confirm every route that is proposed."""
    from referrals.services.proposals import propose_routes
    from referrals.services.referrals import Choice, create_referrals

    choices = [
        Choice(agency_id=route.agency_id, rule_code=route.rule_code, rule_version=route.rule_version)
        for route in propose_routes(case)
    ]
    return create_referrals(actor=cast.ana.actor, case_id=case.id, choices=choices)


def an_offered_referral(cast: "Cast", *addresses: str) -> "Referral":
    """The worker has made the package ready; nobody has taken it yet."""
    referral = a_referral(cast, *addresses)
    offer(referral.deliveries.get().id)
    referral.refresh_from_db()
    return referral


def offer(delivery_id: UUID) -> None:
    """What the worker does. Inside a test's own transaction the call is made by hand: the product refuses it."""
    from referrals import delivery
    from referrals.destinations import find
    from referrals.states import AttemptResult

    if not connection.in_atomic_block:
        delivery.send(delivery_id)
        return
    claimed = delivery.claim(delivery_id=delivery_id)
    if claimed is None or claimed.sealed is None:
        raise AssertionError("the delivery was not due, or its package could not be made")
    receipt = find(claimed.destination).offer(
        claimed.sealed, idempotency_key=claimed.idempotency_key, wire=delivery.Outbox()
    )
    delivery.settle(claimed=claimed, ended=delivery.Result(AttemptResult.OFFERED, receipt))


def a_sent_referral(cast: "Cast", *addresses: str) -> "Referral":
    """Pia has collected the package."""
    from referrals.services.handover import collect_package

    referral = an_offered_referral(cast, *addresses)
    collect_package(actor=cast.pia.actor, referral_id=referral.id)
    referral.refresh_from_db()
    return referral


def an_acknowledged_referral(cast: "Cast", *addresses: str) -> "Referral":
    referral = a_sent_referral(cast, *addresses)
    acknowledge(cast, referral)
    referral.refresh_from_db()
    return referral


def acknowledge(cast: "Cast", referral: "Referral") -> None:
    from referrals.services.answers import record_acknowledgement
    from referrals.states import Answer, AnswerSource

    record_acknowledgement(
        actor=cast.ana.actor,
        referral_id=referral.id,
        answer=Answer.ACCEPTED,
        by_name=OFFICER,
        source=AnswerSource.PHONE,
        answered_at=timezone.now(),
    )


def a_concluded_referral(cast: "Cast", *addresses: str) -> "Referral":
    referral = an_acknowledged_referral(cast, *addresses)
    conclude(cast, referral)
    referral.refresh_from_db()
    return referral


def conclude(cast: "Cast", referral: "Referral") -> None:
    from referrals.services.answers import record_outcome
    from referrals.states import AnswerSource, OutcomeKind

    record_outcome(
        actor=cast.ana.actor,
        referral_id=referral.id,
        outcome=OutcomeKind.INVESTIGATING,
        by_name=OFFICER,
        source=AnswerSource.PHONE,
        happened_on=timezone.localdate(),
    )


def agree_to_close(cast: "Cast", case_id: UUID) -> "Case":
    """Cleo is the second person of a closing that somebody else asked for."""
    from intake.services.closing import decide_closure

    return decide_closure(actor=cast.cleo.actor, case_id=case_id, agrees=True)


def a_case_to_be_closed(cast: "Cast", *addresses: str) -> "Case":
    """Ana found nothing illegal and asks to close it."""
    from intake.services.closing import close_case
    from intake.states import ClosingOutcome

    case = an_assessed_case(cast, *addresses, verdict="not_illegal")
    outcome = ClosingOutcome.NOT_ILLEGAL
    return close_case(actor=cast.ana.actor, case_id=case.id, outcome=outcome, reason=REASON)


def a_closed_case(cast: "Cast", *addresses: str) -> "Case":
    return agree_to_close(cast, a_case_to_be_closed(cast, *addresses).id)


def a_rejected_case(cast: "Cast", *addresses: str) -> "Case":
    """Ana holds it for spam, and Cleo agrees."""
    from intake.services.closing import reject_case
    from intake.states import ClosingOutcome

    case = a_taken_case(cast, *addresses)
    reject_case(actor=cast.ana.actor, case_id=case.id, outcome=ClosingOutcome.SPAM, reason=REASON)
    return agree_to_close(cast, case.id)


def a_case_confirmed_alone(cast: "Cast", *addresses: str) -> "Case":
    """A child is in danger, and Ana did not wait: Cleo owes the review."""
    from intake.services.assessing import assess_case
    from intake.services.cases import assign_case
    from intake.services.reviewing import confirm_alone

    case = a_case(*addresses, language=cast.romanian.languages[0], danger=True)
    assign_case(actor=cast.ana.actor, case_id=case.id)
    assess_case(actor=cast.ana.actor, case_id=case.id, judgements=judgements_of(case))
    return confirm_alone(actor=cast.ana.actor, case_id=case.id, reason=REASON)


def a_disputed_case(cast: "Cast", *addresses: str) -> "Case":
    """Cleo said no twice, and Ana stays with it."""
    from intake.services.assessing import assess_case
    from intake.services.cases import review_assessment, start_review

    case = an_assessed_case(cast, *addresses)
    for last in (False, True):
        start_review(actor=cast.cleo.actor, case_id=case.id)
        case = review_assessment(actor=cast.cleo.actor, case_id=case.id, agrees=False, reason=REASON)
        if not last:
            assess_case(actor=cast.ana.actor, case_id=case.id, judgements=judgements_of(case))
    return case


def a_case_of_somebody_else(cast: "Cast", *addresses: str) -> "Case":
    """Cleo has it."""
    from intake.services.cases import assign_case

    return assign_case(actor=cast.cleo.actor, case_id=a_case(*addresses).id)


def a_note(cast: "Cast", case_id: UUID) -> None:
    from intake.services.notes import write_note

    write_note(actor=cast.ana.actor, case_id=case_id, text="A note of a test.")


def rows_of_the_desk(cast: "Cast") -> None:
    """A row of each table that only handling fills: a lease, a note, a closing, a policy."""
    a_note(cast, a_closed_case(cast).id)
    a_policy(cast, "rule_activation", "delegate")


def a_policy(cast: "Cast", code: str, value: str, hours: int | None = None) -> None:
    """Cleo settles it for the house."""
    from intake.services.house import set_policy
    from intake.states import PolicyCode, PolicyValue

    set_policy(
        actor=cast.cleo.actor, code=PolicyCode(code), value=PolicyValue(value), hours=hours, reason=REASON
    )


def a_trace(cast: "Cast", case_id: UUID, country: str = "RO") -> None:
    """Ana writes down where the first address of the case is hosted."""
    from intake.models import ReportedItem
    from intake.schemes import HostKnownBy
    from intake.services.traces import Found, record_trace

    item = ReportedItem.objects.filter(case=case_id).addresses()[0]
    found = Found(
        HostKnownBy.LOOKUP, timezone.now(), country, "Example hosting", "AS64500", "192.0.2.44", confidence=90
    )
    record_trace(actor=cast.ana.actor, case_id=case_id, item_id=item.id, found=found)


def reassess(cast: "Cast", case: "Case", verdict: str = "not_illegal", country: str = "RO") -> "Case":
    """Ana finds something else after agencies were told."""
    from intake.services import corrections

    judgements = judgements_of(case, verdict=verdict, country=country)
    return corrections.reassess(actor=cast.ana.actor, case_id=case.id, judgements=judgements)


def a_supplement(cast: "Cast", referral: "Referral") -> None:
    """Ana tells everyone of the case who got the first what is known now."""
    from referrals.services import addressees, follow_ups
    from referrals.states import FollowUpKind

    shown = addressees.shown(referral.case, FollowUpKind.SUPPLEMENT, REASON)
    seen = {found.referral.id: found.digest for found in shown}
    follow_ups.supplement(actor=cast.ana.actor, case_id=referral.case_id, reason=REASON, seen=seen)


def a_reminder(cast: "Cast", referral: "Referral") -> None:
    """Ana has called the agency about the answer that is due."""
    from referrals.services.deadlines import record_reminder
    from referrals.states import AnswerSource

    record_reminder(
        actor=cast.ana.actor, referral_id=referral.id, how=AnswerSource.PHONE, by_name=OFFICER, words=REASON
    )


def confirm(cast: "Cast", case: "Case") -> "Case":
    """Cleo reviews an assessed case and agrees."""
    from intake.services.cases import review_assessment, start_review

    start_review(actor=cast.cleo.actor, case_id=case.id)
    return review_assessment(actor=cast.cleo.actor, case_id=case.id, agrees=True, reason=REASON)


def a_host(
    cast: "Cast", name: str = "Files Ltd", country: str = "RO", obligation: str = "suggested"
) -> "Agency":
    """A provider of this country, whom a rule names for whatever is illegal."""
    from audit import log
    from referrals.services.directory import Terms, open_agency
    from referrals.services.rules import Draft, adopt_rule
    from referrals.states import AgencyKind, Obligation

    host = open_agency(
        actor=cast.cleo.actor,
        name=name,
        kind=AgencyKind.PROVIDER,
        country=country,
        terms=Terms(destination="file_export", agreement="A test's agreement"),
    )
    draft = Draft("HS-01", {"verdict": "illegal"}, Obligation(obligation), "hosted_at_home", host.id)
    adopt_rule(actor=log.SYSTEM, rule=draft)
    return host


def a_held_referral(cast: "Cast", *addresses: str) -> "Referral":
    """The police were told of something at home, so its host is not told yet."""
    host = a_host(cast)
    made = refer_all(cast, a_confirmed_case(cast, *addresses))
    return next(referral for referral in made if referral.agency_id == host.id)


def an_overruling(cast: "Cast", *addresses: str) -> "Overruling":
    """Ana asks to leave the police out of a confirmed case; nobody has decided."""
    from referrals.services.overruling import leave_out
    from referrals.services.proposals import propose_routes

    case = a_confirmed_case(cast, *addresses)
    police = next(found for found in propose_routes(case) if found.agency_id == cast.police.id)
    return leave_out(
        actor=cast.ana.actor,
        case_id=case.id,
        agency_id=police.agency_id,
        rule_code=police.rule_code,
        rule_version=police.rule_version,
        reason=REASON,
    )


def a_read_answer(cast: "Cast", referral: "Referral") -> None:
    """The agency said something by its link, and Ana read it."""
    from referrals.models import AnswerLink
    from referrals.services.answering import Who
    from referrals.services.replies import Reply, reply_by_link
    from referrals.services.unread import mark_read
    from referrals.states import Answer, AnswerSource

    link = AnswerLink.objects.filter(referral=referral, state="open").latest("expires_at")
    reply_by_link(link_id=link.id, reply=Reply(Who(OFFICER, AnswerSource.LINK), Answer.ACCEPTED))
    mark_read(actor=cast.ana.actor, referral_id=referral.id)


def a_switch(cast: "Cast", agency: "Agency") -> None:
    """Cleo asks to make the agency live."""
    from referrals.services.directory import ask_live

    ask_live(actor=cast.cleo.actor, agency_id=agency.id, to_live=True)


def a_row_of_everything(cast: "Cast") -> None:
    """No table of the product is empty afterwards."""
    a_concluded_referral(cast)
    rows_of_the_desk(cast)
    sent = a_sent_referral(cast)
    a_trace(cast, sent.case_id)
    a_reminder(cast, sent)
    a_supplement(cast, sent)
    a_read_answer(cast, sent)
    an_overruling(cast)
    a_switch(cast, cast.police)
