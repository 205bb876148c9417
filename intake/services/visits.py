"""The return visit: how far a report is, for whoever holds its nine words. Reading it leaves no entry."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection

from intake.receipt_words import code_digest
from intake.states import CaseState, ReportState

PROGRESS: tuple[str, ...] = (
    ReportState.RECEIVED,
    ReportState.SORTED,
    *CaseState,
    ReportState.REJECTED,
)


@dataclass(frozen=True)
class Visit:
    """Days, never times. `state` is that of the address which is least far."""

    state: str
    received_on: date
    changed_on: date
    expires_on: date


def look_up(words: str) -> Visit | None:
    """What the words open. Any other text costs the same work: one digest and one question."""
    digest = code_digest(words, pepper=settings.TUTELA_PEPPER.encode())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, received_on, changed_on, expires_on FROM intake_return_visit(%s)", [digest]
        )
        visits = [Visit(*row) for row in cursor.fetchall()]
    if not visits:
        return None
    least_far = min(visits, key=lambda visit: PROGRESS.index(visit.state))
    latest = max(visit.changed_on for visit in visits)
    return Visit(least_far.state, least_far.received_on, latest, least_far.expires_on)
