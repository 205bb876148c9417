"""From confirmed proposals to referrals: each document frozen, each delivery queued, all of them or none. Steps."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal
from audit.log import Actor
from intake.models import Case
from intake.triage import add_working_days
from referrals import documents, steps, wording
from referrals.actions import Action
from referrals.documents import Approval, ReferralDocument
from referrals.models import Agency, Hold, Referral, ReferralItem, RoutingRule
from referrals.routing import Proposal
from referrals.services import holding, holds, left_out
from referrals.services.choosing import Choice, Decided
from referrals.services.leaving import first_try_at, may_leave
from referrals.services.proposals import draft, pseudonym
from referrals.states import HOST_SIDE, AgencyState, ReferralState

ACTS = (
    Action.REFERRAL_CREATE,
    Action.REFERRAL_FREEZE,
    Action.DELIVERY_CREATE,
    Action.OVERRULING_ASK,
    Action.OVERRULING_UNDO,
    *holds.SETS,
)
"""What a verb that calls `refer` declares."""


@dataclass(frozen=True)
class Ready:
    """One proposal with the exact draft that was shown, its agency, and when it may first be tried."""

    proposal: Proposal
    draft: ReferralDocument
    agency: Agency
    first_try: datetime


def refer(case: Case, decided: Decided, actor: Actor, now: datetime) -> list[Referral]:
    """Write down what is left out, and make the referrals. Everything is looked at before anything is made.

    A police hold begins here where the policy asks for it, and keeps what it covers. Raises Refusal.
    """
    role = get_user_model().objects.only("role").get(pk=actor.person).role
    ready = [_ready(case, proposal, choice, role, now) for proposal, choice in decided.sent]
    for proposal, reason in decided.left:
        left_out.record(case, proposal, reason, actor)
    hold = holds.set_by_policy(case, [found.proposal for found in ready], actor, now) if ready else None
    referrals = [_create(case, found, hold, actor, role, now) for found in ready]
    if hold:
        holding.keep(case, hold, actor)
        for referral in referrals:
            referral.refresh_from_db()
    return referrals


def _ready(case: Case, proposal: Proposal, choice: Choice, role: str, now: datetime) -> Ready:
    agency = Agency.objects.get(pk=proposal.agency_id)
    leaving = may_leave(agency, case=case, item_ids=proposal.item_ids, role=role, now=now)
    if leaving.to_mend:
        raise Refusal(
            _("%(agency)s: %(why)s") % {"agency": agency.name, "why": " ".join(_sentences(leaving.to_mend))}
        )
    shown = draft(case, proposal)
    if choice.seen and choice.seen != documents.digest(shown).hex():
        raise Refusal(_("The case changed since you looked. Look again at what would leave."))
    first_try = max(first_try_at(agency, case, now), leaving.until or now)
    return Ready(proposal, shown, agency, first_try)


def _sentences(stops: Sequence[str]) -> list[str]:
    return [str(wording.STOPS[stop]) for stop in stops]


def _create(case: Case, ready: Ready, hold: Hold | None, actor: Actor, role: str, now: datetime) -> Referral:
    """The referral passes draft and approved within this act: at the end of its entry it is queued."""
    proposal, agency = ready.proposal, ready.agency
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
        test=agency.state != AgencyState.LIVE,
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
            "test": referral.test,
        },
        # What was shown stands sealed: its digest could be guessed from a list of addresses.
        payload={"draft_sha256": documents.digest(ready.draft).hex()},
    )
    frozen = replace(
        ready.draft,
        referral=referral.number,
        confirmed_by=pseudonym(role, actor.person),
        confirmed_at=now.replace(microsecond=0),
        approval=Approval(written.event_id, written.leaf_hash.hex()),
        hold_until=ready.draft.hold_until or _told_until(agency, hold),
    )
    _freeze(referral, frozen, actor)
    ReferralItem.objects.bulk_create(
        ReferralItem(referral=referral, item_id=item_id) for item_id in proposal.item_ids
    )
    steps.queue_delivery(referral, actor=actor, first_try=ready.first_try)
    return referral


def _told_until(agency: Agency, hold: Hold | None) -> datetime | None:
    """Of a hold that begins with this confirmation. Whoever it keeps in the dark is not told of it either."""
    return hold.until.replace(microsecond=0) if hold and agency.kind not in HOST_SIDE else None


def _freeze(referral: Referral, frozen: ReferralDocument, actor: Actor) -> None:
    """The document cites the entry that approved it, so a second entry binds the row with the document in it."""
    referral.document = documents.to_bytes(frozen)
    referral.document_digest = documents.digest(frozen)
    log.add(
        referral,
        Action.REFERRAL_FREEZE,
        actor=actor,
        case=referral.case_id,
    )
