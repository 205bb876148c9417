"""After sending, as the tests of it need it: an assessment superseded and reviewed, and a follow-up as it was shown."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from intake.services.corrections import reassess
from intake.services.reviewing import review_later
from referrals.models import FollowUp, Referral
from referrals.services import addressees, follow_ups
from referrals.states import FollowUpKind
from tests import line

if TYPE_CHECKING:
    from intake.models import Case
    from tests.cast import Cast

WHY = "The address moved."


def found_otherwise(cast: "Cast", case: "Case", **now: str) -> "Case":
    """Ana assesses all of it again, and Cleo agrees."""
    said = {"verdict": "national_csam", "country": "DE"} | now
    reassess(actor=cast.ana.actor, case_id=case.id, judgements=line.judgements_of(case, **said))
    return review_later(actor=cast.cleo.actor, case_id=case.id, agrees=True)


def seen(case: "Case", kind: FollowUpKind, reason: str = WHY, **chosen: Any) -> dict[UUID, str]:
    """What the page shows before confirming."""
    return {found.referral.id: found.digest for found in addressees.shown(case, kind, reason, **chosen)}


def supplemented(cast: "Cast", case: "Case") -> Sequence[FollowUp]:
    return follow_ups.supplement(
        actor=cast.ana.actor, case_id=case.id, reason=WHY, seen=seen(case, FollowUpKind.SUPPLEMENT)
    )


def corrected(cast: "Cast", case: "Case", *, everybody: bool = False) -> Sequence[FollowUp]:
    return follow_ups.correct(
        actor=cast.ana.actor,
        case_id=case.id,
        reason=WHY,
        seen=seen(case, FollowUpKind.CORRECTION, everybody=everybody),
        everybody=everybody,
    )


def withdrawn(cast: "Cast", case: "Case", *, only: Referral | None = None) -> follow_ups.Withdrawn:
    referral_id = only.id if only else None
    return follow_ups.withdraw(
        actor=cast.ana.actor,
        case_id=case.id,
        reason=WHY,
        seen=seen(case, FollowUpKind.WITHDRAWAL, only=referral_id),
        referral_id=referral_id,
    )
