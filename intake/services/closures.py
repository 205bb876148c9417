"""The rows of closings: how one moves, why it was asked, and when the asking ends. Steps of the verbs."""

from django.utils import timezone

from audit import log
from audit.log import Actor
from intake.actions import Action
from intake.models import Case, Closure
from intake.states import CLOSURE_MOVES, ClosureState, check_move


def move_closure(closure: Closure, to: ClosureState, action: Action, actor: Actor, reason: str = "") -> None:
    """Move a closure, with its entry. Who decided it, and when, goes with a decision. A step."""
    before = closure.state
    check_move(CLOSURE_MOVES, before, to)
    closure.state = to
    if action is Action.CLOSURE_DECIDE:
        closure.decided_by_id, closure.decided_at = actor.person, timezone.now()
    log.change(
        closure,
        action,
        columns=["state", "decided_by", "decided_at"],
        actor=actor,
        case=closure.case_id,
        before=before,
        after=to,
        facts={"outcome": closure.outcome},
        payload={"reason": reason} if reason.strip() else None,
    )


def retire_asked(case: Case, actor: Actor) -> None:
    """What was asked about the case as it stood asks for nothing any more, whatever comes next. A step."""
    stale = case.closures.filter(state=ClosureState.ASKED).first()
    if stale:
        move_closure(stale, ClosureState.UNDONE, Action.CLOSURE_UNDO, actor)


def reason_of(closure: Closure) -> str:
    """Why closing was asked."""
    asked = log.entries_for(object_id=closure.id, action=Action.CLOSURE_ASK).first()
    texts = log.payloads([asked.event_id]) if asked else {}
    return str(next(iter(texts.values()), {}).get("reason", ""))
