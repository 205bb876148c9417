"""The shape of what a supervisor types about agencies and rules. What it means is the verbs' matter."""

import re
import unicodedata
import zoneinfo
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from intake.forms.names import readable
from intake.forms.typed import TypedForm
from intake.kinds import ItemKind
from intake.wording import countries
from referrals import destinations, wording
from referrals.models import Agency
from referrals.services.directory import Terms
from referrals.services.rules import Draft
from referrals.states import AgencyKind, DeliveryMode, Obligation, RuleAddressee
from referrals.wording import Words

IN = {"class": "in", "autocomplete": "off"}
HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
WEEK = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


def _text(label: Words, *, long: int, hint: Words = "", required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=long, required=required, help_text=hint, widget=forms.TextInput(attrs=IN)
    )


def _one(label: Words, words: dict[str, Words], vocabulary: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("", ""), *((str(code), said) for code, said in words.items())],
        coerce=vocabulary,
        widget=forms.Select(attrs={"class": "in"}),
    )


def _several(label: Words, choices: list[Any], *, hint: Words = "", coerce: Any = str) -> Any:
    return forms.TypedMultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        coerce=coerce,
        help_text=hint,
        widget=forms.CheckboxSelectMultiple,
    )


def _destinations() -> list[tuple[str, Words]]:
    known = destinations.registry()
    named = [(key, wording.DESTINATIONS.get(key, found.label)) for key, found in sorted(known.items())]
    return [("", ""), *named]


def _hour(label: Words) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        input_formats=["%H:%M"],
        widget=forms.TimeInput(attrs={"class": "in", "type": "time"}, format="%H:%M"),
    )


@dataclass(frozen=True)
class Group:
    """Fields that stand together, under a heading."""

    heading: Words
    fields: list[forms.BoundField]


GROUPS: dict[Words, tuple[str, ...]] = {
    _("Who"): ("name", "kind", "country"),
    _("How it is reached"): ("destination", "mode", "contact"),
    _("Agreement"): ("agreement", "agreement_until", "legal_basis", "answer_days"),
    _("People"): ("duty_contact", "night_contact", "languages"),
    _("What it takes"): ("domains", "item_kinds", "submitters", "takes_unassessed"),
    _("Quiet hours"): ("quiet_from", "quiet_to", "quiet_days", "time_zone"),
}


class DirectoryForm(TypedForm):
    """A form of the directory. What no page of ours has is refused: nobody sets a state or a version by hand."""

    def clean(self) -> dict[str, Any]:
        if set(self.data) - set(self.fields) - {"csrfmiddlewaretoken"}:
            raise ValidationError(_("The form held something that does not belong there. Open it again."))
        return super().clean()


class TermsForm(DirectoryForm):
    """On which terms we refer to an agency."""

    field_order = tuple(name for names in GROUPS.values() for name in names)

    destination = forms.ChoiceField(
        label=_("How it is reached"), choices=_destinations, widget=forms.Select(attrs={"class": "in"})
    )
    mode = _one(_("Mode"), wording.MODES, DeliveryMode)
    contact = forms.EmailField(
        label=_("E-mail for what we send"),
        required=False,
        help_text=_("Another person approves it before anything is sent to it."),
        widget=forms.EmailInput(attrs=IN),
    )
    agreement = _text(
        _("Agreement"), long=120, hint=_("Its name or number. Without an agreement nothing is sent.")
    )
    agreement_until = forms.DateField(
        label=_("Agreement ends on"),
        required=False,
        help_text=_("Leave it empty if it does not end by itself."),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"class": "in", "type": "date"}, format="%Y-%m-%d"),
    )
    legal_basis = _text(_("Legal basis"), long=200)
    answer_days = forms.IntegerField(
        label=_("Answers within (working days)"),
        help_text=_("0 means at once."),
        min_value=0,
        max_value=60,
        initial=3,
        widget=forms.NumberInput(attrs=IN),
    )
    duty_contact = _text(_("Duty contact"), long=200)
    night_contact = _text(_("Night contact"), long=200)
    item_kinds = _several(
        _("Takes only these kinds of items"),
        [(kind, said) for kind, said in wording.ITEM_KINDS.items() if kind != ItemKind.TEXT],
        hint=_("Nothing ticked means all kinds."),
    )
    submitters = _several(
        _("Only these may submit to it"),
        [("analyst", _("analyst")), ("supervisor", _("supervisor"))],
        hint=_("Nothing ticked means everybody who confirms referrals."),
    )
    takes_unassessed = forms.BooleanField(
        label=_("Takes reports that nobody assessed (forward-only mode)"), required=False
    )
    languages = _text(_("Languages"), long=60, hint=_("Two letters each, for example: ro, en"))
    domains = forms.CharField(
        label=_("Hosts it answers for"),
        required=False,
        max_length=4000,
        help_text=_("For a platform or provider: one host a line, for example files.example.org"),
        widget=forms.Textarea(attrs={"class": "in", "rows": 3}),
    )
    quiet_from = _hour(_("Quiet from"))
    quiet_to = _hour(_("Quiet until"))
    quiet_days = _several(
        _("Quiet days"), WEEK, coerce=int, hint=_("Notices wait until then. Police and danger never wait.")
    )
    time_zone = _text(_("Time zone"), long=40, required=True)

    @property
    def groups(self) -> list[Group]:
        """The fields as the page shows them, in the order of `GROUPS`."""
        shown = (
            (heading, [name for name in names if name in self.fields]) for heading, names in GROUPS.items()
        )
        return [Group(heading, [self[name] for name in names]) for heading, names in shown if names]

    @classmethod
    def of(cls, agency: Agency) -> "TermsForm":
        """The form filled with what holds today."""
        return cls(initial=_today(agency))

    def clean_languages(self) -> list[str]:
        given = [word.strip().lower() for word in self.cleaned_data["languages"].split(",") if word.strip()]
        if any(not re.fullmatch(r"[a-z]{2}", word) for word in given):
            raise ValidationError(_("Write each language with two letters, separated by commas."))
        return given

    def clean_domains(self) -> list[str]:
        given = [line.strip().lower() for line in self.cleaned_data["domains"].splitlines() if line.strip()]
        wrong = [line for line in given if not HOST.fullmatch(line)]
        if wrong:
            raise ValidationError(_("“%(host)s” is not a host name."), params={"host": wrong[0][:80]})
        return sorted(set(given))

    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"]
        if name not in zoneinfo.available_timezones():
            raise ValidationError(_("There is no such time zone. Write it like Europe/Bucharest."))
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if bool(cleaned.get("quiet_from")) != bool(cleaned.get("quiet_to")):
            self.add_error("quiet_to", _("Give both hours, or neither."))
        elif cleaned.get("quiet_from") and cleaned["quiet_from"] == cleaned["quiet_to"]:
            self.add_error(
                "quiet_to", _("Both hours are the same. Leave them empty if there are no quiet hours.")
            )
        return cleaned

    @property
    def terms(self) -> Terms:
        """What the form says, once it is valid."""
        given = dict(self.cleaned_data)
        quiet: dict[str, Any] = {"days": given.pop("quiet_days")}
        begins, ends = given.pop("quiet_from"), given.pop("quiet_to")
        if begins and ends:
            quiet |= {"from": f"{begins:%H:%M}", "to": f"{ends:%H:%M}"}
        for name in ("item_kinds", "submitters", "languages", "domains"):
            given[name] = tuple(given[name])
        known = {name: given[name] for name in Terms.__dataclass_fields__ if name in given}
        return Terms(**known, quiet_hours=quiet if quiet["days"] or begins else {})


