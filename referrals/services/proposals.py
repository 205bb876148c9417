"""Questions before a person decides: the facts of a case, what the rules propose, and what exactly would leave."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from intake.kinds import ItemKind
from intake.models import Assessment, Case, ReportedItem, Review
from intake.normalise import defang
from intake.schemes import Verdict
from intake.states import CaseState, Priority
from referrals import routing, wording
from referrals.documents import Addressee, DocumentItem, LeftOut, ReferralDocument, RuleCited, digest
from referrals.models import Agency, RoutingRule
from referrals.routing import CaseFacts, ItemFacts, Proposal, Rule
from referrals.states import Obligation
from referrals.wording import Pill, Words


@dataclass(frozen=True)
class Route:
    """One proposal as a person sees it. `digest` is that of the draft, in hexadecimal."""

    proposal: Proposal
    document: ReferralDocument
    digest: str
    pill: Pill
    reason: Words

    @property
    def key(self) -> str:
        """What a form sends back to say: this one, as it was shown."""
        found = self.proposal
        return f"{found.agency_id}:{found.rule_code}:{found.rule_version}:{self.digest}"

    @property
    def is_forbidden(self) -> bool:
        return self.proposal.obligation is Obligation.FORBIDDEN

    @property
    def is_obligatory(self) -> bool:
        return self.proposal.obligation is Obligation.OBLIGATORY


STAYS = [
    LeftOut("reporter_contact", "stays_in_the_house"),
    LeftOut("reporter_text", "stays_in_the_house"),
    LeftOut("reporter_language", "stays_in_the_house"),
]


def propose_routes(case: Case) -> list[Proposal]:
    """What the rules in force say about the case's current assessments."""
    return routing.propose(facts_of(case), rules_in_force(), settings.TUTELA_HOME_COUNTRY)


def permitted(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Those that a person may confirm: where every rule forbids, there is nobody to refer to."""
    return [found for found in proposals if found.obligation is not Obligation.FORBIDDEN]


def is_nobodys(case: Case) -> bool:
    """Confirmed by a second person, but no rule lets it go to anybody: all that is left is to close it."""
    return case.state == CaseState.CONFIRMED and not permitted(propose_routes(case))


def rules_in_force() -> list[Rule]:
    return [
        Rule(
            code=rule.code,
            version=rule.version,
            condition=rule.condition,
            agency_id=rule.agency_id,
            agency_name=rule.agency.name,
            obligation=Obligation(rule.obligation),
            reason=rule.reason,
        )
        for rule in RoutingRule.objects.current()
    ]


def facts_of(case: Case) -> CaseFacts:
    """The assessed addresses. Text without an address is the reporter's own words, and stays."""
    return CaseFacts(
        tuple(
            ItemFacts(
                id=item.id,
                kind=item.kind,
                verdict=assessment.verdict,
                illegal=Verdict(assessment.verdict).illegal,
                hosting_country=assessment.hosting_country,
                host=item.host,
            )
            for _, item, assessment in _assessed(case)
        )
    )


def draft(case: Case, proposal: Proposal) -> ReferralDocument:
    """Everything that would leave for this proposal; only number, time and approval are still missing."""
    agency = Agency.objects.get(pk=proposal.agency_id)
    assessed = _assessed(case)
    carried = [
        _document_item(number, item, assessment)
        for number, item, assessment in assessed
        if item.id in proposal.item_ids
    ]
    review = Review.objects.filter(case=case).select_related("reviewer").order_by("-reviewed_at").first()
    return ReferralDocument(
        hotline=settings.TUTELA_HOTLINE,
        agency=Addressee(agency.name, agency.kind, agency.country),
        case_number=case.number,
        priority=list(Priority)[case.priority].value,
        rule=RuleCited(proposal.rule_code, proposal.rule_version, proposal.obligation.value, proposal.reason),
        items=tuple(carried),
        reviewed_by=pseudonym(review.reviewer.role, review.reviewer_id) if review else "",
        left_out=(*STAYS, *_left_out(case, proposal)),
    )


def shown_routes(case: Case) -> list[Route]:
    """What a person is shown before confirming: each proposal with its exact document."""
    return [_route(proposal, draft(case, proposal)) for proposal in propose_routes(case)]


def _route(proposal: Proposal, document: ReferralDocument) -> Route:
    return Route(
        proposal=proposal,
        document=document,
        digest=digest(document).hex(),
        pill=wording.OBLIGATIONS[proposal.obligation],
        reason=wording.REASONS.get(proposal.reason, proposal.reason),
    )


def pseudonym(role: str, person: UUID) -> str:
    """Who acted, without a name: the role, and the beginning of the id that stands in the log."""
    return f"{role}-{person.hex[:8]}"


def _assessed(case: Case) -> Sequence[tuple[int, ReportedItem, Assessment]]:
    """Number in the case, item, current assessment; items without one are no part of a proposal."""
    current = {
        found.item_id: found
        for found in Assessment.objects.filter(case=case, superseded_by__isnull=True).select_related(
            "assessor"
        )
    }
    return [
        (number, item, current[item.id])
        for number, item in _numbered(case)
        if item.id in current and item.kind != ItemKind.TEXT
    ]


def _numbered(case: Case) -> list[tuple[int, ReportedItem]]:
    return list(enumerate(case.items.addresses().select_related("report"), start=1))


def _document_item(number: int, item: ReportedItem, assessment: Assessment) -> DocumentItem:
    received = [item.report.received_at]
    received += [again.report.received_at for again in item.repetitions.select_related("report")]
    return DocumentItem(
        position=number,
        kind=item.kind,
        address=item.canonical,
        defanged=defang(item.canonical, item.kind),
        verdict=assessment.verdict,
        scheme=assessment.scheme,
        hosting_country=assessment.hosting_country,
        host_known_by=assessment.host_known_by,
        assessed_by=pseudonym(assessment.assessor.role, assessment.assessor_id),
        reports=len(received),
        first_reported_on=timezone.localdate(min(received)),
        last_reported_on=timezone.localdate(max(received)),
    )


def _left_out(case: Case, proposal: Proposal) -> list[LeftOut]:
    """The other items of the case: one line each, by number, with why."""
    forbidden = {
        item
        for found in propose_routes(case)
        if found.agency_id == proposal.agency_id and found.obligation is Obligation.FORBIDDEN
        for item in found.item_ids
    }
    return [
        LeftOut("item", _why_left_out(item, forbidden), number)
        for number, item in _numbered(case)
        if item.id not in proposal.item_ids
    ]


def _why_left_out(item: ReportedItem, forbidden: set[UUID]) -> str:
    if item.kind == ItemKind.TEXT:
        return "own_words"
    return "forbidden" if item.id in forbidden else "not_for_this_agency"
