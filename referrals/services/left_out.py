"""Which proposals people leave out of a case, and how that is written down. Questions, and steps of verbs."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from audit import log
from audit.log import Actor
from intake.models import Case
from referrals.actions import Action
from referrals.models import Overruling, RoutingRule
from referrals.routing import Proposal
from referrals.states import ASK_MOVES, AskState, Obligation, check_move

Key = tuple[UUID, str, int]
"""Agency, rule code, rule version: what one proposal of a case is known by."""
STANDS = (AskState.ASKED, AskState.AGREED)


def key_of(proposal: Proposal) -> Key:
    return (proposal.agency_id, proposal.rule_code, proposal.rule_version)


def standing(case: Case) -> dict[Key, Overruling]:
    """What people leave out, or ask to leave out. A later assessment makes an earlier word void."""
    assessed = case.assessments.current().aggregate(at=Max("assessed_at"))["at"]
    found = Overruling.objects.filter(case=case, state__in=STANDS)
    if assessed:
        found = found.filter(asked_at__gte=assessed)
    return {
        (row.agency_id, row.rule.code, row.rule.version): row
        for row in found.select_related("rule", "asked_by", "decided_by")
    }


def reasons(overrulings: Iterable[Overruling]) -> dict[UUID, str]:
    """Why each was asked to be left out, by its id."""
    asked = log.entries_for(object_id__in=[row.id for row in overrulings], action=Action.OVERRULING_ASK)
    of = {line.event_id: line.object_id for line in asked}
    return {of[event]: str(text.get("reason", "")) for event, text in log.payloads(of).items()}


def record(case: Case, proposal: Proposal, reason: str, actor: Actor) -> Overruling:
    """Leave it out: a suggestion at once, an obligation once another person agrees. A step."""
    rule = RoutingRule.objects.get(code=proposal.rule_code, version=proposal.rule_version)
    _clear_the_way(case, proposal.agency_id, rule, actor)
    at_once = proposal.obligation is Obligation.SUGGESTED
    row = Overruling(
        case=case,
        agency_id=proposal.agency_id,
        rule=rule,
        obligation=proposal.obligation,
        state=AskState.AGREED if at_once else AskState.ASKED,
        asked_by_id=actor.person,
        asked_at=timezone.now(),
    )
    log.add(
        row,
        Action.OVERRULING_ASK,
        actor=actor,
        case=case.id,
        after=row.state,
        facts={"agency": row.agency_id, "rule": rule.id, "obligation": row.obligation},
        payload={"reason": reason.strip()},
    )
    return row


def move(row: Overruling, to: AskState, action: Action, actor: Actor, reason: str = "") -> Overruling:
    """Move a locked overruling, with its entry. A step."""
    before = row.state
    check_move(ASK_MOVES, before, to)
    row.state = to
    log.change(
        row,
        action,
        columns=["state", "decided_by"],
        actor=actor,
        case=row.case_id,
        before=before,
        after=to,
        facts={"agency": row.agency_id, "rule": row.rule_id},
        payload={"reason": reason.strip()} if reason.strip() else None,
    )
    return row


def _clear_the_way(case: Case, agency_id: UUID, rule: RoutingRule, actor: Actor) -> None:
    """A word about an assessment that was superseded since counts no more, and makes room for a new one."""
    former = Overruling.objects.filter(case=case, agency_id=agency_id, rule=rule, state__in=STANDS)
    for row in former.select_for_update(no_key=True, of=("self",)):
        move(row, AskState.UNDONE, Action.OVERRULING_UNDO, actor)
