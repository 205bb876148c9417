"""Whose turn it is. Each question is silent when this person may act now, and refuses with what to do instead.

The verbs ask before they act; the pages ask to offer exactly what would work.
"""

from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.acts import Refusal
from intake.models import Case
from intake.states import CaseState

NAMED_AT_MOST = 3


def may_take(case: Case, person: UUID) -> None:
    if case.state == CaseState.OPEN or (case.state == CaseState.ASSIGNED and _is_free_for(case, person)):
        return
    if case.state == CaseState.ASSIGNED:
        raise Refusal(_("%(name)s has this case until %(time)s. Take another one.") % _holder(case))
    raise Refusal(_("This case was assessed already. It does not need to be taken."))


def may_give_back(case: Case, person: UUID) -> None:
    if case.state != CaseState.ASSIGNED or case.assignee_id != person:
        raise Refusal(_("You do not have this case, so there is nothing to give back."))


def may_assess(case: Case, person: UUID) -> None:
    if case.state == CaseState.OPEN:
        raise Refusal(_("Nobody has this case. Take it first, then assess it."))
    if case.state == CaseState.ASSIGNED and case.assignee_id != person:
        raise Refusal(_("%(name)s has this case until %(time)s. Take another one.") % _holder(case))
    if case.state != CaseState.ASSIGNED:
        raise Refusal(_("%(name)s assessed this case at %(time)s.") % _assessor(case))


def may_start_review(case: Case, person: UUID) -> None:
    if case.state == CaseState.IN_REVIEW and not _is_free_for(case, person):
        raise Refusal(_("%(name)s reviews this case until %(time)s.") % _holder(case))
    if case.state not in {CaseState.ASSESSED, CaseState.IN_REVIEW}:
        raise Refusal(_("This case does not wait for a review."))
    if not case.assessments.current().illegal().exists():
        raise Refusal(_("Nothing here was found illegal, so it needs no review. Close the case."))
    if case.assessments.current().filter(assessor=person).exists():
        raise Refusal(_own_assessment(case, person))


def may_review(case: Case, person: UUID) -> None:
    if case.state == CaseState.ASSESSED:
        may_start_review(case, person)
        raise Refusal(_("This case waits for a review, and nobody has begun it. Start the review first."))
    if case.state != CaseState.IN_REVIEW:
        raise Refusal(_("This case does not wait for a review."))
    if case.assignee_id != person:
        raise Refusal(_("%(name)s reviews this case until %(time)s.") % _holder(case))


def may_close(case: Case, person: UUID) -> None:
    if case.state != CaseState.ASSESSED:
        raise Refusal(_("Only a case that was assessed can be closed here."))
    if case.assessments.current().illegal().exists():
        raise Refusal(
            _("An address here was found illegal. A second person reviews it; it cannot be closed.")
        )


def may_heed(case: Case, person: UUID) -> None:
    if not case.reported_again:
        raise Refusal(_("Nothing new was reported. There is nothing to read."))


def reviewers(case: Case, person: UUID) -> list[str]:
    """Names of people of the team who may review this case and are not this person or its assessor."""
    busy = {person, *case.assessments.current().values_list("assessor_id", flat=True)}
    members = get_user_model().objects.filter(groups=case.team.group_id, state="active").exclude(pk__in=busy)
    names = members.order_by("name").values_list("name", flat=True)
    return list(names[:NAMED_AT_MOST])


def time_of(moment: datetime) -> str:
    """Today as the hour, any other day with its date."""
    local = timezone.localtime(moment)
    return date_format(local, "H:i" if local.date() == timezone.localdate() else "j N, H:i")


def _is_free_for(case: Case, person: UUID) -> bool:
    return case.assignee_id == person or case.lease_until is None or case.lease_until < timezone.now()


def _holder(case: Case) -> dict[str, str]:
    until = time_of(case.lease_until) if case.lease_until else ""
    return {"name": case.assignee.name if case.assignee else "", "time": until}


def _assessor(case: Case) -> dict[str, str]:
    last = case.assessments.current().select_related("assessor").order_by("-assessed_at").first()
    return (
        {"name": last.assessor.name, "time": time_of(last.assessed_at)} if last else {"name": "", "time": ""}
    )


def _own_assessment(case: Case, person: UUID) -> str:
    names = reviewers(case, person)
    if not names:
        return _("You cannot review your own assessment. Ask a supervisor to name a second person.")
    if len(names) == 1:
        return _("You cannot review your own assessment. %(name)s can.") % {"name": names[0]}
    return _("You cannot review your own assessment. One of these can: %(names)s.") % {
        "names": ", ".join(names)
    }
