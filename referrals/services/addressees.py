"""Who gets a supplement, a correction or a withdrawal, and which document exactly."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.acts import Refusal
from intake.models import Case
from intake.services import second
from referrals import wording
from referrals.documents import FollowUpCited, ReferralDocument, digest
from referrals.models import Referral
from referrals.querysets import ReferralQuerySet
from referrals.routing import Proposal
from referrals.services import contradictions, held_facts, leaving
from referrals.services.leaving import Leaving
from referrals.services.proposals import draft, propose_routes
from referrals.states import GOT_THE_FIRST, UNSENT, FollowUpKind, Obligation, ReferralState
from referrals.wording import Words

GETS: dict[str, frozenset[str]] = {
    # Who declined said that it is not for them: what is new is not theirs to know, what was wrong is.
    FollowUpKind.SUPPLEMENT: GOT_THE_FIRST - {ReferralState.DECLINED},
    FollowUpKind.CORRECTION: GOT_THE_FIRST,
    # What an agency declined or concluded cannot be taken back from it any more.
    FollowUpKind.WITHDRAWAL: GOT_THE_FIRST - {ReferralState.DECLINED, ReferralState.CONCLUDED},
}


@dataclass(frozen=True)
class Addressed:
    """One agency with the exact document it would get. `number`: which follow-up of the referral this is."""

    referral: Referral
    number: int
    document: ReferralDocument
    leaving: Leaving

    @property
    def stops(self) -> list[Words]:
        """What keeps it from leaving at once, in words."""
        return [wording.STOPS[stop] for stop in self.leaving.stops]

    @property
    def digest(self) -> str:
        return digest(self.document).hex()

    @property
    def key(self) -> str:
        """What a form sends back to say: this one, as it was shown."""
        return f"{self.referral.id}:{self.digest}"


def shown(
    case: Case, kind: FollowUpKind, reason: str, *, everybody: bool = False, only: UUID | None = None
) -> list[Addressed]:
    """Everyone who would get it, oldest referral first. A correction: those told otherwise, unless `everybody`."""
    referrals = _of(case, GETS[kind], only)
    if kind is FollowUpKind.CORRECTION and not everybody:
        wrong = [referral.id for referral in contradictions.contradicted(case)]
        referrals = referrals.filter(pk__in=wrong)
    return [
        _addressed(told, kind, reason, case, proposal)
        for told, proposal in _proposed(case, kind, referrals)
        if kind is not FollowUpKind.SUPPLEMENT or proposal.item_ids
    ]


def forbidden(case: Case) -> list[Referral]:
    """Who got the first, but gets no supplement: by now a rule forbids to bring anything of it before them."""
    kind = FollowUpKind.SUPPLEMENT
    found = _proposed(case, kind, _of(case, GETS[kind], None))
    return [told.referral for told, proposal in found if not proposal.item_ids]


def unsent(case: Case, *, only: UUID | None = None) -> list[Referral]:
    """Referrals of the case of which nothing left the house."""
    return list(_of(case, UNSENT, only))


def is_reviewed(case: Case) -> bool:
    """Nothing leaves before a second person has agreed; for a child in danger the review comes afterwards."""
    return second.is_agreed(case)


def refuse_unreviewed(case: Case) -> None:
    """Raises Refusal while the newest assessment waits for a second person."""
    if not is_reviewed(case):
        raise Refusal(
            _(
                "A second person has not agreed to the new assessment yet. Ask for the review first; "
                "where nothing illegal was found, ask to close the case."
            )
        )


def _proposed(
    case: Case, kind: FollowUpKind, referrals: ReferralQuerySet
) -> list[tuple[held_facts.Told, Proposal]]:
    proposals = propose_routes(case)
    return [(told, _as_referred(told, kind, case, proposals)) for told in held_facts.told(referrals)]


def _of(case: Case, states: frozenset[str], only: UUID | None) -> ReferralQuerySet:
    found = Referral.objects.filter(case=case, state__in=states).select_related("agency", "rule", "case")
    if only is not None:
        found = found.filter(pk=only)
    return found.order_by("number")


def _addressed(
    told: held_facts.Told,
    kind: FollowUpKind,
    reason: str,
    case: Case,
    proposal: Proposal,
) -> Addressed:
    number = len(told.follow_ups) + 1
    cited = FollowUpCited(kind.value, number, reason.strip())
    referral = told.referral
    found = leaving.may_leave(
        referral.agency,
        case=case,
        item_ids=proposal.item_ids,
        role=None,
        now=timezone.now(),
        test=_mark(referral, kind),
    )
    drafted = draft(case, proposal, follow_up=cited)
    # What follows a test is a test, and what follows a real one is real, whatever the agency is by now.
    document = replace(drafted, referral=referral.number, test=referral.test)
    return Addressed(referral, number, document, found)


def _mark(referral: Referral, kind: FollowUpKind) -> bool | None:
    """As what it has to leave. A test can always be taken back."""
    return None if kind is FollowUpKind.WITHDRAWAL and referral.test else referral.test


def _as_referred(
    told: held_facts.Told, kind: FollowUpKind, case: Case, proposals: list[Proposal]
) -> Proposal:
    """The rule it was referred under, with what the agency has.

    A supplement adds what is proposed for it now, and leaves out what is forbidden now.
    """
    known = {item.id for item in case.items.addresses() if item.canonical in told.items}
    referral = told.referral
    if kind is FollowUpKind.SUPPLEMENT:
        now = [found for found in proposals if found.agency_id == referral.agency_id]
        known = (known | _named(now, forbidden=False)) - _named(now, forbidden=True)
    return Proposal(
        agency_id=referral.agency_id,
        agency_name=referral.agency.name,
        item_ids=tuple(item.id for item in case.items.addresses() if item.id in known),
        rule_code=referral.rule.code,
        rule_version=referral.rule.version,
        obligation=Obligation(referral.obligation),
        reason=referral.rule.reason,
    )


def _named(proposals: list[Proposal], *, forbidden: bool) -> set[UUID]:
    return {
        item_id
        for found in proposals
        if (found.obligation is Obligation.FORBIDDEN) is forbidden
        for item_id in found.item_ids
    }
