"""Where a second person's word counts: owed reviews, disputes, closings. Never one's own.

Like the questions of `turns`: silent when this person may act now, and else a refusal with what to do instead.
"""

from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit.acts import Refusal
from intake.actions import Action
from intake.models import Case, Closure, Review
from intake.services import house, turns
from intake.states import CaseState, PolicyCode, Priority
from intake.steps import told


def may_confirm_alone(case: Case, person: UUID) -> None:
    """By the assessor, where the policy waives the review or a child is in danger now."""
    if case.state != CaseState.ASSESSED or not case.assessments.current().illegal().exists():
        raise Refusal(_("This case does not wait for a review."))
    if not turns.is_assessor(case, person):
        raise Refusal(_("You did not assess this case. You are the second person: start the review."))
    if not house.policy(PolicyCode.SECOND_REVIEW).waived and not is_danger(case):
        raise Refusal(turns.own_assessment(case, person))
    last = last_review(case)
    if last and not last.agrees:
        raise Refusal(_("A second person did not agree before. A second person must see this too."))


def may_review_later(case: Case, person: UUID) -> None:
    """The review that is owed because one person confirmed alone in danger."""
    if case.review_owed_at is None:
        raise Refusal(_("No review of this case is owed."))
    turns.may_be_second_reader(case, person)


def may_decide_dispute(case: Case, person: UUID) -> None:
    """A supervisor who did not assess the case. In a small house it may be the reviewer: theirs is the last word."""
    if not case.disputed:
        raise Refusal(_("Nobody disagrees about this case."))
    user = get_user_model().objects.get(pk=person)
    if not user.has_perm("intake.decide_dispute"):
        raise Refusal(_("Two people disagree about this case. A supervisor decides."))
    if turns.is_assessor(case, person):
        raise Refusal(_("You assessed this case. Another supervisor decides."))


def may_end(case: Case) -> None:
    """Nothing new came, and nobody is waited for any more."""
    if case.reported_again:
        raise Refusal(_("This case was reported again. Read the new report first, then close the case."))
    if case.disputed:
        raise Refusal(_("Two people disagree about this case. A supervisor decides before it is closed."))
    if case.review_owed_at is not None:
        raise Refusal(_("A review of this case is still owed. Another person makes it before it is closed."))


def asked_closure(case: Case) -> Closure | None:
    """The closing that waits for a second person; none where the case has moved on since."""
    return case.closures.asked().select_related("asked_by").first()


def closure_to_decide(case: Case, person: UUID) -> Closure:
    closure = asked_closure(case)
    if closure is None:
        raise Refusal(_("Nobody asks to close this case now. It may have moved on since."))
    if closure.asked_by_id == person:
        raise Refusal(_("You asked to close this case. A second person decides."))
    if not house.may_be_second(PolicyCode.CLOSURE, person):
        raise Refusal(turns.lent(person))
    return closure


def may_decide_closure(case: Case, person: UUID) -> None:
    closure_to_decide(case, person)


def is_danger(case: Case) -> bool:
    return case.priority == Priority.DANGER.rank


def last_review(case: Case) -> Review | None:
    """The newest word of a second person that was not undone."""
    return reviews_of(case).first()


def reviews_of(case: Case) -> QuerySet[Review]:
    """What second people said and did not take back, newest first."""
    undone = told(object_id=case.id, action=Action.CASE_UNDO)
    stands = case.reviews.exclude(pk__in=[act.facts["review"] for act in undone if "review" in act.facts])
    return stands.order_by("-reviewed_at")
