"""What the hotline has settled for itself, on the pages that it touches."""

from typing import Any

from django import template

from intake import wording
from intake.services import house
from intake.states import PolicyCode

register = template.Library()


@register.inclusion_tag("desk/handling/waivers.html")
def waivers(*codes: str) -> dict[str, Any]:
    """`{% waivers "closure" %}`: a notice for each of these safeguards that is given up; without a code, for all."""
    given_up = house.waivers(*(PolicyCode(code) for code in codes))
    return {"waivers": [(waiver, wording.WAIVED[waiver.code]) for waiver in given_up]}
