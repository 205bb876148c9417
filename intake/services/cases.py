"""What people do with a case: take it, give it back, assess it, review the assessment, close it."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from intake.actions import Action
from intake.models import Case, Review
from intake.schemes import Verdict
from intake.services import turns
from intake.states import CaseState
from intake.steps import change_case, move_case

LEASE = timedelta(hours=8)
"""How long a case stays with the person who took it; then another may take it."""


@verb(Action.CASE_ASSIGN)
def assign_case(*, actor: Actor, case_id: UUID) -> Case:
    """Take a case for eight hours. Raises Refusal if somebody has it or it was assessed."""
    case = Case.objects.locked(case_id)
    turns.may_take(case, actor.person)
    return _hand_to(case, actor.person, actor)


@verb(Action.CASE_ASSIGN)
def take_next(*, actor: Actor) -> Case:
    """Take the most urgent case that waits and that this person may see; two at once get two cases."""
    person = get_user_model().objects.get(pk=actor.person)
    waiting = Case.objects.visible_to(person).takeable(timezone.now()).in_queue_order()
    case = waiting.select_for_update(no_key=True, skip_locked=True, of=("self",)).first()
    if case is None:
        raise Refusal(_("No case waits to be taken. The next one arrives here by itself."))
    return _hand_to(case, actor.person, actor)


@verb(Action.CASE_RELEASE)
def release_case(*, actor: Actor, case_id: UUID) -> Case:
    """Give a case back to the queue. Raises Refusal if this person does not have it."""
    case = Case.objects.locked(case_id)
    turns.may_give_back(case, actor.person)
    return move_case(
        case,
        to=CaseState.OPEN,
        action=Action.CASE_RELEASE,
        actor=actor,
        facts={"assignee": None},
        changes={"assignee": None, "lease_until": None},
    )


@verb(Action.CASE_START_REVIEW)
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
        changes={"assignee_id": actor.person, "lease_until": timezone.now() + LEASE},
    )


@verb(Action.REVIEW_RECORD, Action.CASE_REVIEW)
def review_assessment(*, actor: Actor, case_id: UUID, agrees: bool, reason: str = "") -> Case:
    """Confirm the assessment, or send the case back to its assessor with a reason."""
    case = Case.objects.locked(case_id)
    turns.may_review(case, actor.person)
    if not agrees and not reason.strip():
        raise Refusal(_("Say why you do not agree. The assessor needs the reason."))
    _record_review(case, agrees, reason, actor)
    assessor = case.assessments.current().latest("assessed_at").assessor_id
    return move_case(
        case,
        to=CaseState.CONFIRMED if agrees else CaseState.ASSIGNED,
        action=Action.CASE_REVIEW,
        actor=actor,
        facts={"agrees": agrees, "assignee": assessor},
        changes={"assignee_id": assessor, "lease_until": timezone.now() + LEASE},
    )


@verb(Action.CASE_CLOSE)
def close_case(*, actor: Actor, case_id: UUID, outcome: Verdict, reason: str) -> Case:
    """Close a case in which nothing illegal was found. Raises Refusal."""
    case = Case.objects.locked(case_id)
    turns.may_close(case, actor.person)
    if outcome.illegal:
        raise Refusal(_("Nothing here was found illegal. Choose what was found instead."))
    if not reason.strip():
        raise Refusal(_("Say why the case is closed."))
    return move_case(
        case,
        to=CaseState.CLOSED,
        action=Action.CASE_CLOSE,
        actor=actor,
        facts={"outcome": outcome, "assignee": None},
        payload={"reason": reason},
        changes={"outcome": outcome, "assignee": None, "lease_until": None},
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
        changes={"assignee_id": person, "lease_until": timezone.now() + LEASE},
    )


def _record_review(case: Case, agrees: bool, reason: str, actor: Actor) -> None:
    review = Review(case=case, reviewer_id=actor.person, agrees=agrees, reviewed_at=timezone.now())
    written = log.append(
        Action.REVIEW_RECORD,
        actor=actor,
        kind=Review.audit_kind,
        id=review.id,
        row=review,
        case=case.id,
        facts={"agrees": agrees},
        payload={"reason": reason} if reason.strip() else None,
    )
    review.last_event_id = written.event_id
    review.save(force_insert=True)
