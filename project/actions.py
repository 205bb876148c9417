"""What the wiring writes to the log: people coming, going, signing in, and doors that stayed shut."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Action(StrEnum):
    DOOR_REFUSE = "door:refuse"
    PERSON_ADD = "person:add"
    PERSON_FAIL = "person:fail"
    PERSON_LEAVE = "person:leave"
    PERSON_SIGN_IN = "person:sign_in"
    PERSON_SIGN_OUT = "person:sign_out"


SENTENCES: dict[StrEnum, str | Promise] = {
    Action.DOOR_REFUSE: _("A page was refused"),
    Action.PERSON_ADD: _("A person was added"),
    Action.PERSON_FAIL: _("A sign-in failed"),
    Action.PERSON_LEAVE: _("A person left; their sign-in was ended"),
    Action.PERSON_SIGN_IN: _("A person signed in"),
    Action.PERSON_SIGN_OUT: _("A person signed out"),
}
