"""What the agency says: its answer to the referral, and what it did in the end. Typed in, with who, when and how."""

import uuid
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from referrals.actions import Action
from referrals.models import Acknowledgement, Outcome, Receipt, Referral
from referrals.states import (
    ANSWER_STATES,
    ANSWERABLE,
    ANSWERED,
    REFERRAL_MOVES,
    Answer,
    AnswerSource,
    OutcomeKind,
    ReferralState,
)
from referrals.steps import move_referral

UNPROVEN = frozenset({ReferralState.SENT, ReferralState.EXPIRED})


@verb(Action.ACKNOWLEDGEMENT_RECORD, Action.REFERRAL_ACKNOWLEDGE)
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
) -> Acknowledgement:
    """Type in the agency's answer. Any answer proves receipt. Raises Refusal.

    `answered_at` may be as coarse as a minute. Name, reference and note are sealed with the entry.
    """
    referral = Referral.objects.locked(referral_id)
    target = ANSWER_STATES[answer]
    _check_answerable(referral, target)
    _check_who(by_name)
    _check_time(referral, answered_at)
    acknowledgement = Acknowledgement(
        id=uuid.uuid4(),
        referral=referral,
        answer=answer,
        source=source,
        answered_at=answered_at,
        recorded_at=timezone.now(),
        recorded_by_id=actor.person,
        late=answered_at > referral.due_at,
    )
    written = log.append(
        Action.ACKNOWLEDGEMENT_RECORD,
        actor=actor,
        kind=Acknowledgement.audit_kind,
        id=acknowledgement.id,
        row=acknowledgement,
        case=referral.case_id,
        facts={
            "referral": referral.id,
            "answer": answer,
            "source": source,
            "answered_at": answered_at,
            "late": acknowledgement.late,
        },
        payload={"by_name": by_name.strip(), "reference": reference.strip(), "note": note.strip()},
    )
    acknowledgement.last_event_id = written.event_id
    acknowledgement.save(force_insert=True)
    passing = referral.state in UNPROVEN and target != ReferralState.ACKNOWLEDGED
    move_referral(
        referral,
        to=target,
        action=Action.REFERRAL_ACKNOWLEDGE,
        actor=actor,
        through=ReferralState.ACKNOWLEDGED if passing else None,
        facts={"acknowledgement": acknowledgement.id},
    )
    return acknowledgement


@verb(Action.OUTCOME_RECORD, Action.REFERRAL_CONCLUDE)
def record_outcome(
    *,
    actor: Actor,
    referral_id: UUID,
    outcome: OutcomeKind,
    by_name: str,
    source: AnswerSource,
    happened_on: date,
    note: str = "",
) -> Outcome:
    """Type in what the agency did; the referral is concluded. Raises Refusal."""
    referral = Referral.objects.locked(referral_id)
    if referral.state == ReferralState.CONCLUDED:
        raise Refusal(_("This referral is concluded."))
    if referral.state not in ANSWERED:
        raise Refusal(_("The agency has not answered yet. Type in its answer first."))
    _check_who(by_name)
    if happened_on > timezone.localdate():
        raise Refusal(_("This day is still to come. Check the date."))
    if happened_on < timezone.localdate(_sent_at(referral)):
        raise Refusal(_("This day is before the package was handed over. Check the date."))
    found = Outcome(
        id=uuid.uuid4(),
        referral=referral,
        outcome=outcome,
        source=source,
        happened_on=happened_on,
        recorded_at=timezone.now(),
        recorded_by_id=actor.person,
    )
    written = log.append(
        Action.OUTCOME_RECORD,
        actor=actor,
        kind=Outcome.audit_kind,
        id=found.id,
        row=found,
        case=referral.case_id,
        facts={"referral": referral.id, "outcome": outcome, "source": source},
        payload={"by_name": by_name.strip(), "note": note.strip(), "happened_on": happened_on.isoformat()},
    )
    found.last_event_id = written.event_id
    found.save(force_insert=True)
    move_referral(
        referral,
        to=ReferralState.CONCLUDED,
        action=Action.REFERRAL_CONCLUDE,
        actor=actor,
        facts={"outcome": found.id},
    )
    return found


def _check_answerable(referral: Referral, target: ReferralState) -> None:
    if referral.state not in ANSWERABLE and referral.state not in ANSWERED:
        raise Refusal(
            _("There is nothing to answer: the package has not been handed over, or the referral has ended.")
        )
    moves = REFERRAL_MOVES[ReferralState.ACKNOWLEDGED if referral.state in UNPROVEN else referral.state]
    if referral.state in UNPROVEN and target == ReferralState.ACKNOWLEDGED:
        return
    if target not in moves:
        raise Refusal(_("This answer does not follow the one we have. Look at the referral again."))


def _check_who(by_name: str) -> None:
    if not by_name.strip():
        raise Refusal(_("Say who told us: a name or a desk."))


def _check_time(referral: Referral, answered_at: datetime) -> None:
    if answered_at > timezone.now():
        raise Refusal(_("This time is still to come. Check date and time."))
    if answered_at < _sent_at(referral).replace(second=0, microsecond=0):
        raise Refusal(_("This time is before the package was handed over. Check date and time."))


def _sent_at(referral: Referral) -> datetime:
    return Receipt.objects.filter(delivery__referral=referral).order_by("-received_at")[0].received_at
