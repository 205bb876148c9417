"""Forward-only mode: a hotline that may not view content tells agencies that take unassessed reports.

A person says that the case is within the hotline's remit and where each address is hosted. Nobody judges anything,
and the document says so.
"""

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.acts import Refusal, verb
from audit.log import Actor
from intake.kinds import ItemKind
from intake.models import Case
from intake.services import house, leases, traces, turns
from intake.states import CaseState, PolicyCode
from intake.steps import move_case
from referrals.actions import Action
from referrals.gates import Stop
from referrals.models import Agency, Referral
from referrals.routing import Proposal
from referrals.services import choosing, referring
from referrals.services.choosing import Choice, Left
from referrals.services.leaving import may_leave
from referrals.services.proposals import propose_routes


@verb(*referring.ACTS, *leases.ACTS, Action.CASE_REFER_UNASSESSED)
def forward_case(
    *, actor: Actor, case_id: UUID, reason: str, choices: Sequence[Choice], leaving_out: Sequence[Left] = ()
) -> list[Referral]:
    """Bring an unassessed case before agencies that take it so. `reason`: why it concerns them. Raises Refusal."""
    case = Case.objects.locked(case_id)
    turns.may_forward(case, actor.person)
    if not reason.strip():
        raise Refusal(
            _("Say why this concerns them. Nobody has assessed it, so your words are all there is.")
        )
    refuse_untraced(case)
    decided = choosing.decided(case, forwardable(case, propose_routes(case)), choices, leaving_out)
    if not decided.sent:
        raise Refusal(_("Choose at least one agency."))
    referrals = referring.refer(case, decided, actor, timezone.now())
    policy = house.policy(PolicyCode.FORWARD_ONLY)
    move_case(
        case,
        to=CaseState.REFERRED,
        action=Action.CASE_REFER_UNASSESSED,
        actor=actor,
        facts={"referrals": len(referrals), "policy": policy.policy_id, "assignee": None},
        payload={"reason": reason.strip()},
        changes=leases.end(case, actor),
    )
    return referrals


def forwardable(case: Case, proposals: Sequence[Proposal]) -> list[Proposal]:
    """Those whose agency, and the destination it is reached by, take what nobody assessed."""
    agencies = Agency.objects.in_bulk([found.agency_id for found in proposals])
    return [found for found in proposals if _takes_it(agencies[found.agency_id], case, found)]


def untraced(case: Case) -> list[int]:
    """Numbers of the addresses of which nobody wrote down where they are hosted, not even that it is unknown."""
    traced = traces.newest(case)
    return [
        number
        for number, item in enumerate(case.items.addresses(), start=1)
        if item.kind != ItemKind.TEXT and item.id not in traced
    ]


def refuse_untraced(case: Case) -> None:
    missing = untraced(case)
    if missing:
        raise Refusal(
            _("Item %(number)d: say first where it is hosted, or that nobody knows.") % {"number": missing[0]}
        )


def _takes_it(agency: Agency, case: Case, proposal: Proposal) -> bool:
    leaving = may_leave(agency, case=case, item_ids=proposal.item_ids, role=None, now=timezone.now())
    return Stop.UNASSESSED not in leaving.stops
