"""Through whose hands a case went: who had it, who took it over and why, who asked to close it and who decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit import log
from intake.actions import Action
from intake.models import Case, Closure
from intake.states import ClosureState, LeaseState
from intake.wording import CLOSING_OUTCOMES, CLOSURES, Label, Mark

HOLDERS_AT_MOST = 8
ASKS_NO_MORE = Mark(_("No longer asked"))
"""The case has moved on since: nobody is waited for any more."""


@dataclass(frozen=True)
class Holder:
    """One time during which somebody had the case; `until` only while they have it."""

    name: str
    since: datetime
    until: datetime | None
    reason: str = ""


@dataclass(frozen=True)
class Closing:
    """One asking to close the case, and what became of it."""

    mark: Mark
    outcome: Label
    asked_by: str
    asked_at: datetime
    reason: str
    decided_by: str
    decided_at: datetime | None
    answer: str


@dataclass(frozen=True)
class Hands:
    """The newest times, and how many came before those."""

    shown: list[Holder]
    older: int = 0


def holders_of(case: Case) -> Hands:
    """Newest first; with why it was taken over, where it was."""
    leases = list(case.leases.select_related("holder").order_by("-since"))
    why = _taken_over(case)
    shown = [
        Holder(
            name=lease.holder.name,
            since=lease.since,
            until=lease.until if lease.state == LeaseState.HELD else None,
            reason=why.get(lease.id, ""),
        )
        for lease in leases[:HOLDERS_AT_MOST]
    ]
    return Hands(shown, len(leases) - len(shown))


def _taken_over(case: Case) -> dict[UUID, str]:
    """Why, by the lease that began with it: a verb writes the lease's entry right before the case's."""
    told = log.entries_for(case_id=case.id, action__in=[Action.LEASE_HOLD, Action.CASE_TAKE_OVER])
    lines = list(told)
    taken = {
        line.event_id: held.object_id
        for held, line in pairwise(lines)
        if line.action == Action.CASE_TAKE_OVER and held.action == Action.LEASE_HOLD
    }
    return {taken[event]: str(text.get("reason", "")) for event, text in log.payloads(taken).items()}


def closings_of(case: Case) -> list[Closing]:
    """Newest first, with the reasons of both people."""
    rows = list(case.closures.select_related("asked_by", "decided_by").order_by("-asked_at"))
    waiting = {row.id for row in case.closures.asked()} if _is_asked(rows) else set()
    asked, decided = _reasons(rows, Action.CLOSURE_ASK), _reasons(rows, Action.CLOSURE_DECIDE)
    return [
        Closing(
            mark=ASKS_NO_MORE if _is_asked([row]) and row.id not in waiting else CLOSURES[row.state],
            outcome=CLOSING_OUTCOMES[row.outcome],
            asked_by=row.asked_by.name,
            asked_at=row.asked_at,
            reason=asked.get(row.id, ""),
            decided_by=row.decided_by.name if row.decided_by else "",
            decided_at=row.decided_at,
            answer=decided.get(row.id, ""),
        )
        for row in rows
    ]


def _is_asked(rows: Iterable[Closure]) -> bool:
    return any(row.state == ClosureState.ASKED for row in rows)


def _reasons(rows: Iterable[Closure], action: Action) -> dict[UUID, str]:
    lines = log.entries_for(object_id__in=[row.id for row in rows], action=action)
    owners = dict(lines.values_list("event_id", "object_id"))
    return {owners[event]: str(text.get("reason", "")) for event, text in log.payloads(owners).items()}
