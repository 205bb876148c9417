"""Through whose hands a case went: who had it, who took it over and why, who asked to close it and who decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit import log
from intake.actions import Action
from intake.models import Case, Closure
from intake.states import LeaseState
from intake.wording import CLOSING_OUTCOMES, CLOSURES, Label, Mark

HOLDERS_AT_MOST = 8


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


def holders_of(case: Case) -> list[Holder]:
    """Newest first; with why it was taken over, where it was."""
    leases = list(case.leases.select_related("holder").order_by("-since")[:HOLDERS_AT_MOST])
    taken = log.entries_for(object_id=case.id, action=Action.CASE_TAKE_OVER).newest_before(None)
    lines = list(taken[:HOLDERS_AT_MOST])
    texts = log.payloads(line.event_id for line in lines)
    why = {line.actor: str(texts.get(line.event_id, {}).get("reason", "")) for line in reversed(lines)}
    return [
        Holder(
            name=lease.holder.name,
            since=lease.since,
            until=lease.until if lease.state == LeaseState.HELD else None,
            reason=why.pop(str(lease.holder_id), ""),
        )
        for lease in leases
    ]


def closings_of(case: Case) -> list[Closing]:
    """Newest first, with the reasons of both people."""
    rows = list(case.closures.select_related("asked_by", "decided_by").order_by("-asked_at"))
    asked, decided = _reasons(rows, Action.CLOSURE_ASK), _reasons(rows, Action.CLOSURE_DECIDE)
    return [
        Closing(
            mark=CLOSURES[row.state],
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


def _reasons(rows: Iterable[Closure], action: Action) -> dict[UUID, str]:
    lines = log.entries_for(object_id__in=[row.id for row in rows], action=action)
    owners = dict(lines.values_list("event_id", "object_id"))
    return {owners[event]: str(text.get("reason", "")) for event, text in log.payloads(owners).items()}
