"""The shape of what people type about one delivery: what became of it, and the number that an agency's form gave.

`follow_up_id` names the follow-up that the delivery carries; empty means the referral's first document.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from intake.forms.typed import TypedForm
from referrals import wording
from referrals.states import AnswerSource, Found, HandOver

LINE = {"class": "in", "autocomplete": "off"}
MINUTE = "%Y-%m-%dT%H:%M"


class CarriedForm(TypedForm):
    """Of which document."""

    follow_up_id = forms.UUIDField(required=False, widget=forms.HiddenInput)


class DecideForm(TypedForm):
    """`about`: the deliveries that it may be about; any other is refused as a page that is out of date."""

    delivery_id = forms.UUIDField(widget=forms.HiddenInput)
    found = forms.TypedChoiceField(
        label=_("What did you find out?"),
        choices=list(wording.FOUND.items()),
        coerce=Found,
        widget=forms.RadioSelect(),
    )
    by_name = forms.CharField(
        label=_("Who told us: name or desk"), max_length=200, widget=forms.TextInput(attrs=LINE)
    )
    told_at = forms.DateTimeField(
        label=_("When they said it"),
        input_formats=[MINUTE],
        widget=forms.DateTimeInput(attrs={"class": "in", "type": "datetime-local"}, format=MINUTE),
    )
    reason = forms.CharField(
        label=_("How they know: what they looked at"), max_length=500, widget=forms.TextInput(attrs=LINE)
    )
    reference = forms.CharField(
        label=_("Their file number"), max_length=80, required=False, widget=forms.TextInput(attrs=LINE)
    )

    def __init__(self, *args: Any, about: Collection[UUID] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about

    def clean_delivery_id(self) -> UUID:
        asked: UUID = self.cleaned_data["delivery_id"]
        if asked not in self.about:
            raise ValidationError(_("It is known already what became of this delivery."))
        return asked


class HandOverForm(CarriedForm):
    recipient = forms.CharField(
        label=_("Who takes it: name and unit"), max_length=200, widget=forms.TextInput(attrs=LINE)
    )
    how = forms.TypedChoiceField(
        label=_("How"), choices=list(wording.WAYS.items()), coerce=HandOver, widget=forms.RadioSelect()
    )


class NumberForm(CarriedForm):
    """The number that the agency's own form gave, typed back."""

    number = forms.CharField(
        label=_("The number their form gave"), max_length=80, widget=forms.TextInput(attrs=LINE)
    )
    source = forms.TypedChoiceField(
        label=_("How it reached us"),
        choices=list(wording.NUMBER_SOURCES.items()),
        coerce=AnswerSource,
        widget=forms.Select(attrs={"class": "in"}),
    )
