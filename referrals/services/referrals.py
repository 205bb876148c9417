"""From an assessed case to its referrals, and from concluded referrals to a closed case."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from intake.actions import Action as CaseAction
from intake.models import Case, Review
from intake.states import CaseState
from intake.steps import move_case
from intake.triage import add_working_days
from referrals import documents, steps
from referrals.actions import Action
from referrals.documents import Approval, ReferralDocument
from referrals.models import Agency, Referral, ReferralItem, RoutingRule
from referrals.routing import Proposal
from referrals.services.proposals import draft, permitted, propose_routes, pseudonym
from referrals.states import Obligation, ReferralState

REFERRED_STATES = frozenset({CaseState.REFERRED, CaseState.MONITORING})


@dataclass(frozen=True)
class Choice:
    """One proposal that a person confirms. `seen` is the digest of the draft they were shown, in hexadecimal."""

    agency_id: UUID
    rule_code: str
    rule_version: int
    seen: str = ""


@verb(Action.REFERRAL_CREATE, Action.REFERRAL_FREEZE, Action.DELIVERY_CREATE, Action.CASE_REFER)
def create_referrals(*, actor: Actor, case_id: UUID, choices: Sequence[Choice]) -> list[Referral]:
    """Confirm what is referred to whom: freeze each document, queue its delivery, move the case to referred.

    The proposals are made again here, so nothing can be confirmed that the rules do not say now. Raises Refusal.
    """
    case = Case.objects.locked(case_id)
    _check_confirmed(case)
    confirmed = _chosen(propose_routes(case), choices)
    role = _role_of(actor)
    referrals = [_create(case, proposal, choice, actor, role) for proposal, choice in confirmed]
    move_case(
        case,
        to=CaseState.REFERRED,
        action=Action.CASE_REFER,
        actor=actor,
        facts={"referrals": len(referrals)},
    )
    return referrals


@verb(CaseAction.CASE_CLOSE)
def close_reviewed_case(*, actor: Actor, case_id: UUID, reason: str) -> Case:
    """Close a case whose referrals have all ended, or that no rule brings before anybody. The reason is sealed.

    Raises Refusal.
    """
    case = Case.objects.locked(case_id)
    _check_closable(case)
    if not reason.strip():
        raise Refusal(_("Say why the case can be closed."))
    return move_case(
        case,
        to=CaseState.CLOSED,
        action=CaseAction.CASE_CLOSE,
        actor=actor,
        payload={"reason": reason},
        facts={"assignee": None},
        changes={"assignee": None, "lease_until": None},
    )


def _check_closable(case: Case) -> None:
    """Nothing is left to do: every referral has ended, or there is nobody to refer the case to."""
    if case.state == CaseState.CONFIRMED:
        open_route = next(iter(permitted(propose_routes(case))), None)
        if open_route:
            raise Refusal(
                _("Rule %(rule)s proposes %(agency)s. Confirm the referral first.") % _names(open_route)
            )
        return
    if case.state not in REFERRED_STATES:
        raise Refusal(_("Only a case that a second person has confirmed can be closed here."))
    waiting = Referral.objects.filter(case=case).unfinished().order_by("number").first()
    if waiting:
        raise Refusal(
            _("%(number)s is not concluded yet. Type in its outcome first.") % {"number": waiting.number}
        )


def _check_confirmed(case: Case) -> None:
    if case.state in REFERRED_STATES:
        raise Refusal(
            _("This case has been referred already. Its referrals are listed on the page of the case.")
        )
    if case.state == CaseState.CLOSED:
        raise Refusal(
            _("This case is closed already. Why, and what was referred, is on the page of the case.")
        )
    if case.state != CaseState.CONFIRMED:
        raise Refusal(_("Nothing leaves before a second person has agreed. This case is not confirmed."))
    latest = Review.objects.filter(case=case).order_by("-reviewed_at").first()
    if latest is None or not latest.agrees:
        raise Refusal(_("Nothing leaves before a second person has agreed. Ask for a review."))


def _chosen(proposals: list[Proposal], choices: Sequence[Choice]) -> list[tuple[Proposal, Choice]]:
    """Pair each choice with its proposal; refuse what is not proposed, forbidden, or left out against a rule."""
    wanted = {(choice.agency_id, choice.rule_code, choice.rule_version): choice for choice in choices}
    found: list[tuple[Proposal, Choice]] = []
    for proposal in proposals:
        choice = wanted.pop((proposal.agency_id, proposal.rule_code, proposal.rule_version), None)
        if choice and proposal.obligation is Obligation.FORBIDDEN:
            raise Refusal(
                _("Rule %(rule)s forbids to refer this to %(agency)s. It cannot be overruled.")
                % _names(proposal)
            )
        if not choice and proposal.obligation is Obligation.OBLIGATORY:
            raise Refusal(
                _("Rule %(rule)s obliges us to refer this to %(agency)s. It cannot be left out.")
                % _names(proposal)
            )
        if choice:
            found.append((proposal, choice))
    if wanted:
        raise Refusal(
            _("The rules or the case changed since you looked. Look again and confirm what is proposed now.")
        )
    if not found:
        raise Refusal(_("Choose at least one agency."))
    return found


def _names(proposal: Proposal) -> dict[str, str]:
    return {"rule": proposal.rule_code, "agency": proposal.agency_name}


def _create(case: Case, proposal: Proposal, choice: Choice, actor: Actor, role: str) -> Referral:
    """The referral passes draft and approved within this act: at the end of its entry it is queued."""
    shown = draft(case, proposal)
    if choice.seen and choice.seen != documents.digest(shown).hex():
        raise Refusal(_("The case changed since you looked. Look again at what would leave."))
    now = timezone.now()
    agency = Agency.objects.get(pk=proposal.agency_id)
    rule = RoutingRule.objects.get(code=proposal.rule_code, version=proposal.rule_version)
    referral = Referral(
        id=uuid.uuid4(),
        number=steps.next_referral_number(now),
        case=case,
        agency=agency,
        state=ReferralState.QUEUED,
        rule=rule,
        obligation=proposal.obligation,
        confirmed_by_id=actor.person,
        confirmed_at=now,
        due_at=add_working_days(now, agency.answer_days),
    )
    written = log.append(
        Action.REFERRAL_CREATE,
        actor=actor,
        kind=Referral.audit_kind,
        id=referral.id,
        row=referral,
        case=case.id,
        after=ReferralState.QUEUED,
        facts={
            "agency": agency.id,
            "rule": rule.id,
            "items": len(proposal.item_ids),
            "obligation": proposal.obligation,
        },
        # What was shown stands sealed: its digest could be guessed from a list of addresses.
        payload={"draft_sha256": documents.digest(shown).hex()},
    )
    frozen = _approved(shown, referral, actor, role, now, written)
    _freeze(referral, frozen, actor)
    ReferralItem.objects.bulk_create(
        ReferralItem(referral=referral, item_id=item_id) for item_id in proposal.item_ids
    )
    steps.queue_delivery(referral, actor=actor, first_try=now)
    return referral


def _freeze(referral: Referral, frozen: ReferralDocument, actor: Actor) -> None:
    """The document cites the entry that approved it, so a second entry binds the row with the document in it."""
    referral.document = documents.to_bytes(frozen)
    referral.document_digest = documents.digest(frozen)
    written = log.append(
        Action.REFERRAL_FREEZE,
        actor=actor,
        kind=Referral.audit_kind,
        id=referral.id,
        row=referral,
        case=referral.case_id,
    )
    referral.last_event_id = written.event_id
    referral.save(force_insert=True)


def _approved(
    shown: ReferralDocument, referral: Referral, actor: Actor, role: str, now: datetime, written: log.Written
) -> ReferralDocument:
    return replace(
        shown,
        referral=referral.number,
        confirmed_by=pseudonym(role, actor.person),
        confirmed_at=now.replace(microsecond=0),
        approval=Approval(written.event_id, written.leaf_hash.hex()),
    )


def _role_of(actor: Actor) -> str:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.only("role").get(pk=actor.person).role
