"""The shape of where an item is hosted, as a person types it."""

import re
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.forms.desk import DeskForm
from intake.forms.judging import CountryField
from intake.schemes import HostKnownBy
from intake.services.traces import Found
from intake.wording import CONFIDENCES

BEFORE_THE_CASE = timedelta(days=30)
"""An address may have been looked at before it was reported here, by somebody who passed it on."""
_NETWORK = re.compile(r"(?:AS)?\s*([1-9][0-9]{0,9})", re.IGNORECASE)
METHODS = [
    (HostKnownBy.LOOKUP.value, _("I looked it up in a registry")),
    (HostKnownBy.PLATFORM.value, _("It is the platform's country")),
    (HostKnownBy.REPORTER.value, _("The reporter says so")),
    (HostKnownBy.UNKNOWN.value, _("I looked and could not find out")),
]


class TraceForm(DeskForm):
    """Everything may be left empty but how it was found out and how sure that is."""

    method = forms.TypedChoiceField(
        label=_("How did you find out?"),
        choices=METHODS,
        coerce=HostKnownBy,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how you found out")},
    )
    country = CountryField(label=_("Country"), required=False, max_length=80)
    provider = forms.CharField(
        label=_("Hosting provider or platform"),
        required=False,
        max_length=120,
        help_text=_("As it names itself."),
    )
    network = forms.CharField(
        label=_("Network"), required=False, max_length=40, help_text=_("Its number, for example AS64500.")
    )
    ip = forms.GenericIPAddressField(
        label=_("IP address"),
        required=False,
        error_messages={"invalid": _("An IP address looks like 192.0.2.1 or 2001:db8::1")},
    )
    confidence = forms.TypedChoiceField(
        label=_("How sure are you?"),
        choices=list(CONFIDENCES.items()),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how sure you are")},
    )
    traced_at = forms.DateTimeField(
        label=_("When did you look?"),
        required=False,
        help_text=_(
            "If it is now, leave this empty. Day and time of this office, for example 2026-05-14 08:02."
        ),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M"],
        error_messages={"invalid": _("Type day and time, for example 2026-05-14 08:02")},
    )

    def __init__(self, opened_at: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earliest = opened_at - BEFORE_THE_CASE

    def clean_network(self) -> str:
        typed = self.cleaned_data["network"].strip()
        found = _NETWORK.fullmatch(typed)
        if typed and found is None:
            raise forms.ValidationError(_("A network is named like AS64500"))
        return f"AS{found[1]}" if found else ""

    def clean_traced_at(self) -> datetime:
        at: datetime | None = self.cleaned_data["traced_at"]
        if at and at > timezone.now():
            raise forms.ValidationError(_("This lies ahead of us. Say when you looked"))
        if at and at < self.earliest:
            raise forms.ValidationError(_("That is long before this case was opened. Look at the year"))
        return at or timezone.now()

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        method = given.get("method")
        if method == HostKnownBy.UNKNOWN and given.get("country"):
            self.add_error("method", _("You name a country. Say how you know it"))
        something = any(given.get(name) for name in ("country", "provider", "network", "ip"))
        if method and method != HostKnownBy.UNKNOWN and not something and not self.errors:
            self.add_error(
                "country", _("Say what you found: a country, a provider, a network or an IP address")
            )
        return given

    def found(self) -> Found:
        given = self.cleaned_data
        return Found(
            method=given["method"],
            traced_at=given["traced_at"],
            country=given["country"],
            provider=given["provider"],
            network=given["network"],
            ip=given["ip"] or None,
            confidence=given["confidence"],
        )
