"""Marks and words of a case in templates of the desk."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from intake import wording
from intake.models import Case
from intake.services import turns
from intake.states import WAITING

register = template.Library()


@register.inclusion_tag("desk/bits/pill.html")
def state(case: Case) -> dict[str, Any]:
    return {"mark": wording.STATES[case.state]}


@register.inclusion_tag("desk/bits/priority.html")
def priority(case: Case) -> dict[str, Any]:
    return {"mark": wording.priority(case.priority)}


@register.inclusion_tag("desk/bits/clock.html")
def due(case: Case, now: datetime) -> dict[str, Any]:
    """The time left while the case waits; nothing once it is with an agency and read, or closed."""
    waits = case.state in WAITING or case.reported_again
    return {"mark": wording.clock(case.due_at, case.reported_at, now) if waits else None, "at": case.due_at}


@register.filter
def kind_label(kind: str) -> str | Promise:
    return wording.KINDS.get(kind, kind)


@register.filter
def item_kind_label(kind: str) -> str | Promise:
    return wording.ITEM_KINDS.get(kind, kind)


@register.filter
def verdict_label(verdict: str) -> str | Promise:
    return wording.VERDICTS.get(verdict, verdict)


@register.filter
def known_by_label(word: str) -> str | Promise:
    return wording.KNOWN_BY.get(word, word)


@register.filter
def confidence_label(percent: int) -> str | Promise:
    return wording.confidence(percent)


@register.filter
def defanged_ip(ip: str) -> str:
    """A number that nothing turns into a link."""
    return ip.replace(".", "[.]").replace(":", "[:]")


@register.filter
def country_label(code: str) -> str:
    """The country's name; empty means that nobody knows."""
    return wording.countries().get(code, code) or _("unknown")


@register.filter
def capped(count: int) -> str:
    """Counting stops at ten thousand."""
    return _("10,000+") if count > wording.COUNTED_AT_MOST else str(count)


@register.filter
def time_words(moment: datetime) -> str:
    return turns.time_of(moment)


@register.filter
def day_words(moment: datetime) -> str:
    return wording.day(moment)


@register.simple_tag
def bars(counts: dict[str, int]) -> list[dict[str, Any]]:
    """Rows of the chart of waiting cases, their lengths in its units."""
    labels = {"late": _("Late"), "day": _("1 day"), "days": _("3 days"), "later": _("Later")}
    longest = max(counts.values(), default=0) or 1
    return [
        {
            "label": label,
            "count": counts[name],
            "width": max(counts[name] * 118 // longest, 1 if counts[name] else 0),
            "end": 58 + counts[name] * 118 // longest,
            "y": 10 + 22 * row,
            "text": 20 + 22 * row,
            "late": name == "late",
        }
        for row, (name, label) in enumerate(labels.items())
    ]
