"""What an answer does, whichever way it came: steps of the verbs that take one.

The case is locked first, then the referral, as everywhere a hold may be let go.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal
from audit.log import Actor
from intake.models import Case
from referrals.actions import Action
from referrals.models import Acknowledgement, FollowUp, Outcome, Receipt, Referral
from referrals.services import holding, holds, links
from referrals.states import (
    ANSWER_STATES,
    ANSWERABLE,
    ANSWERED,
    REFERRAL_MOVES,
    Answer,
    AnswerSource,
    FollowUpState,
    OutcomeKind,
    ReferralState,
)
from referrals.steps import move_follow_up, move_referral

UNPROVEN = frozenset({ReferralState.SENT, ReferralState.EXPIRED})
ANSWERS = (
    Action.ACKNOWLEDGEMENT_RECORD,
    Action.FOLLOWUP_ACKNOWLEDGE,
    Action.REFERRAL_ACKNOWLEDGE,
    *holding.RELEASES,
)
"""What a verb that calls `acknowledge` declares."""
OUTCOMES = (Action.LINK_CLOSE, Action.OUTCOME_RECORD, Action.REFERRAL_CONCLUDE)
"""What a verb that calls `conclude` declares."""


@dataclass(frozen=True)
class Who:
    """Who speaks for the agency, and how it reached us. All but the way is sealed with the entry.

    `typed_in_by`: the person of the hotline who was told; nobody where it came by itself.
    """

    name: str
    source: AnswerSource
    unit: str = ""
    contact: str = ""
    typed_in_by: UUID | None = None

    @property
    def told(self) -> dict[str, str]:
        """For the sealed text. What was not asked is not there."""
        asked = {"unit": self.unit.strip(), "contact": self.contact.strip()}
        return {"by_name": self.name.strip(), **{key: said for key, said in asked.items() if said}}


@dataclass(frozen=True)
class Answered:
    """An answer, to the first document or to a follow-up. `keeps_hold`: the police want their hold to stand."""

    answer: Answer
    who: Who
    at: datetime
    reference: str = ""
    words: str = ""
    follow_up: FollowUp | None = None
    keeps_hold: bool = False


def lock(referral_id: UUID) -> Referral:
    """The referral with its agency and case, both locked."""
    case_id = Referral.objects.only("case_id").get(pk=referral_id).case_id
    case = Case.objects.locked(case_id)
    referral = Referral.objects.select_related("agency").locked(referral_id)
    referral.case = case
    return referral


def lock_follow_up(referral: Referral, follow_up_id: UUID | None) -> FollowUp | None:
    """The follow-up of the locked referral. Raises Refusal for one of another referral."""
    if follow_up_id is None:
        return None
    found = FollowUp.objects.filter(referral=referral, pk=follow_up_id).select_related("referral")
    follow_up = found.select_for_update(no_key=True, of=("self",)).first()
    if follow_up is None:
        raise Refusal(_("This is not part of the referral. Look at it again."))
    return follow_up


def acknowledge(referral: Referral, said: Answered, actor: Actor, *, stays: bool = False) -> Acknowledgement:
    """Keep the answer and move what it answers. Any answer proves receipt. Raises Refusal.

    An answer to a supplement or correction answers the referral too, where it follows. `stays`: the same answer
    once more, with something new in its words; nothing moves.
    """
    target = ANSWER_STATES[said.answer]
    begins = said.follow_up is not None and said.follow_up.state == FollowUpState.SENT
    moves = not stays and _follows(referral, target)
    if not (moves or begins or stays):
        _refuse(referral, said.follow_up)
    _check_words(said)
    check_who(said.who)
    _check_time(referral, said)
    acknowledgement = _keep_answer(referral, said, actor)
    if begins and said.follow_up:
        move_follow_up(
            said.follow_up,
            to=FollowUpState.ACKNOWLEDGED,
            action=Action.FOLLOWUP_ACKNOWLEDGE,
            actor=actor,
            facts={"acknowledgement": acknowledgement.id},
        )
    if moves:
        _move(referral, target, acknowledgement, actor)
    if said.answer in {Answer.ACCEPTED, Answer.DECLINED} and not said.keeps_hold:
        accepts = said.answer is Answer.ACCEPTED
        holds.release_for_answer(referral.case, referral.agency, actor, accepts=accepts)
    return acknowledgement


def conclude(
    referral: Referral,
    outcome: OutcomeKind,
    happened_on: date,
    who: Who,
    actor: Actor,
    *,
    reference: str = "",
    note: str = "",
) -> Outcome:
    """Keep what the agency did; the referral ends, and its links with it. Raises Refusal."""
    if referral.state == ReferralState.CONCLUDED:
        raise Refusal(_("This referral is concluded."))
    if referral.state not in ANSWERED:
        raise Refusal(_("The agency has not answered yet. Type in its answer first."))
    check_who(who)
    _check_day(referral, happened_on)
    found = Outcome(
        id=uuid.uuid4(),
        referral=referral,
        outcome=outcome,
        source=who.source,
        happened_on=happened_on,
        recorded_at=timezone.now(),
        recorded_by_id=who.typed_in_by,
    )
    log.add(
        found,
        Action.OUTCOME_RECORD,
        actor=actor,
        case=referral.case_id,
        facts={"referral": referral.id, "outcome": outcome, "source": who.source},
        payload={
            **who.told,
            "reference": reference.strip(),
            "note": note.strip(),
            "happened_on": happened_on.isoformat(),
        },
    )
    move_referral(
        referral,
        to=ReferralState.CONCLUDED,
        action=Action.REFERRAL_CONCLUDE,
        actor=actor,
        facts={"outcome": found.id},
    )
    links.end_answered(referral, actor)
    return found


def check_who(who: Who) -> None:
    if not who.name.strip():
        raise Refusal(_("Say who told us: a name or a desk."))


def sent_at(referral: Referral, follow_up: FollowUp | None = None) -> datetime:
    """When the document was with the agency; without a receipt, when it was confirmed."""
    receipts = Receipt.objects.filter(delivery__referral=referral, delivery__follow_up=follow_up)
    receipt = receipts.order_by("-received_at").first()
    return receipt.received_at if receipt else (follow_up or referral).confirmed_at


def _follows(referral: Referral, target: ReferralState) -> bool:
    if referral.state in UNPROVEN:
        return True
    return target in REFERRAL_MOVES[referral.state] and referral.state in ANSWERABLE


def _refuse(referral: Referral, follow_up: FollowUp | None) -> None:
    answerable = referral.state in ANSWERABLE | ANSWERED
    if follow_up and follow_up.state == FollowUpState.ACKNOWLEDGED and not answerable:
        raise Refusal(_("This was answered already."))
    if not answerable or (follow_up and follow_up.state != FollowUpState.ACKNOWLEDGED):
        raise Refusal(
            _("There is nothing to answer: the package has not been handed over, or the referral has ended.")
        )
    raise Refusal(_("This answer does not follow the one we have. Look at the referral again."))


def _check_words(said: Answered) -> None:
    if said.words.strip():
        return
    if said.answer is Answer.DECLINED:
        raise Refusal(_("Say why it is not for this agency."))
    if said.answer is Answer.NEEDS_INFO:
        raise Refusal(_("Say what is missing."))


def _check_time(referral: Referral, said: Answered) -> None:
    if said.at > timezone.now():
        raise Refusal(_("This time is still to come. Check date and time."))
    if said.at < sent_at(referral, said.follow_up).replace(second=0, microsecond=0):
        raise Refusal(_("This time is before the package was handed over. Check date and time."))


def _check_day(referral: Referral, happened_on: date) -> None:
    if happened_on > timezone.localdate():
        raise Refusal(_("This day is still to come. Check the date."))
    if happened_on < timezone.localdate(sent_at(referral)):
        raise Refusal(_("This day is before the package was handed over. Check the date."))


def _keep_answer(referral: Referral, said: Answered, actor: Actor) -> Acknowledgement:
    late = referral.state == ReferralState.EXPIRED or said.at > (said.follow_up or referral).due_at
    acknowledgement = Acknowledgement(
        id=uuid.uuid4(),
        referral=referral,
        follow_up=said.follow_up,
        answer=said.answer,
        source=said.who.source,
        answered_at=said.at,
        recorded_at=timezone.now(),
        recorded_by_id=said.who.typed_in_by,
        late=late,
    )
    log.add(
        acknowledgement,
        Action.ACKNOWLEDGEMENT_RECORD,
        actor=actor,
        case=referral.case_id,
        facts={
            "referral": referral.id,
            "follow_up": said.follow_up.id if said.follow_up else None,
            "answer": said.answer,
            "source": said.who.source,
            "answered_at": said.at,
            "late": late,
        },
        payload={**said.who.told, "reference": said.reference.strip(), "note": said.words.strip()},
    )
    return acknowledgement


def _move(referral: Referral, to: ReferralState, answer: Acknowledgement, actor: Actor) -> None:
    passing = referral.state in UNPROVEN and to != ReferralState.ACKNOWLEDGED
    move_referral(
        referral,
        to=to,
        action=Action.REFERRAL_ACKNOWLEDGE,
        actor=actor,
        through=ReferralState.ACKNOWLEDGED if passing else None,
        facts={"acknowledgement": answer.id},
    )
