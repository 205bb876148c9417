"""Closing a case: one person asks and another decides, unless the policy waives that; and opening it again.

`ask_or_close` is the step that every verb which closes a case shares. The reason is sealed with the asking.
"""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor, Fact
from intake.actions import Action
from intake.models import Case, Closure
from intake.services import house, leases, rejecting, reviewing, second, turns
from intake.services.closures import move_closure, retire_asked
from intake.states import (
    CaseState,
    ClosingOutcome,
    ClosureState,
    PolicyCode,
    Priority,
)
from intake.steps import move_case
from intake.triage import due_at

ACTS = (
    Action.CLOSURE_ASK,
    Action.CLOSURE_UNDO,
    Action.CASE_CLOSE,
    Action.LEASE_END,
    Action.REPORT_REJECT,
)
"""What a verb that calls `ask_or_close` declares."""

UNASSESSED = frozenset({CaseState.OPEN, CaseState.ASSIGNED})
NOTHING_ILLEGAL = frozenset(
    {
        ClosingOutcome.NOT_ILLEGAL,
        ClosingOutcome.NOT_FOUND,
        ClosingOutcome.NOT_ACCESSIBLE,
        ClosingOutcome.OUT_OF_REMIT,
    }
)


def ask_or_close(case: Case, outcome: ClosingOutcome, reason: str, actor: Actor) -> Case:
    """Ask a second person to close the locked case; close it at once where the policy waives that. A step.

    The caller has checked that the case can be closed with this outcome. Whether it was closed or only asked for,
    its state says. Raises Refusal.
    """
    if not reason.strip():
        raise Refusal(_("Say why the case can be closed."))
    second.may_end(case)
    turns.may_ask_to_close(case)
    retire_asked(case, actor)
    rule = house.policy(PolicyCode.CLOSURE)
    closure = _ask(case, outcome, reason, actor, rule)
    if not rule.waived:
        return case
    return _close(case, closure, actor, {"policy": rule.policy_id})


@verb(*ACTS)
def close_case(*, actor: Actor, case_id: UUID, outcome: ClosingOutcome, reason: str) -> Case:
    """Close, or ask to close, a case in which nothing illegal was found. Raises Refusal."""
    case = Case.objects.locked(case_id)
    turns.may_close(case, actor.person)
    if outcome not in NOTHING_ILLEGAL:
        raise Refusal(_("Nothing here was found illegal. Choose what was found instead."))
    return ask_or_close(case, outcome, reason, actor)


@verb(*ACTS)
def reject_case(*, actor: Actor, case_id: UUID, outcome: ClosingOutcome, reason: str) -> Case:
    """Reject the reports of a case, or ask to, as spam or out of remit, without assessing it. Raises Refusal."""
    case = Case.objects.locked(case_id)
    turns.may_reject(case, actor.person)
    if not outcome.rejects:
        raise Refusal(_("Choose spam or out of remit. Anything else is assessed first."))
    return ask_or_close(case, outcome, reason, actor)


@verb(*ACTS, Action.CLOSURE_DECIDE, Action.CASE_SEND_BACK, Action.LEASE_HOLD)
def decide_closure(*, actor: Actor, case_id: UUID, agrees: bool, reason: str = "") -> Case:
    """The second person closes the case, or declines with a reason: what was assessed goes back. Raises Refusal."""
    case = Case.objects.locked(case_id)
    closure = second.closure_to_decide(case, actor.person)
    if not agrees and not reason.strip():
        raise Refusal(_("Say why the case stays open. Who asked needs the reason."))
    if agrees:
        second.may_end(case)
        _refuse_unfit(case, closure)
    decided = ClosureState.AGREED if agrees else ClosureState.DECLINED
    move_closure(closure, decided, Action.CLOSURE_DECIDE, actor, reason=reason)
    if agrees:
        return _close(case, closure, actor)
    if case.state == CaseState.ASSESSED:
        return reviewing.give_to_assessor(
            case, CaseState.ASSIGNED, Action.CASE_SEND_BACK, actor, {"closure": closure.id}, reason=reason
        )
    return case


@verb(Action.CASE_REOPEN_BY_HAND, Action.REPORT_TAKE_UP)
def reopen_case(*, actor: Actor, case_id: UUID, reason: str) -> Case:
    """Open a closed case again, due as if it came in now; rejected reports of it are taken up. Raises Refusal."""
    case = Case.objects.locked(case_id)
    turns.may_reopen(case, actor.person)
    if not reason.strip():
        raise Refusal(_("Say why the case is opened again."))
    rejecting.take_up_reports(case, actor)
    due = due_at(timezone.now(), list(Priority)[case.priority])
    return move_case(
        case,
        to=CaseState.OPEN,
        action=Action.CASE_REOPEN_BY_HAND,
        actor=actor,
        facts={"outcome": "", "assignee": None, "due": due},
        payload={"reason": reason},
        changes={"outcome": "", "due_at": due, "review_owed_at": None, "disputed": False},
    )


def _refuse_unfit(case: Case, closure: Closure) -> None:
    """The outcome that was asked for must still be true. What is closed after referring has its own questions."""
    if closure.before == CaseState.ASSESSED:
        turns.refuse_illegal(case)
    if ClosingOutcome(closure.outcome).rejects and closure.before in UNASSESSED:
        turns.refuse_told(case)


def _ask(case: Case, outcome: ClosingOutcome, reason: str, actor: Actor, rule: house.Rule) -> Closure:
    """Where the policy waives the second person, it is agreed from the beginning and nobody's word is invented."""
    closure = Closure(
        case=case,
        outcome=outcome,
        before=case.state,
        state=ClosureState.AGREED if rule.waived else ClosureState.ASKED,
        asked_by_id=actor.person,
        asked_at=timezone.now(),
    )
    log.add(
        closure,
        Action.CLOSURE_ASK,
        actor=actor,
        case=case.id,
        after=closure.state,
        facts={"outcome": outcome, "policy": rule.policy_id, "waived": rule.waived},
        payload={"reason": reason},
    )
    return closure


def _close(case: Case, closure: Closure, actor: Actor, facts: dict[str, Fact] | None = None) -> Case:
    if ClosingOutcome(closure.outcome).rejects and closure.before in UNASSESSED:
        rejecting.reject_reports(case, actor)
    return move_case(
        case,
        to=CaseState.CLOSED,
        action=Action.CASE_CLOSE,
        actor=actor,
        facts={"outcome": closure.outcome, "assignee": None, "closure": closure.id, **(facts or {})},
        changes={"outcome": closure.outcome, **leases.end(case, actor)},
    )
