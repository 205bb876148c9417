"""What several verbs share: moving or changing a case, giving it a number, and reading an entry's facts."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal
from audit.log import Actor, Fact
from audit.models import Line
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
    written = log.append(
        action,
        actor=actor,
        kind=Case.audit_kind,
        id=case.id,
        row=case,
        case=case.id,
        before=before,
        after=to,
        facts=facts,
        payload=payload,
    )
    return _save(case, written, columns)


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
    written = log.append(
        action,
        actor=actor,
        kind=Case.audit_kind,
        id=case.id,
        row=case,
        case=case.id,
        facts=facts,
        payload=payload,
    )
    return _save(case, written, columns)


def _set(case: Case, changes: Mapping[str, Any]) -> list[str]:
    """The new values stand on the row before its entry is written, because the entry binds them."""
    for name, value in changes.items():
        setattr(case, name, value)
    return list(changes)


def _save(case: Case, written: log.Written, columns: list[str]) -> Case:
    case.last_event_id = written.event_id
    case.save(update_fields=["last_event", *columns])
    return case


def facts_of(line: Line) -> dict[str, Any]:
    """What an entry says in the clear: ids as text."""
    facts: dict[str, Any] = json.loads(bytes(line.entry))["facts"]
    return facts


def next_case_number(opened: datetime) -> str:
    """The year and a running number that is never given twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('intake_case_number')")
        (running,) = cursor.fetchone()
    return f"{timezone.localtime(opened).year}-{running:04d}"