class AgencyForm(TermsForm):
    """A new agency: who it is, and its terms."""

    name = _text(_("Name"), long=120, required=True)
    kind = _one(_("Kind"), wording.AGENCY_KINDS, AgencyKind)
    country = _text(_("Country"), long=2, required=True, hint=_("Two letters, for example RO"))

    def clean_name(self) -> str:
        return readable(unicodedata.normalize("NFC", self.cleaned_data["name"]))

    def clean_country(self) -> str:
        country: str = self.cleaned_data["country"].upper()
        if country not in countries():
            raise ValidationError(
                _("There is no such country. Write the two letters of ISO 3166, for example RO.")
            )
        return country


class ReasonForm(TypedForm):
    reason = _text(_("Why"), long=500, required=True)


class RuleForm(DirectoryForm):
    """The next version of a rule. Its condition is written one question a line."""

    code = _text(_("Code"), long=20, required=True, hint=_("Capital letters and digits, for example RO-14"))
    condition = forms.CharField(
        label=_("Condition"),
        max_length=2000,
        help_text=_("One question a line; all must be answered with yes. Several words mean any of them."),
        widget=forms.Textarea(attrs={"class": "in", "rows": 4, "spellcheck": "false"}),
    )
    addressee = _one(_("Who is named"), wording.ADDRESSEES, RuleAddressee)
    agency_id = forms.TypedChoiceField(
        label=_("Agency"),
        required=False,
        choices=lambda: [("", ""), *((str(row.pk), row.name) for row in Agency.objects.order_by("name"))],
        widget=forms.Select(attrs={"class": "in"}),
    )
    obligation = _one(
        _("How binding"), {code: pill.words for code, pill in wording.OBLIGATIONS.items()}, Obligation
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", ""), *wording.REASONS.items()],
        widget=forms.Select(attrs={"class": "in"}),
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].upper()
        if not CODE.fullmatch(code):
            raise ValidationError(_("Use capital letters, digits and hyphens, for example RO-14."))
        return code

    def clean_condition(self) -> dict[str, str | list[str]]:
        """`question: word` or `question: word, word` a line."""
        lines = [line.strip() for line in self.cleaned_data["condition"].splitlines() if line.strip()]
        found: dict[str, str | list[str]] = {}
        for line in lines:
            key, colon, rest = line.partition(":")
            words = [word.strip() for word in rest.split(",") if word.strip()]
            if not colon or not words:
                raise ValidationError(
                    _("Write “question: word” in each line. This one is not: %(line)s"), params={"line": line}
                )
            if key.strip() in found:
                raise ValidationError(_("“%(key)s” is asked twice."), params={"key": key.strip()})
            found[key.strip()] = words[0] if len(words) == 1 else words
        return found

    @property
    def draft(self) -> Draft:
        """What the form says, once it is valid."""
        given = self.cleaned_data
        return Draft(
            code=given["code"],
            condition=given["condition"],
            obligation=given["obligation"],
            reason=given["reason"],
            agency_id=given["agency_id"] or None,
            addressee=given["addressee"],
        )


def _today(agency: Agency) -> dict[str, Any]:
    known = {name: getattr(agency, name) for name in Terms.__dataclass_fields__}
    quiet = known.pop("quiet_hours") or {}
    return known | {
        "domains": "\n".join(agency.domains),
        "languages": ", ".join(agency.languages),
        "quiet_from": quiet.get("from", ""),
        "quiet_to": quiet.get("to", ""),
        "quiet_days": quiet.get("days", []),
    }
