"""Taking back the last step of a case, by who did it, for a few minutes, while nothing has left the house.

Nothing is removed: a superseding entry says that the step was undone. Only the newest thing that happened to a case
can be undone, so nobody's later act is pulled away from under them; once a case is referred, nothing here is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.acts import Refusal, verb
from audit.log import Actor, Fact
from intake.actions import Action
from intake.models import Case, Closure
from intake.services import closures, leases, rejecting, second
from intake.states import CaseState, ClosureState
from intake.steps import Told, move_case, told

STEPS: Mapping[str, str | Promise] = {
    Action.CASE_ASSESS: gettext_lazy("Undo the assessment"),
    Action.CASE_CLOSE: gettext_lazy("Undo the closing"),
    Action.CASE_CONFIRM_ALONE: gettext_lazy("Undo the confirmation"),
    Action.CASE_REVIEW: gettext_lazy("Undo the review"),
}
CITES = {Action.CASE_CLOSE: "closure", Action.CASE_REVIEW: "review"}
"""The fact without which a step cannot be taken back: entries of the first release do not have it."""


@dataclass(frozen=True)
class Offer:
    """What this person can take back now, and for how many minutes more."""

    label: str | Promise
    minutes: int


def offer(case: Case, person: UUID) -> Offer | None:
    """The step that this person could undo now, if there is one."""
    asked = _asked_by(case, person)
    if asked:
        return Offer(_("Do not close after all"), _minutes_left(asked.asked_at))
    step = _last_step(case, person)
    return Offer(STEPS[step.action], _minutes_left(step.at)) if step else None


@verb(Action.CASE_UNDO, Action.CLOSURE_UNDO, Action.REPORT_TAKE_UP, *leases.ACTS)
def undo(*, actor: Actor, case_id: UUID) -> Case:
    """Take back what this person did last with the case. Raises Refusal when it is too late or not theirs."""
    case = Case.objects.locked(case_id)
    asked = _asked_by(case, actor.person)
    if asked:
        closures.move_closure(asked, ClosureState.UNDONE, Action.CLOSURE_UNDO, actor)
        return case
    step = _last_step(case, actor.person)
    if step is None:
        raise Refusal(
            _(
                "This cannot be undone any more: the time has run out, or something happened to the case since."
            )
        )
    return _BACK[step.action](case, step, actor)


def _asked_by(case: Case, person: UUID) -> Closure | None:
    closure = second.asked_closure(case)
    if closure is None or closure.asked_by_id != person or not _minutes_left(closure.asked_at):
        return None
    return closure


def _last_step(case: Case, person: UUID) -> Told | None:
    """The entry of the newest change of the case, if it is a step of this person that can be undone now."""
    steps = told(event_id=case.last_event_id, action__in=list(STEPS), actor=str(person))
    if not steps or not _minutes_left(steps[0].at):
        return None
    step = steps[0]
    if step.action == Action.CASE_REVIEW and case.state != CaseState.CONFIRMED:
        return None  # sent back: its assessor has it, and has read why
    cited = CITES.get(Action(step.action))
    return step if cited is None or step.facts.get(cited) else None


def _minutes_left(since: datetime) -> int:
    left = since + timedelta(minutes=settings.TUTELA_UNDO_MINUTES) - timezone.now()
    return max(ceil(left.total_seconds() / 60), 0)


def _assessment(case: Case, step: Told, actor: Actor) -> Case:
    return _back(case, CaseState.ASSIGNED, step, actor, holder=actor.person)


def _review(case: Case, step: Told, actor: Actor) -> Case:
    facts: dict[str, Fact] = {"review": UUID(step.facts["review"])}
    return _back(case, CaseState.IN_REVIEW, step, actor, holder=actor.person, facts=facts)


def _confirmation(case: Case, step: Told, actor: Actor) -> Case:
    return _back(case, CaseState.ASSESSED, step, actor, holder=actor.person, changes={"review_owed_at": None})


def _closing(case: Case, step: Told, actor: Actor) -> Case:
    """The case is where it was before, and with whom it was."""
    closure = case.closures.get(pk=step.facts["closure"])
    closures.move_closure(closure, ClosureState.UNDONE, Action.CLOSURE_UNDO, actor)
    rejecting.take_up_reports(case, actor)
    before = CaseState(closure.before)
    holder = None if before == CaseState.OPEN else leases.last_holder(case)
    return _back(case, before, step, actor, holder=holder, facts={"outcome": ""}, changes={"outcome": ""})


_BACK: Mapping[str, Callable[[Case, Told, Actor], Case]] = {
    Action.CASE_ASSESS: _assessment,
    Action.CASE_CLOSE: _closing,
    Action.CASE_CONFIRM_ALONE: _confirmation,
    Action.CASE_REVIEW: _review,
}


def _back(
    case: Case,
    to: CaseState,
    step: Told,
    actor: Actor,
    *,
    holder: UUID | None,
    facts: Mapping[str, Fact] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Case:
    closures.retire_asked(case, actor)
    handed = leases.hold(case, holder, actor) if holder else {}
    return move_case(
        case,
        to=to,
        action=Action.CASE_UNDO,
        actor=actor,
        facts={"undoes": step.event_id, "assignee": holder, **(facts or {})},
        changes={**handed, **(changes or {})},
    )
