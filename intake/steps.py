"""What several verbs share: moving or changing a case, giving it a number, a lock, what an entry told."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal
from audit.log import Actor, Fact
from intake.models import Case
from intake.states import CASE_MOVES, WITH_AGENCIES, CaseState, check_move


def move_case(
    case: Case,
    *,
    to: CaseState,
    action: StrEnum,
    actor: Actor,
    facts: Mapping[str, Fact] | None = None,
    payload: log.Text | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Case:
    """Move a locked case to a state, with its entry. `changes` are further columns. Raises IllegalMove.

    A new report of a case with agencies stays new until a person reads it: an agency's answer does not hide it,
    and closing is refused.
    """
    check_move(CASE_MOVES, case.state, to)
    if case.reported_again and to not in WITH_AGENCIES:
        raise Refusal(_("This case was reported again. Read the new report first, then close the case."))
    moved_at = case.moved_at if case.reported_again else timezone.now()
    before = case.state
    columns = _set(case, {"state": to, "moved_at": moved_at, **(changes or {})})
    log.change(
        case,
        action,
        columns=columns,
        actor=actor,
        case=case.id,
        before=before,
        after=to,
        facts=facts,
        payload=payload,
    )
    return case


def change_case(
    case: Case,
    *,
    action: StrEnum,
    actor: Actor,
    facts: Mapping[str, Fact],
    changes: Mapping[str, Any],
    payload: log.Text | None = None,
) -> Case:
    """Change columns of a locked case that stays in its state, with its entry."""
    columns = _set(case, changes)
    log.change(case, action, columns=columns, actor=actor, case=case.id, facts=facts, payload=payload)
    return case


def _set(case: Case, changes: Mapping[str, Any]) -> list[str]:
    """The new values stand on the row before its entry is written, because the entry binds them."""
    for name, value in changes.items():
        setattr(case, name, value)
    return list(changes)


@dataclass(frozen=True)
class Told:
    """One entry as the desk reads it back. `facts`: what it says in the clear, ids as text."""

    event_id: UUID
    action: str
    actor: str
    at: datetime
    facts: dict[str, Any]


def facts_of(line: Any) -> dict[str, Any]:
    """What a line of the log says in the clear."""
    facts: dict[str, Any] = json.loads(bytes(line.entry))["facts"]
    return facts


def told(**where: object) -> list[Told]:
    """The entries of an object or a case, in the order they were written."""
    return [
        Told(line.event_id, line.action, line.actor, line.recorded_at, facts_of(line))
        for line in log.entries_for(**where)
    ]


def lock(space: int, key: bytes) -> None:
    """Hold this key until the transaction ends. Two keys that share a number only wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [space, zlib.crc32(key) - 2**31])


def next_case_number(opened: datetime) -> str:
    """The year and a running number that is never given twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('intake_case_number')")
        (running,) = cursor.fetchone()
    return f"{timezone.localtime(opened).year}-{running:04d}"
