"""Questions before a person decides: what the rules propose, what stops it, and what exactly would leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from intake.models import Case
from intake.states import CaseState
from referrals import routing, wording
from referrals.documents import FollowUpCited, ReferralDocument, digest
from referrals.documents.identity import Hit
from referrals.models import Agency, Overruling, RoutingRule
from referrals.routing import Gap, Proposal, Rule
from referrals.services import identities, left_out
from referrals.services.drafting import drafted
from referrals.services.drafting import pseudonym as pseudonym  # who confirms is named in the same way
from referrals.services.facts import Picture, case_facts, picture
from referrals.services.leaving import Leaving, leaving_of
from referrals.states import Obligation, RuleAddressee
from referrals.wording import Pill, Words


@dataclass(frozen=True)
class Route:
    """One proposal as a person sees it. `digest`: that of the draft, in hexadecimal.

    `names`: where the draft names the reporter.
    """

    proposal: Proposal
    document: ReferralDocument
    digest: str
    pill: Pill
    reason: Words
    leaving: Leaving
    overruling: Overruling | None = None
    names: tuple[Hit, ...] = ()

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


def propose_routes(case: Case) -> list[Proposal]:
    """What the rules in force say about the case's current assessments."""
    return _proposed(picture(case))


def gaps(case: Case) -> list[Gap]:
    """Rules that name a platform or a provider for which nobody in the directory answers."""
    seen = picture(case)
    facts = case_facts(seen, seen.routable())
    return routing.find_gaps(facts, rules_in_force(), settings.TUTELA_HOME_COUNTRY)


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
            agency_name=rule.agency.name if rule.agency else "",
            obligation=Obligation(rule.obligation),
            reason=rule.reason,
            addressee=RuleAddressee(rule.addressee),
        )
        for rule in RoutingRule.objects.current()
    ]


def draft(case: Case, proposal: Proposal, *, follow_up: FollowUpCited | None = None) -> ReferralDocument:
    """Everything that would leave for this proposal; only number, time, approval and a hold that begins with it are
    still missing. Raises Refusal where it names the reporter."""
    seen = picture(case)
    document = drafted(seen, proposal, _proposed(seen), follow_up)
    identities.refuse_named(case, document)
    return document


def shown_routes(case: Case, role: str | None = None) -> list[Route]:
    """What a person of this role is shown before confirming: each proposal with its exact document and its stops."""
    seen = picture(case)
    proposals = _proposed(seen)
    agencies = Agency.objects.in_bulk([found.agency_id for found in proposals])
    overruled = left_out.standing(case)
    return [
        _route(seen, found, proposals, agencies[found.agency_id], overruled.get(left_out.key_of(found)), role)
        for found in proposals
    ]


def _proposed(seen: Picture) -> list[Proposal]:
    facts = case_facts(seen, seen.routable())
    return routing.propose(facts, rules_in_force(), settings.TUTELA_HOME_COUNTRY)


def _route(
    seen: Picture,
    proposal: Proposal,
    proposals: list[Proposal],
    agency: Agency,
    overruling: Overruling | None,
    role: str | None,
) -> Route:
    document = drafted(seen, proposal, proposals)
    ids: tuple[UUID, ...] = proposal.item_ids
    return Route(
        proposal=proposal,
        document=document,
        digest=digest(document).hex(),
        pill=wording.OBLIGATIONS[proposal.obligation],
        reason=wording.REASONS.get(proposal.reason, proposal.reason),
        leaving=leaving_of(seen, agency, item_ids=ids, role=role, now=timezone.now()),
        overruling=overruling,
        names=identities.hits(seen.case, document),
    )
