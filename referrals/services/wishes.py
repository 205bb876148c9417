"""What the police want to become of their hold, told together with their answer. Each wish is one verb of holds."""

from datetime import datetime

from audit.log import Actor
from referrals.models import Referral
from referrals.services import holds
from referrals.services.answering import Who
from referrals.states import HoldWish


def settle_hold(
    *, actor: Actor, referral: Referral, wish: HoldWish, until: datetime | None, who: Who
) -> bool:
    """Do it, on behalf of the agency; who of it asked is sealed. Raises Refusal.

    False: there was nothing to do, or it is so already.
    """
    hold = holds.hold_of(referral.case)
    case_id, agency_id = referral.case_id, referral.agency_id
    if wish is HoldWish.RELEASE and hold:
        holds.release_hold(actor=actor, case_id=case_id, agency_id=agency_id, who=who)
        return True
    if wish is not HoldWish.LONGER or until is None:
        return False
    if hold is None:
        holds.set_hold(actor=actor, case_id=case_id, until=until, agency_id=agency_id, who=who)
        return True
    if hold.agency_id == agency_id and hold.until == until:
        return False
    holds.extend_hold(actor=actor, case_id=case_id, until=until, agency_id=agency_id, who=who)
    return True
