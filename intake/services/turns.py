"""Whose turn it is. Each question is silent when this person may act now, and refuses with what to do instead.

The verbs ask before they act; the pages ask to offer exactly what would work.
"""

from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal
from intake.actions import Action
from intake.models import Case, Review
from intake.querysets import AssessmentQuerySet
from intake.services import house
from intake.states import WITH_AGENCIES, CaseState, ClosureState, PolicyCode, PolicyValue
from intake.steps import told

NAMED_AT_MOST = 3
REFERS = ("case:refer", "case:refer_unassessed")
UNDOES_REFERRAL = "case:undo_referral"
"""What referrals writes about a case: this package must not import it, but the log is everybody's to read."""
HELD = (CaseState.ASSIGNED, CaseState.IN_REVIEW)
"""Where a person has the case as theirs to work on."""


def may_take(case: Case, person: UUID) -> None:
    if case.state == CaseState.OPEN or (case.state == CaseState.ASSIGNED and _is_free_for(case, person)):
        return
    if case.state == CaseState.ASSIGNED:
        raise Refusal(_("%(name)s has this case until %(time)s. Take another one.") % holder_of(case))
    raise Refusal(_("This case was assessed already. It does not need to be taken."))


def may_give_back(case: Case, person: UUID) -> None:
    if case.state not in HELD or case.assignee_id != person:
        raise Refusal(_("You do not have this case, so there is nothing to give back."))


def may_take_over(case: Case, person: UUID) -> None:
    """From another person whose time still runs. When it has run out, the case is simply taken."""
    if case.state not in HELD or case.assignee_id is None:
        raise Refusal(_("Nobody has this case, so there is nothing to take over."))
    if case.assignee_id == person:
        raise Refusal(_("You have this case already."))
    if case.state == CaseState.IN_REVIEW:
        may_be_second_reader(case, person)
        if _is_free_for(case, person):
            raise Refusal(_("Nobody reviews it now. You can."))
    if _is_free_for(case, person):
        raise Refusal(_("The time of the person who had it has run out. You can take it."))


def may_forward(case: Case, person: UUID) -> None:
    """Without assessment, where the hotline may not view content."""
    if not house.forward_only():
        raise Refusal(_("This hotline assesses before it refers. Assess the case first."))
    _may_decide_early(case, person)


def may_reject(case: Case, person: UUID) -> None:
    """As spam or out of remit, before anybody assessed it."""
    _may_decide_early(case, person)
    refuse_told(case)
    may_ask_to_close(case)


def may_reopen(case: Case, person: UUID) -> None:
    if case.state != CaseState.CLOSED:
        raise Refusal(_("This case is not closed, so it need not be opened again."))


def may_assess(case: Case, person: UUID) -> None:
    if case.state in {CaseState.OPEN, CaseState.ASSIGNED} and house.forward_only():
        raise Refusal(_("This hotline refers without viewing content. Forward the case instead."))
    if case.state == CaseState.OPEN:
        raise Refusal(_("Nobody has this case. Take it first, then assess it."))
    if case.state == CaseState.ASSIGNED and case.assignee_id != person:
        raise Refusal(_("%(name)s has this case until %(time)s. Take another one.") % holder_of(case))
    if case.state != CaseState.ASSIGNED:
        raise Refusal(_("%(name)s assessed this case at %(time)s.") % _assessor(case))


def may_start_review(case: Case, person: UUID) -> None:
    if case.disputed:
        raise Refusal(_("Two people disagree about this case. A supervisor decides."))
    if case.state == CaseState.IN_REVIEW and not _is_free_for(case, person):
        raise Refusal(_("%(name)s reviews this case until %(time)s.") % holder_of(case))
    if case.state not in {CaseState.ASSESSED, CaseState.IN_REVIEW}:
        raise Refusal(_("This case does not wait for a review."))
    if not case.assessments.current().illegal().exists():
        raise Refusal(_("Nothing here was found illegal, so it needs no review. Close the case."))
    may_be_second_reader(case, person)


def may_be_second_reader(case: Case, person: UUID) -> None:
    """Never the assessor; and of the house, unless the policy also takes a person lent by others."""
    if is_assessor(case, person):
        raise Refusal(own_assessment(case, person))
    if not house.may_be_second(PolicyCode.SECOND_REVIEW, person):
        raise Refusal(lent(person))


def may_review(case: Case, person: UUID) -> None:
    unbegun = case.state == CaseState.IN_REVIEW and case.assignee_id is None
    if case.disputed or unbegun or case.state == CaseState.ASSESSED:
        may_start_review(case, person)
        raise Refusal(_("This case waits for a review, and nobody has begun it. Start the review first."))
    if case.state != CaseState.IN_REVIEW:
        raise Refusal(_("This case does not wait for a review."))
    if case.assignee_id != person:
        raise Refusal(_("%(name)s reviews this case until %(time)s.") % holder_of(case))
    may_be_second_reader(case, person)


def may_close(case: Case, person: UUID) -> None:
    if case.state != CaseState.ASSESSED:
        raise Refusal(_("Only a case that was assessed can be closed here."))
    refuse_illegal(case)
    may_ask_to_close(case)


