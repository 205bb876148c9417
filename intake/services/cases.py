"""What people do with a case: take it, give it back, take it over, have it reviewed by a second person."""

from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.acts import Refusal, verb
from audit.log import Actor
from intake.actions import Action
from intake.models import Case
from intake.services import closures, leases, reviewing, second, turns
from intake.states import CaseState
from intake.steps import change_case, move_case


@verb(Action.CASE_ASSIGN, *leases.ACTS)
def assign_case(*, actor: Actor, case_id: UUID) -> Case:
    """Take a case for eight hours. Raises Refusal if somebody has it or it was assessed."""
    case = Case.objects.locked(case_id)
    turns.may_take(case, actor.person)
    return _hand_to(case, actor.person, actor)


@verb(Action.CASE_ASSIGN, *leases.ACTS)
def take_next(*, actor: Actor) -> Case:
    """Take the most urgent case that waits and that this person may see; two at once get two cases."""
    person = get_user_model().objects.get(pk=actor.person)
    waiting = Case.objects.visible_to(person).takeable(timezone.now()).in_queue_order()
    case = waiting.select_for_update(no_key=True, skip_locked=True, of=("self",)).first()
    if case is None:
        raise Refusal(_("No case waits to be taken. The next one arrives here by itself."))
    return _hand_to(case, actor.person, actor)


@verb(Action.CASE_TAKE_OVER, *leases.ACTS)
def take_over_case(*, actor: Actor, case_id: UUID, reason: str) -> Case:
    """Take a case, or its review, from the person who has it. Who had it is told, with the reason. Raises Refusal."""
    case = Case.objects.locked(case_id)
    turns.may_take_over(case, actor.person)
    if not reason.strip():
        raise Refusal(_("Say why. The person who has the case reads it."))
    former = case.assignee_id
    return move_case(
        case,
        to=CaseState(case.state),
        action=Action.CASE_TAKE_OVER,
        actor=actor,
        facts={"assignee": actor.person, "former": former},
        payload={"reason": reason},
        changes=leases.hold(case, actor.person, actor),
    )


@verb(Action.CASE_RELEASE, Action.LEASE_END)
def release_case(*, actor: Actor, case_id: UUID) -> Case:
    """Give a case, or its review, back to the queue. Raises Refusal if this person does not have it."""
    case = Case.objects.locked(case_id)
    turns.may_give_back(case, actor.person)
    return move_case(
        case,
        to=CaseState.OPEN if case.state == CaseState.ASSIGNED else CaseState.IN_REVIEW,
        action=Action.CASE_RELEASE,
        actor=actor,
        facts={"assignee": None},
        changes=leases.end(case, actor),
    )


@verb(Action.CASE_START_REVIEW, *leases.ACTS)
def start_review(*, actor: Actor, case_id: UUID) -> Case:
    """Begin the second look. Raises Refusal for the assessor, or while another person reviews."""
    case = Case.objects.locked(case_id)
    turns.may_start_review(case, actor.person)
    return move_case(
        case,
        to=CaseState.IN_REVIEW,
        action=Action.CASE_START_REVIEW,
        actor=actor,
        facts={"assignee": actor.person},
        changes=leases.hold(case, actor.person, actor),
    )


@verb(Action.REVIEW_RECORD, Action.CASE_REVIEW, Action.CLOSURE_UNDO, *leases.ACTS)
def review_assessment(*, actor: Actor, case_id: UUID, agrees: bool, reason: str = "") -> Case:
    """Confirm the assessment, or send the case back to its assessor with a reason.

    Where two people in a row do not agree, a supervisor decides. Raises Refusal.
    """
    case = Case.objects.locked(case_id)
    turns.may_review(case, actor.person)
    before = second.last_review(case)
    review = reviewing.record(case, agrees, reason, actor)
    if not agrees and before and not before.agrees:
        return reviewing.dispute(case, review, actor)
    return reviewing.give_to_assessor(
        case,
        to=CaseState.CONFIRMED if agrees else CaseState.ASSIGNED,
        action=Action.CASE_REVIEW,
        actor=actor,
        facts={"agrees": agrees, "review": review.id},
        changes={"review_owed_at": None},
    )


@verb(Action.CASE_SEND_BACK, Action.CLOSURE_UNDO, *leases.ACTS)
def send_back(*, actor: Actor, case_id: UUID, reason: str) -> Case:
    """Take a confirmed or disputed case back before it is sent, to assess it again. Raises Refusal.

    Its new assessment needs a second person's word of its own, and voids what was left out.
    """
    case = Case.objects.locked(case_id)
    turns.may_send_back(case, actor.person)
    if not reason.strip():
        raise Refusal(_("Say why the case is assessed again."))
    closures.retire_asked(case, actor)
    return move_case(
        case,
        to=CaseState.ASSIGNED,
        action=Action.CASE_SEND_BACK,
        actor=actor,
        facts={"assignee": actor.person},
        payload={"reason": reason},
        changes={"review_owed_at": None, "disputed": False, **leases.hold(case, actor.person, actor)},
    )


@verb(Action.CASE_HEED)
def heed_reports(*, actor: Actor, case_id: UUID) -> Case:
    """Say that the new reports of a case with agencies were read. Raises Refusal if there is nothing new."""
    case = Case.objects.locked(case_id)
    turns.may_heed(case, actor.person)
    return change_case(
        case,
        action=Action.CASE_HEED,
        actor=actor,
        facts={"reports": case.reports},
        changes={"moved_at": timezone.now()},
    )


def _hand_to(case: Case, person: UUID, actor: Actor) -> Case:
    return move_case(
        case,
        to=CaseState.ASSIGNED,
        action=Action.CASE_ASSIGN,
        actor=actor,
        facts={"assignee": person},
        changes=leases.hold(case, person, actor),
    )
