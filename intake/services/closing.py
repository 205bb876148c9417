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
from intake.services import house, leases, rejecting, second, turns
from intake.states import (
    CLOSURE_MOVES,
    CaseState,
    ClosingOutcome,
    ClosureState,
    PolicyCode,
    Priority,
    check_move,
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
    _retire_stale(case, actor)
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


@verb(*ACTS, Action.CLOSURE_DECIDE)
def decide_closure(*, actor: Actor, case_id: UUID, agrees: bool, reason: str = "") -> Case:
    """The second person closes the case, or declines with a reason and leaves it as it is. Raises Refusal."""
    case = Case.objects.locked(case_id)
    closure = second.closure_to_decide(case, actor.person)
    if not agrees and not reason.strip():
        raise Refusal(_("Say why the case stays open. Who asked needs the reason."))
    if agrees:
        second.may_end(case)
    decided = ClosureState.AGREED if agrees else ClosureState.DECLINED
    closure.decided_by_id, closure.decided_at = actor.person, timezone.now()
    move_closure(closure, decided, Action.CLOSURE_DECIDE, actor, reason=reason)
    return _close(case, closure, actor) if agrees else case


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
        changes={"outcome": "", "due_at": due},
    )


def move_closure(closure: Closure, to: ClosureState, action: Action, actor: Actor, reason: str = "") -> None:
    """Move a closure, with its entry. Other columns that changed go with it. A step."""
    before = closure.state
    check_move(CLOSURE_MOVES, before, to)
    closure.state = to
    written = log.append(
        action,
        actor=actor,
        kind=Closure.audit_kind,
        id=closure.id,
        row=closure,
        case=closure.case_id,
        before=before,
        after=to,
        facts={"outcome": closure.outcome},
        payload={"reason": reason} if reason.strip() else None,
    )
    closure.last_event_id = written.event_id
    closure.save(update_fields=["state", "decided_by", "decided_at", "last_event"])


def reason_of(closure: Closure) -> str:
    """Why closing was asked."""
    asked = log.entries_for(object_id=closure.id, action=Action.CLOSURE_ASK).first()
    texts = log.payloads([asked.event_id]) if asked else {}
    return str(next(iter(texts.values()), {}).get("reason", ""))


def _retire_stale(case: Case, actor: Actor) -> None:
    """What was asked when the case stood elsewhere makes way."""
    stale = case.closures.filter(state=ClosureState.ASKED).first()
    if stale:
        move_closure(stale, ClosureState.UNDONE, Action.CLOSURE_UNDO, actor)


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
    written = log.append(
        Action.CLOSURE_ASK,
        actor=actor,
        kind=Closure.audit_kind,
        id=closure.id,
        row=closure,
        case=case.id,
        after=closure.state,
        facts={"outcome": outcome, "policy": rule.policy_id, "waived": rule.waived},
        payload={"reason": reason},
    )
    closure.last_event_id = written.event_id
    closure.save(force_insert=True)
    return closure


def _close(case: Case, closure: Closure, actor: Actor, facts: dict[str, Fact] | None = None) -> Case:
    if ClosingOutcome(closure.outcome).rejects and closure.before in {CaseState.OPEN, CaseState.ASSIGNED}:
        rejecting.reject_reports(case, actor)
    return move_case(
        case,
        to=CaseState.CLOSED,
        action=Action.CASE_CLOSE,
        actor=actor,
        facts={"outcome": closure.outcome, "assignee": None, "closure": closure.id, **(facts or {})},
        changes={"outcome": closure.outcome, **leases.end(case, actor)},
    )
