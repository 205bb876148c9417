"""What pages show of an agency's answers, of what it did and of the hold it asked for.

In words, with who said it, how it came, and when.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format

from audit import log
from intake.steps import facts_of
from referrals import wording
from referrals.actions import Action
from referrals.models import Acknowledgement, Outcome, Referral
from referrals.wording import Words


@dataclass(frozen=True)
class Said:
    """An answer or outcome. `recorded_by` is empty where it came by itself. `follow_up`: to which one, if to one."""

    words: Words
    by_name: str
    source: Words
    at: Any
    recorded_at: datetime
    recorded_by: str
    late: bool = False
    reference: str = ""
    contact: str = ""
    note: str = ""
    follow_up: UUID | None = None


def answers(referral: Referral) -> list[Said]:
    """Oldest first."""
    found = list(
        Acknowledgement.objects.filter(referral=referral)
        .select_related("recorded_by")
        .order_by("recorded_at")
    )
    told = log.payloads(answer.last_event_id for answer in found)
    return [
        _said(
            answer,
            wording.ANSWERS[answer.answer],
            answer.answered_at,
            told.get(answer.last_event_id, {}),
            late=answer.late,
            follow_up=answer.follow_up_id,
        )
        for answer in found
    ]


def outcomes(referral: Referral) -> list[Said]:
    """Oldest first."""
    found = list(
        Outcome.objects.filter(referral=referral).select_related("recorded_by").order_by("recorded_at")
    )
    told = log.payloads(outcome.last_event_id for outcome in found)
    return [
        _said(
            outcome,
            wording.OUTCOMES[outcome.outcome],
            outcome.happened_on,
            told.get(outcome.last_event_id, {}),
        )
        for outcome in found
    ]


def holds(referral: Referral) -> list[Said]:
    """What the police asked for by themselves about the hold, in answer to this referral. Oldest first."""
    written = log.entries_for(case_id=referral.case_id, action__in=wording.HOLDS)
    found = [entry for entry in written if facts_of(entry).get("referral") == str(referral.id)]
    told = log.payloads(entry.event_id for entry in found)
    return [_held(entry, facts_of(entry), told.get(entry.event_id, {})) for entry in found]


def by_whom(told: dict[str, Any]) -> str:
    return ", ".join(part for part in (told.get("by_name"), told.get("unit")) if part)


def _held(entry: Any, facts: dict[str, Any], told: dict[str, Any]) -> Said:
    until = facts.get("until")
    shown = date_format(timezone.localtime(datetime.fromisoformat(until)), "j N Y, H:i") if until else ""
    return Said(
        words=str(wording.HOLDS[Action(entry.action)]) % {"until": shown},
        by_name=by_whom(told),
        source=wording.ALL_SOURCES[facts["source"]],
        at=entry.recorded_at,
        recorded_at=entry.recorded_at,
        recorded_by="",
        contact=told.get("contact", ""),
    )


def _said(
    row: Acknowledgement | Outcome,
    words: Words,
    at: Any,
    told: dict[str, Any],
    *,
    late: bool = False,
    follow_up: UUID | None = None,
) -> Said:
    return Said(
        words=words,
        by_name=by_whom(told),
        source=wording.ALL_SOURCES[row.source],
        at=at,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by.name if row.recorded_by else "",
        late=late,
        reference=told.get("reference", ""),
        contact=told.get("contact", ""),
        note=told.get("note", ""),
        follow_up=follow_up,
    )
