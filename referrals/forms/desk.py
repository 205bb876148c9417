"""The shape of what people type about referrals. What it means is the verbs' matter."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.forms.typed import TypedForm
from referrals import wording
from referrals.states import Answer, AnswerSource, HandOver, OutcomeKind
from referrals.wording import Words

NAME = {"class": "in", "autocomplete": "off"}
MINUTE = "%Y-%m-%dT%H:%M"


def _choices(words: Mapping[str, Words]) -> list[tuple[str, Words]]:
    return [(str(code), said) for code, said in words.items()]


def _one(
    vocabulary: Any, words: Mapping[str, Words], label: Words, *, radio: bool = False
) -> forms.ChoiceField:
    """A field that gives a member of the vocabulary."""
    widget: forms.Widget = forms.RadioSelect() if radio else forms.Select(attrs={"class": "in"})
    empty: list[tuple[str, Words]] = [] if radio else [("", "")]
    return forms.TypedChoiceField(
        label=label, choices=[*empty, *_choices(words)], coerce=vocabulary, widget=widget
    )


def _text(label: Words, *, long: int = 200, required: bool = True, hint: Words = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=long, required=required, help_text=hint, widget=forms.TextInput(attrs=NAME)
    )


def _note(hint: Words = "") -> forms.CharField:
    return forms.CharField(
        label=_("Note"),
        help_text=hint,
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"class": "in", "rows": 3}),
    )


class HandOverForm(TypedForm):
    recipient = _text(_("Who takes it: name and unit"))
    how = _one(HandOver, wording.WAYS, _("How"), radio=True)


class AcknowledgementForm(TypedForm):
    follow_up_id = forms.UUIDField(
        label=_("What they answer"), required=False, widget=forms.Select(attrs={"class": "in"})
    )
    answer = _one(Answer, wording.ANSWERS, _("What did they say?"), radio=True)
    by_name = _text(_("Who told us: name or desk"))
    source = _one(AnswerSource, wording.SOURCES, _("How it reached us"))
    answered_at = forms.DateTimeField(
        label=_("When they said it"),
        input_formats=[MINUTE],
        widget=forms.DateTimeInput(attrs={"class": "in", "type": "datetime-local"}, format=MINUTE),
    )
    reference = _text(_("Their file number"), long=80, required=False)
    note = _note(_("Needed where they decline, or need more."))

    def offer(self, documents: list[tuple[str, Words]]) -> None:
        """Ask which document they answer, where there is a choice; without one it is the first."""
        if documents == [("", wording.FIRST_DOCUMENT)]:
            del self.fields["follow_up_id"]
        else:
            self.fields["follow_up_id"].widget = forms.Select(attrs={"class": "in"}, choices=documents)


class OutcomeForm(TypedForm):
    outcome = _one(OutcomeKind, wording.OUTCOMES, _("What did they do?"), radio=True)
    by_name = _text(_("Who told us: name or desk"))
    source = _one(AnswerSource, wording.SOURCES, _("How it reached us"))
    happened_on = forms.DateField(
        label=_("On which day"),
        widget=forms.DateInput(attrs={"class": "in", "type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )
    note = _note()
