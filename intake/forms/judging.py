"""The shape of an assessment as a person types it: one form for each address, in the words of the scheme in use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.forms.desk import LONGEST_REASON, DeskForm
from intake.models import Assessment, ReportedItem
from intake.scheme_words import scheme_word
from intake.schemes import HostKnownBy, Verdict
from intake.services import scheme
from intake.services.assessing import Judgement
from intake.wording import KNOWN_BY, country_code

NOBODY_KNOWS = {"unknown", "necunoscut", "necunoscută"}
OFFERED = {
    "verdict": "outcome",
    "age": "age",
    "sex": "sex",
    "flags": "flags",
    "site_type": "site_type",
    "commercial": "commercial",
    "payment_methods": "payment_methods",
}
"""Which dimension of the scheme fills which field."""

SAID_OF_ILLEGAL = {
    "age": _("Choose the age, or “not determined”"),
    "sex": _("Choose the sex, or “not determined”"),
    "site_type": _("Choose the type of site, or “not determined”"),
    "commercial": _("Say whether it is commercial, or “not determined”"),
}


class CountryField(forms.CharField):
    """A country as people write it: a code, a name, or "code name". Gives two letters; empty for "unknown"."""

    widget = forms.TextInput(attrs={"list": "countries", "autocomplete": "off", "spellcheck": "false"})

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value)).strip()
        if not typed or typed.casefold() in NOBODY_KNOWS:
            return ""
        code = country_code(typed)
        if code is None:
            raise forms.ValidationError(
                _("We do not know this country. Choose from the list, or type “unknown”")
            )
        return code


class JudgementForm(DeskForm):
    """One address: what it is, who is shown, where it is hosted, whether anybody earns by it, and why.

    Nothing is chosen beforehand: "not determined" is an answer like any other.
    """

    verdict = forms.ChoiceField(
        label=_("What is it?"), widget=forms.RadioSelect, error_messages={"required": _("Choose a verdict")}
    )
    site_type = forms.ChoiceField(label=_("Type of site"), required=False)
    country = CountryField(
        label=_("Hosting country"),
        max_length=80,
        error_messages={"required": _("Type the country, or “unknown”")},
    )
    known_by = forms.ChoiceField(
        label=_("How do you know?"),
        required=False,
        choices=[
            ("", _("Choose")),
            *((word, label) for word, label in KNOWN_BY.items() if word != "unknown"),
        ],
    )
    age = forms.MultipleChoiceField(
        label=_("Age, as it appears"),
        required=False,
        help_text=_("Tick all you saw. The youngest counts."),
        widget=forms.CheckboxSelectMultiple,
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False, widget=forms.RadioSelect)
    flags = forms.MultipleChoiceField(
        label=_("Also"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("If it applies.")
    )
    commercial = forms.ChoiceField(
        label=_("Does somebody earn by it?"), required=False, widget=forms.RadioSelect
    )
    payment_methods = forms.MultipleChoiceField(
        label=_("Ways of paying"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only if it is commercial."),
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Say in a sentence why")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scheme = scheme.current()
        for name, dimension in OFFERED.items():
            self._offer(name, dimension)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("country") and not given.get("known_by"):
            self.add_error("known_by", _("Say how you know the country"))
        if given.get("verdict") and Verdict(given["verdict"]).illegal:
            self._ask_what_is_unsaid(given)
        if given.get("payment_methods") and given.get("commercial") != "yes":
            self.add_error("commercial", _("You named a way of paying. Say that it is commercial"))
        return given

    def judgement(self, item_id: UUID) -> Judgement:
        given = self.cleaned_data
        return Judgement(
            item_id=item_id,
            verdict=Verdict(given["verdict"]),
            hosting_country=given["country"],
            host_known_by=HostKnownBy(given["known_by"]) if given["country"] else HostKnownBy.UNKNOWN,
            reason=given["reason"],
            age=self.scheme.resolve("age", given["age"]),
            sex=given["sex"],
            site_type=given["site_type"],
            commercial=given["commercial"],
            payment_methods=tuple(given["payment_methods"]),
            flags=tuple(given["flags"]),
        )

    def _ask_what_is_unsaid(self, given: dict[str, Any]) -> None:
        for name, sentence in SAID_OF_ILLEGAL.items():
            if not given.get(name) and name not in self.errors:
                self.add_error(name, sentence)

    def _offer(self, name: str, dimension: str) -> None:
        field = self.fields[name]
        words = [(value.code, scheme_word(value.label)) for value in self.scheme.dimension(dimension).values]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Choose")), *words] if isinstance(field.widget, forms.Select) else words


@dataclass(frozen=True)
class Judged:
    """One address with its form; `number` is how people name it."""

    number: int
    item: ReportedItem
    form: JudgementForm
    former: Assessment | None = None


@dataclass(frozen=True)
class Problem:
    """One thing to mend: at which item, in which field."""

    number: int
    field: str
    sentence: str


class AssessForm:
    """A form for each address of the case. Prefixes hold the item's id: a new address moves nothing typed.

    `former`: what the same person found before, by item; it is filled in, and marked as such.
    """

    def __init__(
        self,
        addresses: Sequence[ReportedItem],
        data: Mapping[str, Any] | None = None,
        former: Mapping[UUID, Assessment] | None = None,
    ) -> None:
        before = former or {}
        self.judged = [
            Judged(
                number,
                item,
                JudgementForm(data, prefix=f"item-{item.id}", initial=_initial(before.get(item.id))),
                before.get(item.id),
            )
            for number, item in enumerate(addresses, 1)
        ]

    def is_valid(self) -> bool:
        return all(judged.form.is_valid() for judged in self.judged)

    @property
    def problems(self) -> list[Problem]:
        """What is missing, in the order of the page."""
        return [
            Problem(judged.number, field.auto_id, str(field.errors[0]))
            for judged in self.judged
            for field in judged.form
            if field.errors
        ]

    def judgements(self) -> list[Judgement]:
        return [judged.form.judgement(judged.item.id) for judged in self.judged]


class ReassessForm(AssessForm):
    """One address again, with the current assessment filled in; why it changes is asked anew."""

    def __init__(
        self,
        number: int,
        item: ReportedItem,
        current: Assessment | None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        form = JudgementForm(data, prefix=f"item-{item.id}", initial=_initial(current))
        self.judged = [Judged(number, item, form)]


def _initial(current: Assessment | None) -> dict[str, Any]:
    if current is None:
        return {}
    return {
        "verdict": current.verdict,
        "country": current.hosting_country or _("unknown"),
        "known_by": current.host_known_by,
        "age": [current.age],
        "sex": current.sex,
        "site_type": current.site_type,
        "commercial": current.commercial,
        "payment_methods": current.payment_methods,
        "flags": current.flags,
    }
