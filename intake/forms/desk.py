"""The shape of what people of the desk type: filters of the queue, a review."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.forms.typed import TypedForm
from intake.models import Team
from intake.services.queue import Wish
from intake.states import Priority
from intake.wording import KINDS, PRIORITIES

LONGEST_REASON = 2000


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


class PlaceForm(forms.Form):
    """From which place in the log a page of entries goes on. What cannot be read is left out."""

    before = forms.IntegerField(required=False, min_value=0)
    after = forms.IntegerField(required=False, min_value=0)

    def asked(self) -> dict[str, int | None]:
        self.full_clean()
        return {name: self.cleaned_data.get(name) for name in ("before", "after")}


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
