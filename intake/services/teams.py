"""Setting up a team: its name, its languages, and the group of people who work in it."""

from collections.abc import Sequence

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from intake import policies
from intake.actions import Action
from intake.models import Team


@verb(Action.TEAM_OPEN)
def open_team(*, actor: Actor, name: str, languages: Sequence[str]) -> Team:
    """Set up a team whose members handle the reports written in these languages. Raises Refusal."""
    if Team.objects.filter(name=name).exists():
        raise Refusal(_("There is a team with this name already. Choose another name."))
    team = Team(name=name, languages=list(languages), group=Group.objects.create(name=f"team: {name}"))
    log.add(
        team,
        Action.TEAM_OPEN,
        actor=actor,
        payload={"name": name, "languages": list(languages)},
        subject=team.id,
    )
    policies.works_in(team.group, team)
    return team
