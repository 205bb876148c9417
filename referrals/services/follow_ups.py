"""After sending: new facts (supplement), facts that replace wrong ones (correction), taking it back (withdrawal).

Each goes to everyone who got the first, with a document of its own, frozen as the first one was, and brought by a
delivery of its own.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from intake.models import Case
from intake.triage import add_working_days
from referrals import documents, steps
from referrals.actions import Action
from referrals.documents import Approval, ReferralDocument
from referrals.documents.identity import told_in
from referrals.models import FollowUp, Referral
from referrals.services import addressees, links
from referrals.services.addressees import Addressed
from referrals.services.proposals import pseudonym
from referrals.states import UNSENT, DeliveryState, FollowUpKind, FollowUpState, ReferralState

Seen = Mapping[UUID, str]
"""By referral: the digest, in hexadecimal, of the document that the person was shown."""

LONGEST_REASON = 1000
TAKE_OUT = gettext_lazy(
    "Take the address, e-mail or phone number out of the reason, and name the item by its number: "
    "the exact addresses are in the machine part."
)


@dataclass(frozen=True)
class Withdrawn:
    """What a withdrawal did: documents on their way, and referrals of which nothing had left."""

    follow_ups: list[FollowUp]
    unsent: list[Referral]


@verb(Action.FOLLOWUP_CREATE, Action.FOLLOWUP_FREEZE, Action.DELIVERY_CREATE)
def supplement(*, actor: Actor, case_id: UUID, reason: str, seen: Seen) -> list[FollowUp]:
    """Tell everyone who got the first, and has not declined, what is known now. Raises Refusal."""
    case = _begin(case_id, reason)
    addressees.refuse_unreviewed(case)
    shown = addressees.shown(case, FollowUpKind.SUPPLEMENT, reason)
    return [_make(found, FollowUpKind.SUPPLEMENT, actor) for found in _as_seen(shown, seen)]


@verb(Action.FOLLOWUP_CREATE, Action.FOLLOWUP_FREEZE, Action.DELIVERY_CREATE)
def correct(
    *, actor: Actor, case_id: UUID, reason: str, seen: Seen, everybody: bool = False
) -> list[FollowUp]:
    """Replace what was sent wrongly: at those who were told otherwise, or at everyone who got the first.

    Raises Refusal.
    """
    case = _begin(case_id, reason)
    addressees.refuse_unreviewed(case)
    shown = addressees.shown(case, FollowUpKind.CORRECTION, reason, everybody=everybody)
    return [_make(found, FollowUpKind.CORRECTION, actor) for found in _as_seen(shown, seen)]


@verb(
    Action.FOLLOWUP_CREATE,
    Action.FOLLOWUP_FREEZE,
    Action.DELIVERY_CREATE,
    Action.REFERRAL_WITHDRAW,
    Action.LINK_CLOSE,
)
def withdraw(
    *, actor: Actor, case_id: UUID, reason: str, seen: Seen, referral_id: UUID | None = None
) -> Withdrawn:
    """Take the referrals of the case back, or one of them. They end, and their links with them. Raises Refusal.

    Who got the first is told by a document. Of a referral that was not sent nothing left, so nothing is sent.
    """
    case = _begin(case_id, reason)
    shown = addressees.shown(case, FollowUpKind.WITHDRAWAL, reason, only=referral_id)
    unsent = addressees.unsent(case, only=referral_id)
    if not shown and not unsent:
        raise Refusal(_("There is nothing to withdraw: no referral of this case is open."))
    told = _as_seen(shown, seen, may_be_none=bool(unsent))
    for referral in unsent:
        _refuse_under_way(referral)
    follow_ups = [_make(found, FollowUpKind.WITHDRAWAL, actor) for found in told]
    for referral in [*(found.referral for found in told), *unsent]:
        _end(referral, reason, actor)
    return Withdrawn(follow_ups, unsent)


def _begin(case_id: UUID, reason: str) -> Case:
    """The case and its referrals, locked: nothing of them changes until this act is done."""
    case = Case.objects.locked(case_id)
    list(Referral.objects.filter(case=case).order_by("number").select_for_update(no_key=True, of=("self",)))
    if not reason.strip():
        raise Refusal(_("Say why. The agency reads your words."))
    if len(reason) > LONGEST_REASON:
        raise Refusal(_("Say it in 1,000 characters at most. The agency reads your words."))
    if told_in(reason):
        raise Refusal(TAKE_OUT)
    return case


def _as_seen(shown: list[Addressed], seen: Seen, *, may_be_none: bool = False) -> list[Addressed]:
    if not shown and not may_be_none:
        raise Refusal(
            _("Nobody has to be told: no agency got the first document, or none was told otherwise.")
        )
    if {found.referral.id: found.digest for found in shown} != dict(seen):
        raise Refusal(_("The case or your words changed since you looked. Look again at what would leave."))
    return shown


def _make(found: Addressed, kind: FollowUpKind, actor: Actor) -> FollowUp:
    now = timezone.now()
    referral = found.referral
    follow_up = FollowUp(
        id=uuid.uuid4(),
        referral=referral,
        kind=kind,
        number=found.number,
        state=FollowUpState.QUEUED,
        confirmed_by_id=actor.person,
        confirmed_at=now,
        due_at=add_working_days(now, referral.agency.answer_days),
    )
    written = log.append(
        Action.FOLLOWUP_CREATE,
        actor=actor,
        kind=FollowUp.audit_kind,
        id=follow_up.id,
        row=follow_up,
        case=referral.case_id,
        after=FollowUpState.QUEUED,
        facts={
            "referral": referral.id,
            "kind": kind,
            "number": found.number,
            "items": len(found.document.items),
        },
        # What was shown stands sealed: its digest could be guessed from a list of addresses.
        payload={"draft_sha256": found.digest},
    )
    _freeze(follow_up, _approved(found.document, actor, now, written), actor)
    steps.queue_delivery(referral, actor=actor, first_try=now, follow_up=follow_up)
    return follow_up


def _freeze(follow_up: FollowUp, frozen: ReferralDocument, actor: Actor) -> None:
    """The document cites the entry that approved it, so a second entry binds the row with the document in it."""
    follow_up.document = documents.to_bytes(frozen)
    follow_up.document_digest = documents.digest(frozen)
    log.add(
        follow_up,
        Action.FOLLOWUP_FREEZE,
        actor=actor,
        case=follow_up.referral.case_id,
    )


def _approved(shown: ReferralDocument, actor: Actor, now: datetime, written: log.Written) -> ReferralDocument:
    person = get_user_model().objects.only("role").get(pk=actor.person)
    return replace(
        shown,
        confirmed_by=pseudonym(person.role, person.pk),
        confirmed_at=now.replace(microsecond=0),
        approval=Approval(written.event_id, written.leaf_hash.hex()),
    )


def _refuse_under_way(referral: Referral) -> None:
    """Whether it left is not known while a call runs, or after one broke. An offered package has not left."""
    for delivery in referral.deliveries.select_for_update(no_key=True, of=("self",)):
        if delivery.state == DeliveryState.UNKNOWN:
            raise Refusal(
                _("Nobody knows whether %(number)s arrived. Say first whether it did, then withdraw it.")
                % {"number": referral.number}
            )
        if delivery.state == DeliveryState.SENDING and delivery.offered_at is None:
            raise Refusal(
                _("%(number)s is being sent just now. Try again in a minute.") % {"number": referral.number}
            )


def _end(referral: Referral, reason: str, actor: Actor) -> None:
    left = referral.state not in UNSENT
    steps.move_referral(
        referral,
        to=ReferralState.WITHDRAWN,
        action=Action.REFERRAL_WITHDRAW,
        actor=actor,
        facts={"left": left},
        payload={"reason": reason.strip()},
    )
    links.end_links(referral, actor)
