"""May you? Fetch and check in one: what you may not see looks absent, and both are written down alike."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.http import Http404
from guardian.shortcuts import assign_perm

from audit import log
from intake.actions import Action
from intake.models import Case, Team


def access_case(user: Any, case_id: UUID, *, to: str) -> Case:
    """The case, if this person may do `to` (a permission) with it; otherwise 404, whether or not it exists.

    Whoever fetches a case can read it: that is an entry, and so is being refused.
    """
    case = Case.objects.visible_to(user).filter(pk=case_id).first() if user.has_perm(to) else None
    if case is None:
        log.note(Action.CASE_REFUSE, actor=user.actor, kind="case", id=case_id, case=case_id)
        raise Http404
    log.note(Action.CASE_READ, actor=user.actor, kind="case", id=case.id, case=case.id)
    return case


def look_at_queue(user: Any) -> None:
    """A list shows addresses of many cases at once: one entry says who looked."""
    log.note(Action.QUEUE_READ, actor=user.actor, kind="queue", id=user.id)


def works_in(group: Group, team: Team) -> None:
    """Let the members of the group handle the team's cases."""
    assign_perm("intake.work_in_team", group, team)
