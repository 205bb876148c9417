"""The administrator's form for a new person."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from intake.forms.names import readable
from intake.forms.typed import TypedForm
from project.models import User
from project.people import agency_groups, groups_of, place_name, team_groups
from project.roles import ROLE_NAMES, Role

IN_TEAMS = {Role.ANALYST, Role.SUPERVISOR}


def _roles() -> list[tuple[str, str]]:
    return [("", "---"), *((role, capfirst(str(name))) for role, name in ROLE_NAMES.items())]


def _teams() -> list[tuple[str, str]]:
    return [(str(group.pk), place_name(group)) for group in team_groups()]


def _agencies() -> list[tuple[str, Any]]:
    return [("", _("No agency")), *((str(group.pk), place_name(group)) for group in agency_groups())]


class AddPerson(TypedForm):
    """Who they are, and where they work: analysts and supervisors in teams, partners for one agency."""

    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"class": "in", "autocomplete": "off"})
    )
    role = forms.TypedChoiceField(
        label=_("Role"), choices=_roles, coerce=Role, widget=forms.Select(attrs={"class": "in"})
    )
    teams = forms.MultipleChoiceField(
        label=_("Teams"), choices=_teams, required=False, widget=forms.CheckboxSelectMultiple
    )
    agency = forms.ChoiceField(
        label=_("Agency"), choices=_agencies, required=False, widget=forms.Select(attrs={"class": "in"})
    )

    organisation = forms.CharField(
        label=_("Lent by"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )

    @property
    def groups(self) -> list[Group]:
        """The groups the person joins, once the form is valid."""
        return groups_of([*self.cleaned_data["teams"], self.cleaned_data["agency"]])

    def clean_name(self) -> str:
        """A name that everybody can read: nothing in it is invisible or turns the line around."""
        return readable(self.cleaned_data["name"])

    def clean_organisation(self) -> str:
        organisation: str = self.cleaned_data["organisation"]
        return readable(organisation) if organisation else ""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("Somebody with this e-mail address is here already."))
        return email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for field, problem in _misplaced(cleaned):
            self.add_error(field, problem)
        return cleaned


def _misplaced(cleaned: dict[str, Any]) -> list[tuple[str, Any]]:
    """What does not fit the role: people who handle cases have teams, partners one agency, others neither."""
    role, teams, agency = cleaned.get("role"), cleaned.get("teams"), cleaned.get("agency")
    if role is None:
        return []
    problems = []
    if role in IN_TEAMS and not teams:
        problems.append(("teams", _("Choose at least one team. Without one they would see no case.")))
    if role not in IN_TEAMS and teams:
        problems.append(("teams", _("Only analysts and supervisors work in teams. Leave the teams empty.")))
    if role == Role.PARTNER and not agency:
        problems.append(("agency", _("Choose the agency they answer for.")))
    if role not in IN_TEAMS and cleaned.get("organisation"):
        problems.append(("organisation", _("Only who works in a team is lent. Leave this empty.")))
    if role != Role.PARTNER and agency:
        problems.append(("agency", _("Only a partner answers for an agency. Choose “No agency”.")))
    return problems
