"""The auditor's questions to the log, as they are typed."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audit import log


def _choices() -> list[tuple[str, Any]]:
    return [
        ("", _("Every act")),
        *((action, f"{sentence} ({action})") for action, sentence in log.actions().items()),
    ]


class LogFilter(forms.Form):
    """All fields are optional; together they narrow the list."""

    q = forms.CharField(
        label=_("Object, case or actor"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"class": "in", "type": "search", "autocomplete": "off"}),
    )
    action = forms.ChoiceField(
        label=_("Act"), required=False, choices=_choices, widget=forms.Select(attrs={"class": "in"})
    )
    first = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput(attrs={"class": "in", "type": "date"})
    )
    last = forms.DateField(
        label=_("To day"), required=False, widget=forms.DateInput(attrs={"class": "in", "type": "date"})
    )
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    after = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def clean_q(self) -> str:
        text: str = self.cleaned_data["q"].strip()
        return text.lower()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if isinstance(first, date) and isinstance(last, date) and first > last:
            self.add_error("last", _("This day is before the first one. Change one of them."))
        return cleaned
