"""The shape of what people type when they hand a case on, decide about it, or settle a policy."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.forms.desk import LONGEST_REASON, DeskForm
from intake.services.closing import NOTHING_ILLEGAL
from intake.services.notes import LONGEST_NOTE
from intake.states import ClosingOutcome, PolicyCode, PolicyValue
from intake.wording import CLOSING_OUTCOMES, POLICIES, POLICY_VALUES, countries

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words: TypeAlias = "str | _StrPromise"


def _reason(*, hint: Words = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=_("Why?"),
        required=required,
        max_length=LONGEST_REASON,
        help_text=hint,
        error_messages={"required": _("Say in a sentence why")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def _yes_or_no(label: Words, yes: Words, no: Words) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("yes", yes), ("no", no)],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no")},
    )


def _outcome(label: Words, outcomes: Iterable[ClosingOutcome]) -> forms.TypedChoiceField:
    shown = [outcome for outcome in ClosingOutcome if outcome in set(outcomes)]
    return forms.TypedChoiceField(
        label=label,
        choices=[("", _("Choose")), *((outcome.value, CLOSING_OUTCOMES[outcome]) for outcome in shown)],
        coerce=ClosingOutcome,
        error_messages={"required": _("Choose what was found")},
    )


class ReasonForm(DeskForm):
    """Why, and nothing else."""

    reason = _reason()


class AloneForm(DeskForm):
    """Why one person confirms; where a policy waives the second person, its reason is enough."""

    reason = _reason()

    def __init__(self, *args: Any, waived: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not waived


class SecondForm(DeskForm):
    """A second person's yes, or a no with its reason."""

    agrees: forms.Field
    reason = _reason(hint=_("Needed when you say no."), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("agrees") is False and not given.get("reason", "").strip():
            self.add_error("reason", _("Say why you do not agree"))
        return given


class LaterForm(SecondForm):
    agrees = _yes_or_no(
        _("Do you agree with the assessment?"),
        _("Yes: it holds"),
        _("No: a supervisor decides"),
    )
    field_order = ["agrees", "reason"]


class ClosureForm(SecondForm):
    agrees = _yes_or_no(_("Shall the case be closed?"), _("Yes: close it"), _("No: it stays open"))
    field_order = ["agrees", "reason"]


class DisputeForm(DeskForm):
    upholds = _yes_or_no(
        _("Does the assessment hold?"),
        _("Yes: it holds"),
        _("No: the assessor looks again"),
    )
    reason = _reason(hint=_("Both people read it."))


class CloseForm(DeskForm):
    """What was found, where nothing illegal was."""

    outcome = _outcome(_("What was found?"), NOTHING_ILLEGAL)
    reason = _reason()


class RejectForm(DeskForm):
    outcome = _outcome(_("What is it?"), [outcome for outcome in ClosingOutcome if outcome.rejects])
    reason = _reason()


class NoteForm(DeskForm):
    text = forms.CharField(
        label=_("Note"),
        max_length=LONGEST_NOTE,
        help_text=_("People who handle the case read it. It cannot be changed; write another one instead."),
        error_messages={"required": _("Write a sentence")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class PolicyForm(DeskForm):
    """One policy, settled anew."""

    code = forms.TypedChoiceField(
        label=_("Policy"),
        choices=[("", _("Choose")), *POLICIES.items()],
        coerce=PolicyCode,
        error_messages={"required": _("Choose a policy")},
    )
    value = forms.TypedChoiceField(
        label=_("Answer"),
        choices=[("", _("Choose")), *POLICY_VALUES.items()],
        coerce=PolicyValue,
        error_messages={"required": _("Choose an answer")},
    )
    country = forms.CharField(
        label=_("Country"),
        required=False,
        max_length=2,
        help_text=_("Two letters, for a police hold that holds in one country. Empty: everywhere."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    hours = forms.IntegerField(
        label=_("Hours"),
        required=False,
        min_value=1,
        help_text=_("How long a police hold lasts when nobody ends it."),
    )
    reason = _reason()

    def clean_country(self) -> str:
        code = str(self.cleaned_data["country"]).strip().upper()
        if code and code not in countries():
            raise forms.ValidationError(_("We do not know this country. Type its two letters"))
        return code
