"""The shape of what people type after sending: why a follow-up goes, how one reminded, what was found out."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from intake.forms.typed import TypedForm
from referrals import wording
from referrals.documents.identity import told_in
from referrals.services.follow_ups import LONGEST_REASON, TAKE_OUT
from referrals.services.preview import Chosen
from referrals.states import AnswerSource

LINE = {"class": "in", "autocomplete": "off"}


class SeenField(forms.Field):
    """The documents that were shown: for each the referral and the digest, joined by a colon."""

    widget = forms.MultipleHiddenInput
    default_error_messages = {"unreadable": _("This page is out of date. Look again at what would leave.")}

    def clean(self, value: Any) -> dict[UUID, str]:
        return dict(self._one(part) for part in value or [])

    def _one(self, text: str) -> tuple[UUID, str]:
        referral, _colon, digest = text.partition(":")
        try:
            return UUID(referral), digest
        except ValueError as error:
            raise ValidationError(self.error_messages["unreadable"], code="unreadable") from error


class FollowUpForm(TypedForm):
    """Why, and what was seen. `confirmed` is the name of the button that lets it leave."""

    reason = forms.CharField(
        label=_("Why, in words that the agency reads"),
        help_text=_("It leaves the house with the document. Name no reporter."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"class": "in", "rows": 3}),
    )
    seen = SeenField(required=False)

    def clean_reason(self) -> str:
        """Said when it is shown, before anybody confirms it."""
        reason: str = self.cleaned_data["reason"]
        if told_in(reason):
            raise ValidationError(TAKE_OUT, code="names_an_address")
        return reason

    @property
    def is_confirmed(self) -> bool:
        return "confirmed" in self.data

    @property
    def chosen(self) -> Chosen:
        """What can be read of it by now, for the page that shows what would leave."""
        read = getattr(self, "cleaned_data", None) or self._begun()
        return Chosen(
            reason=read.get("reason", ""),
            everybody=read.get("everybody", False),
            referral_id=read.get("referral_id"),
        )

    def _begun(self) -> dict[str, Any]:
        """A page just opened may name the one referral that it is about; anything unreadable names none."""
        field = self.fields.get("referral_id")
        if field is None:
            return {}
        try:
            return {"referral_id": field.clean(self.initial.get("referral_id"))}
        except ValidationError:
            return {}


class CorrectionForm(FollowUpForm):
    everybody = forms.BooleanField(
        label=_("Tell everyone who got the first, not only those who were told otherwise"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "tick"}),
    )


class WithdrawalForm(FollowUpForm):
    """`referral_id`: only this one; empty takes all of the case back."""

    referral_id = forms.UUIDField(required=False, widget=forms.HiddenInput)


class ReminderForm(TypedForm):
    how = forms.TypedChoiceField(
        label=_("How"),
        choices=list(wording.SOURCES.items()),
        coerce=AnswerSource,
        widget=forms.Select(attrs={"class": "in"}),
    )
    by_name = forms.CharField(
        label=_("Whom you reminded: name or desk"), max_length=200, widget=forms.TextInput(attrs=LINE)
    )
    words = forms.CharField(label=_("What was said"), max_length=500, widget=forms.TextInput(attrs=LINE))
