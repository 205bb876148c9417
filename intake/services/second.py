"""Where a second person's word counts: owed reviews, disputes, closings. Never one's own.

Like the questions of `turns`: silent when this person may act now, and else a refusal with what to do instead.
"""

from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from audit.acts import Refusal
from intake.actions import Action
from intake.models import Case, Closure, Review
from intake.services import house, turns
from intake.states import CaseState, ClosureState, PolicyCode, Priority
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


def may_agree_after_all(case: Case, person: UUID) -> None:
    """Whoever said the last no may withdraw it: where no other supervisor is there, nobody else could end it."""
    last = last_review(case)
    if not case.disputed or last is None or last.reviewer_id != person:
        raise Refusal(_("You did not disagree about this case, so there is nothing to withdraw."))
    turns.may_be_second_reader(case, person)


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
    return turns.reviews_that_count(case)


def said_no(case: Case) -> bool:
    """The newest word of a second person was a no."""
    last = last_review(case)
    return last is not None and not last.agrees


def reviewer_of_now(case: Case) -> Review | None:
    """The newest review, where a second person agreed to everything that counts now."""
    last = last_review(case)
    if last is None or not last.agrees or case.disputed or turns.unagreed(case).exists():
        return None
    return last


def is_agreed(case: Case) -> bool:
    """What counts now is agreed: by a second person, by a policy that waived one, or in danger with a review owed."""
    if case.disputed:
        return False
    if case.review_owed_at is not None:
        return is_danger(case)
    newest = case.assessments.current().aggregate(at=Max("assessed_at"))["at"]
    if newest is None or reviewer_of_now(case):
        return True
    if said_no(case):
        return False
    return house.policy(PolicyCode.SECOND_REVIEW).waived or _by_waiver(case, newest) or _closed(case, newest)


def _by_waiver(case: Case, newest: datetime) -> bool:
    """The policy waived the second person when this was confirmed or corrected, whatever it says today."""
    alone = (Action.CASE_CONFIRM_ALONE, Action.CASE_CORRECT)
    acts = told(object_id=case.id, action__in=[*alone, Action.CASE_UNDO])
    undone = {act.facts.get("undoes") for act in acts}
    stand = [act for act in acts if act.action in alone and str(act.event_id) not in undone]
    return bool(stand) and stand[-1].at >= newest and not stand[-1].facts.get("review_owed")


def _closed(case: Case, newest: datetime) -> bool:
    """Nothing illegal was found, and two people closed it so: one of them did not assess it."""
    agreed = case.closures.filter(state=ClosureState.AGREED, before=CaseState.ASSESSED)
    return agreed.filter(asked_at__gte=newest, decided_by__isnull=False).exists()
