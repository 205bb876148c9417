"""A case confirmed by one person, the review that is then owed, and a supervisor's word where two disagree.

`record`, `dispute` and `give_to_assessor` are steps that the ordinary review shares.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor, Fact
from intake.actions import Action
from intake.models import Case, Review
from intake.services import closures, house, leases, second
from intake.states import CaseState, PolicyCode
from intake.steps import change_case, move_case

OWED_WITHIN = timedelta(hours=4)
"""After a child in danger let one person confirm alone, a second person reads it within this time."""


@verb(Action.CASE_CONFIRM_ALONE)
def confirm_alone(*, actor: Actor, case_id: UUID, reason: str = "") -> Case:
    """The assessor confirms: by a policy that waives the review, which is cited, or because a child is in danger.

    In danger a reason is needed, and a second person owes the review within four hours. Raises Refusal.
    """
    case = Case.objects.locked(case_id)
    second.may_confirm_alone(case, actor.person)
    rule = house.policy(PolicyCode.SECOND_REVIEW)
    if not rule.waived and not reason.strip():
        raise Refusal(_("Say why it cannot wait for a second person."))
    owed = None if rule.waived else timezone.now() + OWED_WITHIN
    return move_case(
        case,
        to=CaseState.CONFIRMED,
        action=Action.CASE_CONFIRM_ALONE,
        actor=actor,
        facts={"policy": rule.policy_id if rule.waived else None, "review_owed": owed},
        payload={"reason": reason} if reason.strip() else None,
        changes={"review_owed_at": owed},
    )


@verb(Action.REVIEW_RECORD, Action.CASE_REVIEW_LATER)
def review_later(*, actor: Actor, case_id: UUID, agrees: bool, reason: str = "") -> Case:
    """Make the owed review. What has left the house stays out: who does not agree calls a supervisor."""
    case = Case.objects.locked(case_id)
    second.may_review_later(case, actor.person)
    review = record(case, agrees, reason, actor)
    return change_case(
        case,
        action=Action.CASE_REVIEW_LATER,
        actor=actor,
        facts={"agrees": agrees, "review": review.id},
        changes={"review_owed_at": None, "disputed": not agrees},
    )


@verb(Action.REVIEW_RECORD, Action.CASE_DECIDE_DISPUTE, Action.CLOSURE_UNDO, *leases.ACTS)
def decide_dispute(*, actor: Actor, case_id: UUID, upholds: bool, reason: str) -> Case:
    """A supervisor upholds the assessment, or sends the case back to its assessor. Raises Refusal.

    A case that is with agencies stays there; what was not upheld is corrected there.
    """
    case = Case.objects.locked(case_id)
    second.may_decide_dispute(case, actor.person)
    if not reason.strip():
        raise Refusal(_("Say why you decide so. Both people need the reason."))
    facts: dict[str, Fact] = {"upholds": upholds, "review": record(case, upholds, reason, actor).id}
    return _settle(case, Action.CASE_DECIDE_DISPUTE, actor, facts, upholds=upholds)


@verb(Action.REVIEW_RECORD, Action.CASE_AGREE_AFTER_ALL, Action.CLOSURE_UNDO, *leases.ACTS)
def agree_after_all(*, actor: Actor, case_id: UUID, reason: str) -> Case:
    """Whoever said the no that made the dispute withdraws it; the assessment holds. Raises Refusal."""
    case = Case.objects.locked(case_id)
    second.may_agree_after_all(case, actor.person)
    if not reason.strip():
        raise Refusal(_("Say why you agree now. Both people need the reason."))
    facts: dict[str, Fact] = {"review": record(case, agrees=True, reason=reason, actor=actor).id}
    return _settle(case, Action.CASE_AGREE_AFTER_ALL, actor, facts, upholds=True)


def record(case: Case, agrees: bool, reason: str, actor: Actor) -> Review:
    """Write a second person's word down; a no needs its reason."""
    if not agrees and not reason.strip():
        raise Refusal(_("Say why you do not agree. The assessor needs the reason."))
    review = Review(case=case, reviewer_id=actor.person, agrees=agrees, reviewed_at=timezone.now())
    log.add(
        review,
        Action.REVIEW_RECORD,
        actor=actor,
        case=case.id,
        facts={"agrees": agrees},
        payload={"reason": reason} if reason.strip() else None,
    )
    return review


def dispute(case: Case, review: Review, actor: Actor) -> Case:
    """A second no: nobody has the case until a supervisor decides."""
    return move_case(
        case,
        to=CaseState.IN_REVIEW,
        action=Action.CASE_REVIEW,
        actor=actor,
        facts={"agrees": False, "review": review.id, "disputed": True, "assignee": None},
        changes={"disputed": True, **leases.end(case, actor)},
    )


def give_to_assessor(
    case: Case,
    to: CaseState,
    action: Action,
    actor: Actor,
    facts: Mapping[str, Fact],
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Case:
    """Move the case and hand it to whoever assessed it last: to refer it, or to look again."""
    closures.retire_asked(case, actor)
    assessor = case.assessments.current().latest("assessed_at").assessor_id
    return move_case(
        case,
        to=to,
        action=action,
        actor=actor,
        facts={**facts, "assignee": assessor},
        payload={"reason": reason} if reason else None,
        changes={**(changes or {}), **leases.hold(case, assessor, actor)},
    )


def _settle(case: Case, action: Action, actor: Actor, facts: Mapping[str, Fact], *, upholds: bool) -> Case:
    """The dispute ends. A case that is with agencies, or was confirmed already, stays where it is."""
    changes = {"disputed": False}
    if case.state == CaseState.IN_REVIEW or (case.state == CaseState.CONFIRMED and not upholds):
        to = CaseState.CONFIRMED if upholds else CaseState.ASSIGNED
        return give_to_assessor(case, to, action, actor, facts, changes)
    return change_case(case, action=action, actor=actor, facts=facts, changes=changes)