def may_send_back(case: Case, person: UUID) -> None:
    """Confirmed and not sent yet; or disputed, and this person assessed it and wants to look again."""
    if case.state == CaseState.CONFIRMED or (case.disputed and case.state == CaseState.IN_REVIEW):
        if case.state == CaseState.CONFIRMED or is_assessor(case, person):
            return
        raise Refusal(_("Two people disagree about this case. A supervisor decides."))
    raise Refusal(_("Only a confirmed case that was not sent yet can be assessed again here."))


def refuse_illegal(case: Case) -> None:
    """Nothing illegal is closed as if nothing had been found. Raises Refusal."""
    if case.assessments.current().illegal().exists():
        raise Refusal(
            _("An address here was found illegal. A second person reviews it; it cannot be closed.")
        )


def refuse_told(case: Case) -> None:
    """What agencies were told of is not thrown away as if it had never been looked at. Raises Refusal."""
    if was_with_agencies(case):
        raise Refusal(_("Agencies were told of this case, so it cannot be rejected. Assess it again."))


def was_with_agencies(case: Case) -> bool:
    """Closed once while agencies had it, and opened again. Referrals that were undone do not count."""
    if case.closures.filter(state=ClosureState.AGREED, before__in=WITH_AGENCIES).exists():
        return True
    moves = log.entries_for(object_id=case.id, action__in=[*REFERS, UNDOES_REFERRAL]).last()
    return moves is not None and moves.action != UNDOES_REFERRAL


def may_ask_to_close(case: Case) -> None:
    """One asking at a time. One that was made when the case stood elsewhere asks for nothing any more."""
    asked = case.closures.asked().select_related("asked_by").first()
    if asked:
        name = {"name": asked.asked_by.name}
        raise Refusal(_("%(name)s asked to close this case already. A second person decides.") % name)


def may_heed(case: Case, person: UUID) -> None:
    if not case.reported_again:
        raise Refusal(_("Nothing new was reported. There is nothing to read."))


def reviewers(case: Case, person: UUID) -> list[str]:
    """Names of people of the team who may review this case and are not this person or its assessor."""
    busy = {person, *_to_be_read(case).values_list("assessor_id", flat=True)}
    members = get_user_model().objects.filter(groups=case.team.group_id, state="active").exclude(pk__in=busy)
    if house.policy(PolicyCode.SECOND_REVIEW).value is PolicyValue.REQUIRED:
        members = members.filter(organisation="")
    names = members.order_by("name").values_list("name", flat=True)
    return list(names[:NAMED_AT_MOST])


def is_assessor(case: Case, person: UUID) -> bool:
    """Of anything that a second person has to read now."""
    return _to_be_read(case).filter(assessor=person).exists()


def reviews_that_count(case: Case) -> QuerySet[Review]:
    """The words of second persons that were not undone, the newest first."""
    undone = told(object_id=case.id, action=Action.CASE_UNDO)
    counted = case.reviews.exclude(pk__in=[act.facts["review"] for act in undone if "review" in act.facts])
    return counted.order_by("-reviewed_at")


def unagreed(case: Case) -> AssessmentQuerySet:
    """What counts now and no second person has agreed to since."""
    return case.assessments.current().not_agreed_in(reviews_that_count(case))


def _to_be_read(case: Case) -> AssessmentQuerySet:
    """Where a review is owed or disputed, what nobody has agreed to; else all that was assessed."""
    if case.review_owed_at is not None or case.disputed:
        open_now = unagreed(case)
        if open_now.exists():
            return open_now
    return case.assessments.current()


def time_of(moment: datetime) -> str:
    """Today as the hour, any other day with its date."""
    local = timezone.localtime(moment)
    return date_format(local, "H:i" if local.date() == timezone.localdate() else "j N, H:i")


def _may_decide_early(case: Case, person: UUID) -> None:
    """Before the assessment: a case that nobody has, or that this person has."""
    if case.state == CaseState.ASSIGNED and not _is_free_for(case, person):
        raise Refusal(_("%(name)s has this case until %(time)s. Take another one.") % holder_of(case))
    if case.state not in {CaseState.OPEN, CaseState.ASSIGNED}:
        raise Refusal(_("This case was assessed already. What was found says how it goes on."))


def _is_free_for(case: Case, person: UUID) -> bool:
    return case.assignee_id == person or case.lease_until is None or case.lease_until < timezone.now()


def holder_of(case: Case) -> dict[str, str]:
    until = time_of(case.lease_until) if case.lease_until else ""
    return {"name": case.assignee.name if case.assignee else "", "time": until}


def _assessor(case: Case) -> dict[str, str]:
    last = case.assessments.current().select_related("assessor").order_by("-assessed_at").first()
    return (
        {"name": last.assessor.name, "time": time_of(last.assessed_at)} if last else {"name": "", "time": ""}
    )


def lent(person: UUID) -> str:
    return _(
        "%(organisation)s lends you to this hotline. Its policy asks for a person of the house here."
    ) % {"organisation": house.lender_of(person)}


def own_assessment(case: Case, person: UUID) -> str:
    names = reviewers(case, person)
    if not names:
        return _("You cannot review your own assessment. Ask a supervisor to name a second person.")
    if len(names) == 1:
        return _("You cannot review your own assessment. %(name)s can.") % {"name": names[0]}
    return _("You cannot review your own assessment. One of these can: %(names)s.") % {
        "names": ", ".join(names)
    }
