"""What every form that a person of ours or of an agency types into has in common."""

from copy import copy
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.normalise import is_blank
from intake.refusals import find_media

YEARS = range(1990, 2200)
"""Of every day that is typed anywhere: what lies outside is a slip, and reckoning with it ends in an overflow."""


class TypedForm(forms.Form):
    """A picture or file typed in as text is refused in every field, whatever else is wrong, and not shown again.

    Text in which nothing can be seen counts as no text; a year that cannot be meant is asked again.
    """

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateField | forms.DateTimeField):
                field.validators = [*field.validators, _within_our_years]

    def clean(self) -> dict[str, Any]:
        for name, field in self.fields.items():
            if find_media(str(self[name].data or "")):
                self._refuse_media(name)
            elif _is_unseen(self.cleaned_data.get(name)):
                self._empty(name, field)
        return self.cleaned_data

    def _empty(self, name: str, field: forms.Field) -> None:
        self.cleaned_data[name] = ""
        if field.required:
            self.add_error(name, field.error_messages["required"])

    def _refuse_media(self, name: str) -> None:
        self.errors.pop(name, None)
        self.add_error(name, _("We cannot keep pictures or files, not even as text. Say it in words."))
        kept: Any = copy(self.data)
        kept[self.add_prefix(name)] = ""
        self.data = kept


def _is_unseen(value: object) -> bool:
    return isinstance(value, str) and bool(value) and is_blank(value)


def _within_our_years(day: date) -> None:
    if day.year not in YEARS:
        raise forms.ValidationError(_("This day cannot be meant. Look at the year."), code="year")
