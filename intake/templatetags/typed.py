"""What people of the desk typed: an address in it opens nothing, its lines stay lines, and long text is folded."""

import re
from typing import Any

from django import template
from django.utils.html import conditional_escape, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from intake.kinds import ItemKind
from intake.normalise import defang

FOLDED_FROM = 600
BEGINNING = 120
_ADDRESS = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]{1,30}://\S+"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b(?:[\w-]+\.)+[^\W\d_]{2,}\b(?:[:/?#]\S*)?"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b(?:[:/]\S*)?"
)
_CLOSES = ".,;:!?)]}'\"»”“’>"

register = template.Library()


@register.filter
def defanged(text: Any) -> str:
    """Words with every address in them dead."""
    return _ADDRESS.sub(_dead, str(text))


@register.filter(needs_autoescape=True)
def paragraphs(text: Any, autoescape: bool = True) -> SafeString:
    """The same, with the lines as they were typed. Give it a block, not a paragraph."""
    return mark_safe(linebreaks(conditional_escape(defanged(text))))  # noqa: S308  (escaped in the same line)


@register.filter
def is_long(text: Any) -> bool:
    return len(str(text)) > FOLDED_FROM


@register.filter
def beginning(text: Any) -> str:
    """The first words, for what is folded under them."""
    return Truncator(" ".join(defanged(text).split())).chars(BEGINNING)


def _dead(found: re.Match[str]) -> str:
    address = found[0].rstrip(_CLOSES)
    kind = ItemKind.EMAIL if "@" in address and "/" not in address else ItemKind.URL
    return defang(address, kind) + found[0][len(address) :]
