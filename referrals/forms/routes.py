"""The shape of what people decide about proposals and holds: what is confirmed, what is left out, until when."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from intake.forms.typed import TypedForm
from intake.refusals import find_media
from referrals.services.choosing import Choice, Left

LINE = {"class": "in", "autocomplete": "off"}
MINUTE = "%Y-%m-%dT%H:%M"
WHY = "why-"
LONGEST_REASON = 500
OUT_OF_DATE = _("This page is out of date. Look again at what is proposed.")


def _reason(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST_REASON, required=required, widget=forms.TextInput(attrs=LINE)
    )


class CloseForm(TypedForm):
    reason = _reason(_("Why the case can be closed"))


class ChoicesField(forms.Field):
    """Proposals confirmed: agency, rule, version and the digest of the draft shown, joined by colons."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[Choice]:
        return [self._choice(part) for part in value or []]

    def _choice(self, text: str) -> Choice:
        try:
            agency, code, version, seen = text.split(":")
            return Choice(UUID(agency), code, int(version), seen)
        except ValueError as error:
            raise ValidationError(OUT_OF_DATE, code="unreadable") from error


class RoutesForm(TypedForm):
    """What is confirmed; and for what is not, a field `why-<agency>:<rule>:<version>` with the reason."""

    choices = ChoicesField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        chosen = {choice.key for choice in cleaned.get("choices", [])}
        left = [_left(name, str(self.data.get(name))) for name in self.data if name.startswith(WHY)]
        cleaned["leaving_out"] = [one for one in left if one.reason and one.key not in chosen]
        return cleaned

    @property
    def typed(self) -> Mapping[str, str]:
        """The reasons as they were typed, for the page that comes back; a picture is not shown again."""
        reasons = {name: str(self.data.get(name)) for name in self.data if name.startswith(WHY)}
        return {name: reason for name, reason in reasons.items() if not find_media(reason)}

    @property
    def ticked(self) -> set[str]:
        """What was ticked, without the digest: the document may be another one by now."""
        return {f"{WHY}{text.rpartition(':')[0]}" for text in getattr(self.data, "getlist", list)("choices")}


class ForwardForm(RoutesForm):
    reason = forms.CharField(
        label=_("Why this concerns them"),
        help_text=_("Say what the reporters say. Nobody has assessed it; your words stay in the house."),
        max_length=2000,
        widget=forms.Textarea(attrs={"class": "in", "rows": 3}),
    )


class LeaveOutForm(TypedForm):
    """One proposal, by agency, rule and version, and why it is left out."""

    agency_id = forms.UUIDField(widget=forms.HiddenInput)
    rule_code = forms.CharField(max_length=20, widget=forms.HiddenInput)
    rule_version = forms.IntegerField(min_value=1, max_value=32767, widget=forms.HiddenInput)
    reason = _reason(_("Why it is left out"))


class DecideForm(TypedForm):
    """`agrees` is the name of the button that was pressed."""

    agrees = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")], coerce=lambda word: word == "yes", widget=forms.HiddenInput
    )
    reason = _reason(_("Why"), required=False)


def _until() -> forms.DateTimeField:
    return forms.DateTimeField(
        label=_("Until when"),
        input_formats=[MINUTE],
        widget=forms.DateTimeInput(attrs={"class": "in", "type": "datetime-local"}, format=MINUTE),
    )


class HoldForm(TypedForm):
    """`agency_id`: the police who ask for it; empty where the hotline itself does. The page fills in who they are."""

    agency_id = forms.TypedChoiceField(
        label=_("Who asks for it"),
        coerce=UUID,
        empty_value=None,
        required=False,
        widget=forms.Select(attrs={"class": "in"}),
    )

    def __init__(self, *args: Any, police: Mapping[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["agency_id"]
        field.choices = [("", _("We ourselves")), *((str(key), name) for key, name in police.items())]


class SetHoldForm(HoldForm):
    until = _until()
    reason = _reason(_("Why; the police need not say"), required=False)
    field_order = ("until", "agency_id", "reason")


class ExtendHoldForm(HoldForm):
    until = _until()
    reason = _reason(_("Why; the police need not say"), required=False)
    field_order = ("until", "agency_id", "reason")


class ReleaseHoldForm(HoldForm):
    reason = _reason(_("Why; the police need not say"), required=False)


def _left(name: str, reason: str) -> Left:
    if find_media(reason):
        raise ValidationError(_("We cannot keep pictures or files, not even as text. Say it in words."))
    if len(reason) > LONGEST_REASON:
        raise ValidationError(_("Say why in 500 characters at most."))
    try:
        agency, code, version = name.removeprefix(WHY).split(":")
        return Left(UUID(agency), code, int(version), reason.strip())
    except ValueError as error:
        raise ValidationError(OUT_OF_DATE) from error
