"""What the agency says: its answer, and what it did in the end. Typed in, with who, when and how."""

from datetime import date, datetime
from uuid import UUID

from audit.acts import verb
from audit.log import Actor
from referrals.models import Acknowledgement, Outcome
from referrals.services import answering
from referrals.services.answering import Answered, Who
from referrals.states import Answer, AnswerSource, OutcomeKind


@verb(*answering.ANSWERS)
def record_acknowledgement(
    *,
    actor: Actor,
    referral_id: UUID,
    answer: Answer,
    by_name: str,
    source: AnswerSource,
    answered_at: datetime,
    reference: str = "",
    note: str = "",
    follow_up_id: UUID | None = None,
) -> Acknowledgement:
    """Type in the agency's answer. Any answer proves receipt; a no, and a need for more, take words. Raises Refusal.

    `answered_at` may be as coarse as a minute. Name, reference and note are sealed with the entry.
    """
    referral = answering.lock(referral_id)
    said = Answered(
        answer=answer,
        who=Who(by_name, source, typed_in_by=actor.person),
        at=answered_at,
        reference=reference,
        words=note,
        follow_up=answering.lock_follow_up(referral, follow_up_id),
    )
    return answering.acknowledge(referral, said, actor)


@verb(*answering.OUTCOMES)
def record_outcome(
    *,
    actor: Actor,
    referral_id: UUID,
    outcome: OutcomeKind,
    by_name: str,
    source: AnswerSource,
    happened_on: date,
    reference: str = "",
    note: str = "",
) -> Outcome:
    """Type in what the agency did; the referral is concluded. Raises Refusal."""
    referral = answering.lock(referral_id)
    who = Who(by_name, source, typed_in_by=actor.person)
    return answering.conclude(referral, outcome, happened_on, who, actor, reference=reference, note=note)
