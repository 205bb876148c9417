"""The police hold: while it stands, no host, registrar or platform is told, so that the police act first.

Set by policy when the police are told of something at home; set, extended and released by a supervisor, or on behalf
of the police. It ends by their answer, unless they asked for a time of their own, or when its time is over.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.acts import Refusal, verb
from audit.log import SYSTEM, Actor
from intake.models import Case
from intake.services import house
from intake.states import CaseState, PolicyCode
from referrals import gates
from referrals.actions import Action
from referrals.gates import Place
from referrals.models import Agency, Hold, Referral
from referrals.routing import Proposal
from referrals.services import facts, holding
from referrals.states import AgencyKind, HoldState, Obligation

LONGEST = timedelta(hours=house.LONGEST_HOLD)
SETS = (Action.HOLD_SET, *holding.KEEPS)
"""What a verb that calls `set_by_policy` and `holding.keep` declares."""


def hold_of(case: Case) -> Hold | None:
    """The hold that stands now; none once its time is over, even before the clock has seen it."""
    return Hold.objects.filter(case=case, state=HoldState.SET, until__gt=timezone.now()).first()


def ended(now: datetime, limit: int) -> list[UUID]:
    """Holds whose time is over, for the clock, oldest first."""
    over = Hold.objects.filter(state=HoldState.SET, until__lte=now).order_by("until")
    return list(over.values_list("pk", flat=True)[:limit])


@verb(*SETS, *holding.RELEASES)
def set_hold(
    *, actor: Actor, case_id: UUID, until: datetime, agency_id: UUID | None = None, reason: str = ""
) -> Hold:
    """Keep host and platform in the dark until then. `agency_id`: the police who ask for it. Raises Refusal."""
    now = timezone.now()
    case = Case.objects.locked(case_id)
    if case.state == CaseState.CLOSED:
        raise Refusal(_("This case is closed. There is nothing left to hold."))
    _check_who(case, agency_id, reason)
    _check_until(until, now)
    former = holding.standing(case)
    if former and former.until > now:
        raise Refusal(_("A police hold stands already. Extend it or release it."))
    if former:
        holding.release(case, former, SYSTEM)
    hold = holding.begin(case, until, actor, now=now, agency_id=agency_id, reason=reason)
    holding.keep(case, hold, actor)
    return hold


@verb(Action.HOLD_EXTEND, *holding.KEEPS)
def extend_hold(*, actor: Actor, case_id: UUID, until: datetime, agency_id: UUID | None = None) -> Hold:
    """Let the hold end later. Extended for the police it is theirs: their answer does not end it. Raises Refusal."""
    case, hold = _lock(case_id)
    _check_police(case, agency_id)
    _check_until(until, timezone.now())
    if until <= hold.until:
        raise Refusal(_("The hold lasts longer than that already. To end it earlier, release it."))
    holding.change(hold, until, actor, agency_id=agency_id)
    holding.keep(case, hold, actor)
    return hold


@verb(*holding.RELEASES)
def release_hold(*, actor: Actor, case_id: UUID, agency_id: UUID | None = None, reason: str = "") -> Hold:
    """Let host and platform be told now. Raises Refusal."""
    case, hold = _lock(case_id)
    _check_who(case, agency_id, reason)
    return holding.release(case, hold, actor, facts={"agency": agency_id}, reason=reason)


@verb(*holding.RELEASES)
def release_ended(*, hold_id: UUID) -> Hold | None:
    """The time of the hold is over. None: it does not stand any more, or it was extended."""
    case = Case.objects.locked(Hold.objects.only("case_id").get(pk=hold_id).case_id)
    hold = holding.standing(case)
    if hold is None or hold.pk != hold_id or hold.until > timezone.now():
        return None
    return holding.release(case, hold, SYSTEM)


def release_for_answer(case: Case, agency: Agency, actor: Actor) -> Hold | None:
    """The police have accepted or declined: the hold of the locked case ends. A step; declare `holding.RELEASES`.

    A hold for which the police named a time of their own stands until then, or until they release it.
    """
    hold = holding.standing(case)
    if hold is None or hold.agency_id is not None or not _is_police(agency, hold.country):
        return None
    return holding.release(case, hold, actor, facts={"agency": agency.id})


def set_by_policy(case: Case, referred: Iterable[Proposal], actor: Actor, now: datetime) -> Hold | None:
    """The hold that stands once these are referred: the one there is, or a new one by policy. A step."""
    hold = holding.standing(case)
    if hold:
        return hold
    rule = house.policy(PolicyCode.POLICE_HOLD, settings.TUTELA_HOME_COUNTRY)
    hours = foreseen(case, referred)
    if hours is None:
        return None
    until = now + timedelta(hours=hours)
    return holding.begin(case, until, actor, now=now, policy_id=rule.policy_id)


def foreseen(case: Case, referred: Iterable[Proposal]) -> int | None:
    """For how many hours host and platform will wait if these are referred. None: they will not."""
    rule = house.policy(PolicyCode.POLICE_HOLD, settings.TUTELA_HOME_COUNTRY)
    if not rule.on or not rule.hours:
        return None
    told = [found for found in referred if found.obligation is not Obligation.FORBIDDEN]
    home = settings.TUTELA_HOME_COUNTRY
    police = Agency.objects.filter(kind=AgencyKind.POLICE, country=home)
    known = set(police.filter(pk__in=[found.agency_id for found in told]).values_list("pk", flat=True))
    items = [item for found in told if found.agency_id in known for item in found.item_ids]
    return rule.hours if items and _touches_home(case, items) else None


def _touches_home(case: Case, item_ids: Iterable[UUID]) -> bool:
    """Whether an item is, or may be, hosted at home or on a platform of home."""
    places = tuple(
        Place(known.hosting_country, known.platform.country if known.platform else "")
        for known in facts.picture(case).of(item_ids)
    )
    return gates.covered(AgencyKind.PROVIDER, "", places, settings.TUTELA_HOME_COUNTRY)


def _lock(case_id: UUID) -> tuple[Case, Hold]:
    case = Case.objects.locked(case_id)
    hold = holding.standing(case)
    if hold is None or hold.until <= timezone.now():
        raise Refusal(_("No police hold stands on this case."))
    return case, hold


def _check_who(case: Case, agency_id: UUID | None, reason: str) -> None:
    """The police need not say why; the house does."""
    _check_police(case, agency_id)
    if agency_id is None and not reason.strip():
        raise Refusal(_("Say why. Whoever reads the case later needs the reason."))


def _check_police(case: Case, agency_id: UUID | None) -> None:
    """Police of this country, before whom the case is."""
    if agency_id is None:
        return
    told = Referral.objects.filter(case=case, agency_id=agency_id).select_related("agency").first()
    if told is None or not _is_police(told.agency, settings.TUTELA_HOME_COUNTRY):
        raise Refusal(_("Only the police of this country who have the case can ask for that."))


def _check_until(until: datetime, now: datetime) -> None:
    if until <= now:
        raise Refusal(_("That time is over already. Name one that lies ahead."))
    if until > now + LONGEST:
        raise Refusal(
            _("A hold lasts %(days)d days at most. It can be extended later.") % {"days": LONGEST.days}
        )


def _is_police(agency: Agency, country: str) -> bool:
    return agency.kind in {AgencyKind.POLICE, AgencyKind.PROSECUTOR} and agency.country == country
