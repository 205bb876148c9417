"""Ordering before assessment: how urgent, and due when. Pure.

Source: the classic turn-round classes of hotlines, 1, 3, 5 and 10 working days; danger is a matter of hours.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from intake.states import Priority


class ReportKind(StrEnum):
    """What the reporter says it is. A claim, not an assessment."""

    CSAM = "csam"
    SEXTORTION = "sextortion"
    GROOMING = "grooming"
    TRAFFICKING = "trafficking"
    AI_GENERATED = "ai_generated"
    ADVERT = "advert"
    OTHER = "other"
    NOT_SURE = "not_sure"


CHILD_AT_RISK = frozenset(
    {ReportKind.SEXTORTION, ReportKind.GROOMING, ReportKind.TRAFFICKING, ReportKind.ADVERT}
)
WORKING_DAYS = {Priority.HIGH: 1, Priority.NORMAL: 3, Priority.LOW: 10}
DANGER_HOURS = 1


def priority_of(kind: str, *, danger: bool) -> Priority:
    """A child at risk now first, then a child at risk, then material, then the rest."""
    if danger:
        return Priority.DANGER
    if kind in CHILD_AT_RISK:
        return Priority.HIGH
    if kind == ReportKind.OTHER:
        return Priority.LOW
    return Priority.NORMAL


def due_at(received: datetime, priority: Priority) -> datetime:
    """When a case of this priority should be assessed. Working days skip Saturday and Sunday."""
    if priority is Priority.DANGER:
        return received + timedelta(hours=DANGER_HOURS)
    return add_working_days(received, WORKING_DAYS[priority])


def add_working_days(start: datetime, days: int) -> datetime:
    moment = start
    while days:
        moment += timedelta(days=1)
        days -= moment.weekday() < 5
    return moment
