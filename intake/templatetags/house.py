"""What the hotline has settled for itself, on the pages that it touches; and the notes on a case."""

from typing import Any

from django import template

from intake import wording
from intake.models import Case
from intake.services import house
from intake.services.notes import notes_of
from intake.states import PolicyCode

register = template.Library()


@register.inclusion_tag("desk/handling/waivers.html")
def waivers(*codes: str) -> dict[str, Any]:
    """`{% waivers "closure" %}`: a notice for each of these safeguards that is given up; without a code, for all."""
    given_up = house.waivers(*(PolicyCode(code) for code in codes))
    return {"waivers": [(waiver, wording.WAIVED[waiver.code]) for waiver in given_up]}


@register.inclusion_tag("desk/handling/notes.html")
def notes(case: Case) -> dict[str, Any]:
    return {"case": case, "notes": notes_of(case)}
