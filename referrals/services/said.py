"""What pages show of an agency's answers and of what it did: in words, with who said it, how it came, and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audit import log
from referrals import wording
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
        by_name=", ".join(part for part in (told.get("by_name"), told.get("unit")) if part),
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
