"""Names as people type them: of people, and of organisations."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

BLANK = set("\u115f\u1160\u2800\u3164\uffa0")
"""Letters to Unicode, and nothing to the eye: the Hangul fillers and the blank Braille cell."""


def readable(name: str) -> str:
    """A name that everybody can read: nothing in it is invisible or turns the line around. Raises ValidationError."""
    if any(unicodedata.category(letter).startswith("C") or letter in BLANK for letter in name):
        raise ValidationError(_("A character in this name cannot be seen. Type the name by hand."))
    if not any(letter.isalpha() for letter in name):
        raise ValidationError(_("A name needs at least one letter."))
    return name
