"""How far a report is, in words that a child understands."""

from dataclasses import dataclass

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from intake.services.visits import Visit
from intake.states import CaseState, ReportState

register = template.Library()


@dataclass(frozen=True)
class Told:
    title: str | Promise
    sentence: str | Promise


_WAITING = Told(_("We have it"), _("A person will read it. You do not need to do anything."))
_READING = Told(_("A person is reading it"), _("When they have finished, a second person may check it."))
_CHECKING = Told(_("A second person is checking it"), _("We look at it twice, so that nothing is missed."))
_TELLING = Told(_("It has been checked"), _("Next, we tell those who can act."))
_TOLD = Told(
    _("We told those who can act"),
    _(
        "They decide what they do. It can take a while, and a page may stay online so that the police can act."
    ),
)
_CLOSED = Told(
    _("We have finished"),
    _("Our work on this is done. If you see it again, please report it again: each report counts."),
)
_REJECTED = Told(
    _("We have read it"),
    _("It is not something this hotline can act on. If a child is in danger, call the emergency number."),
)

STATES: dict[str, Told] = {
    ReportState.RECEIVED: _WAITING,
    ReportState.SORTED: _WAITING,
    ReportState.REJECTED: _REJECTED,
    CaseState.OPEN: _WAITING,
    CaseState.ASSIGNED: _READING,
    CaseState.ASSESSED: _CHECKING,
    CaseState.IN_REVIEW: _CHECKING,
    CaseState.CONFIRMED: _TELLING,
    CaseState.REFERRED: _TOLD,
    CaseState.MONITORING: _TOLD,
    CaseState.CLOSED: _CLOSED,
}


@register.simple_tag
def how_far(visit: Visit) -> Told:
    return STATES[visit.state]
