"""What the case page shows of a police hold: who is kept in the dark, until when, and who asked for that."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from audit import log
from intake.models import Case
from intake.services import turns
from referrals.models import Agency, Hold, Referral
from referrals.services import said
from referrals.services.holds import hold_of
from referrals.states import AgencyKind, ReferralState


@dataclass(frozen=True)
class HoldShown:
    """`waiting`: the referrals it keeps. `by`: the police who asked for it, empty where nobody outside did.

    `person`: who of them, where it was not typed in here.
    """

    hold: Hold
    until: str
    by: str
    reason: str
    waiting: list[Referral]
    person: str = ""


def hold_shown(case: Case) -> HoldShown | None:
    """The hold that stands now, as people see it."""
    hold = hold_of(case)
    if hold is None:
        return None
    waiting = Referral.objects.filter(case=case, state=ReferralState.HELD).select_related("agency")
    told = log.payloads([hold.last_event_id]).get(hold.last_event_id, {})
    by = hold.agency.name if hold.agency else ""
    return HoldShown(
        hold,
        turns.time_of(hold.until),
        by,
        str(told.get("reason", "")),
        list(waiting.order_by("number")),
        said.by_whom(told),
    )


def police_of(case: Case) -> dict[UUID, str]:
    """The police of this country who have the case, by name: only they can ask for a hold."""
    kinds = [AgencyKind.POLICE, AgencyKind.PROSECUTOR]
    told = Agency.objects.filter(
        referrals__case=case, kind__in=kinds, country=settings.TUTELA_HOME_COUNTRY
    ).order_by("name")
    return dict(told.distinct().values_list("pk", "name"))
