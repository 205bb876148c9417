"""The shape of what people of the desk type: filters of the queue, judgements, a review, a closing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.forms.typed import TypedForm
from intake.models import ReportedItem, Team
from intake.schemes import HostKnownBy, Verdict
from intake.services.assessing import Judgement
from intake.services.queue import Wish
from intake.states import Priority
from intake.wording import KINDS, KNOWN_BY, PRIORITIES, VERDICTS, countries

NOBODY_KNOWS = {"unknown", "necunoscut", "necunoscută"}
LONGEST_REASON = 2000
NOT_ILLEGAL = [verdict for verdict in Verdict if not verdict.illegal]


class DeskForm(TypedForm):
    """Fields look like the design system's, and a wrong one says so where it stands."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.RadioSelect):
                field.widget.attrs.setdefault("class", "in")


class QueueForm(DeskForm):
    """The filters of the queue. What cannot be read is left out, so that a page always comes."""

    team = forms.ChoiceField(label=_("Team"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("any")), *KINDS.items()])
    priority = forms.ChoiceField(
        label=_("Priority"),
        required=False,
        choices=[("", _("any")), *((word.value, PRIORITIES[word].label) for word in Priority)],
    )
    view = forms.CharField(required=False, widget=forms.HiddenInput)
    after = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], teams: Sequence[Team]) -> None:
        super().__init__(data)
        team = self.fields["team"]
        if isinstance(team, forms.ChoiceField):
            team.choices = [("", _("all")), *((str(team.id), team.name) for team in teams)]

    def wish(self) -> Wish:
        self.full_clean()
        given = self.cleaned_data
        return Wish(
            view=given.get("view") or "waiting",
            team=UUID(given["team"]) if given.get("team") else None,
            kind=given.get("kind", ""),
            priority=Priority(given["priority"]).rank if given.get("priority") else None,
            after=given.get("after", ""),
        )


class JudgementForm(DeskForm):
    """One address: what it is, where it is hosted, how we know, and why."""

    verdict = forms.ChoiceField(
        label=_("What is it?"),
        choices=[("", _("Choose")), *VERDICTS.items()],
        error_messages={"required": _("Choose a verdict")},
    )
    country = forms.CharField(
        label=_("Hosting country"),
        max_length=80,
        error_messages={"required": _("Type the country, or “unknown”")},
        widget=forms.TextInput(attrs={"list": "countries", "autocomplete": "off", "spellcheck": "false"}),
    )
    known_by = forms.ChoiceField(
        label=_("How do you know?"),
        required=False,
        choices=[
            ("", _("Choose")),
            *((word, label) for word, label in KNOWN_BY.items() if word != "unknown"),
        ],
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Say in a sentence why")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_country(self) -> str:
        """The two-letter code; empty for "unknown". A code, a name, or "code name" is understood."""
        typed = self.cleaned_data["country"].strip()
        if typed.casefold() in NOBODY_KNOWS:
            return ""
        code = _country_code(typed)
        if code is None:
            raise forms.ValidationError(
                _("We do not know this country. Choose from the list, or type “unknown”")
            )
        return code

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("country") and not given.get("known_by"):
            self.add_error("known_by", _("Say how you know the country"))
        return given

    def judgement(self, item_id: UUID) -> Judgement:
        given = self.cleaned_data
        return Judgement(
            item_id=item_id,
            verdict=Verdict(given["verdict"]),
            hosting_country=given["country"],
            host_known_by=HostKnownBy(given["known_by"]) if given["country"] else HostKnownBy.UNKNOWN,
            reason=given["reason"],
        )


@dataclass(frozen=True)
class Judged:
    """One address with its form; `number` is how people name it."""

    number: int
    item: ReportedItem
    form: JudgementForm


@dataclass(frozen=True)
class Problem:
    """One thing to mend: at which item, in which field."""

    number: int
    field: str
    sentence: str


class AssessForm:
    """A form for each address of the case. Prefixes hold the item's id: a new address moves nothing typed."""

    def __init__(self, addresses: Sequence[ReportedItem], data: Mapping[str, Any] | None = None) -> None:
        self.judged = [
            Judged(number, item, JudgementForm(data, prefix=f"item-{item.id}"))
            for number, item in enumerate(addresses, 1)
        ]

    def is_valid(self) -> bool:
        return all(judged.form.is_valid() for judged in self.judged)

    @property
    def problems(self) -> list[Problem]:
        """What is missing, in the order of the page."""
        return [
            Problem(judged.number, judged.form[name].auto_id, str(sentences[0]))
            for judged in self.judged
            for name, sentences in judged.form.errors.items()
        ]

    def judgements(self) -> list[Judgement]:
        return [judged.form.judgement(judged.item.id) for judged in self.judged]


class ReviewForm(DeskForm):
    """The second person's word."""

    agrees = forms.TypedChoiceField(
        label=_("Do you agree with the assessment?"),
        choices=[("yes", _("Yes: confirm the case")), ("no", _("No: send it back to the assessor"))],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("Needed when you do not agree. The assessor reads it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("agrees") is False and not given.get("reason"):
            self.add_error("reason", _("Say why you do not agree"))
        return given


class CloseForm(DeskForm):
    """What was found, where nothing illegal was."""

    outcome = forms.TypedChoiceField(
        label=_("What was found?"),
        choices=[("", _("Choose")), *((verdict.value, VERDICTS[verdict]) for verdict in NOT_ILLEGAL)],
        coerce=Verdict,
        error_messages={"required": _("Choose what was found")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Say in a sentence why")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def _country_code(typed: str) -> str | None:
    known = countries()
    code = typed[:2].upper()
    if code in known and (len(typed) == 2 or typed[2] in " –-"):
        return code
    return next((code for code, name in known.items() if name.casefold() == typed.casefold()), None)
