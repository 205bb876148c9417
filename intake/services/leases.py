"""Who has a case, and until when: at most one person at a time. Steps of the verbs that hand a case on.

`hold` and `end` give the columns of the case that follow, for the entry about the case itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone

from audit import log
from audit.log import Actor
from intake.actions import Action
from intake.models import Case, Lease
from intake.states import LEASE_MOVES, LeaseState, check_move
from intake.steps import told

LEASE = timedelta(hours=8)
"""How long a case stays with the person who took it; then another may take it."""

ACTS = (Action.LEASE_HOLD, Action.LEASE_END)
"""What a verb that hands a case on declares besides its own act."""


@dataclass(frozen=True)
class TakenOver:
    """Somebody took this person's case over: who, when and why."""

    by: str
    at: datetime
    reason: str


def hold(case: Case, person: UUID, actor: Actor) -> dict[str, Any]:
    """Give the locked case to this person for eight hours; whoever had it has it no longer."""
    end(case, actor)
    now = timezone.now()
    lease = Lease(case=case, holder_id=person, since=now, until=now + LEASE)
    log.add(
        lease,
        Action.LEASE_HOLD,
        actor=actor,
        case=lease.case_id,
        after=lease.state,
        facts={"holder": person, "until": lease.until},
    )
    return {"assignee_id": person, "lease_until": lease.until}


def end(case: Case, actor: Actor) -> dict[str, Any]:
    """Nobody has the locked case any more. A lease that ran out is ended by whoever acts next."""
    lease = case.leases.filter(state=LeaseState.HELD).first()
    if lease:
        check_move(LEASE_MOVES, lease.state, LeaseState.ENDED)
        lease.state = LeaseState.ENDED
        log.change(
            lease,
            Action.LEASE_END,
            columns=["state"],
            actor=actor,
            case=lease.case_id,
            before=LeaseState.HELD,
            after=lease.state,
            facts={"holder": lease.holder_id},
        )
    return {"assignee_id": None, "lease_until": None}


def last_holder(case: Case) -> UUID | None:
    """Who had the case last, whether or not they still have it."""
    return case.leases.order_by("-since").values_list("holder_id", flat=True).first()


def taken_over_from(case: Case, person: UUID) -> TakenOver | None:
    """Told to the person who had the case, until somebody else's act makes it old news."""
    if case.assignee_id in {None, person}:
        return None
    acts = told(object_id=case.id, action=Action.CASE_TAKE_OVER)
    if not acts or acts[-1].facts["former"] != str(person):
        return None
    last = acts[-1]
    by = get_user_model().objects.filter(pk=last.actor).values_list("name", flat=True).first()
    reason = log.payloads([last.event_id]).get(last.event_id, {}).get("reason", "")
    return TakenOver(by or "", last.at, str(reason))
