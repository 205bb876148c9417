"""The police hold: while it stands, no host, registrar or platform is told, so that the police act first.

Set by policy when the police are told of something at home; set, extended and released by a supervisor, or on behalf
of the police. It ends when its time is over; the one that the policy set also by their answer, as long as nobody named
a time for it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
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
from referrals.services.holding import Wish
from referrals.states import GOT_THE_FIRST, AgencyKind, HoldState, Obligation, ReferralState

if TYPE_CHECKING:
    from referrals.services.answering import Who

LONGEST = timedelta(hours=house.LONGEST_HOLD)
POLICE = frozenset({AgencyKind.POLICE.value, AgencyKind.PROSECUTOR.value})
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
    *,
    actor: Actor,
    case_id: UUID,
    until: datetime,
    agency_id: UUID | None = None,
    reason: str = "",
    who: "Who | None" = None,
) -> Hold:
    """Keep host and platform in the dark until then. `agency_id`: the police who ask for it. Raises Refusal.

    `who`: the person of the police who asks by themselves; sealed with the entry.
    """
    now = timezone.now()
    case = Case.objects.locked(case_id)
    if case.state == CaseState.CLOSED:
        raise Refusal(_("This case is closed. There is nothing left to hold."))
    wish = _check_who(case, agency_id, reason, who)
    _check_until(until, now)
    former = holding.standing(case)
    if former and former.until > now:
        raise Refusal(_("A police hold stands already. Extend it or release it."))
    if former:
        holding.release(case, former, SYSTEM)
    hold = holding.begin(case, until, actor, now=now, agency_id=agency_id, reason=reason, wish=wish)
    holding.keep(case, hold, actor)
    return hold


@verb(Action.HOLD_EXTEND, *holding.KEEPS)
def extend_hold(
    *,
    actor: Actor,
    case_id: UUID,
    until: datetime,
    agency_id: UUID | None = None,
    reason: str = "",
    who: "Who | None" = None,
) -> Hold:
    """Let the hold end later, at a time that an answer does not end. Extended for the police it is theirs.

    Raises Refusal.
    """
    case, hold = _lock(case_id)
    wish = _check_who(case, agency_id, reason, who)
    _check_until(until, timezone.now())
    if until <= hold.until:
        raise Refusal(_("The hold lasts longer than that already. To end it earlier, release it."))
    holding.change(hold, until, actor, agency_id=agency_id, reason=reason, wish=wish)
    holding.keep(case, hold, actor)
    return hold


@verb(*holding.RELEASES)
def release_hold(
    *,
    actor: Actor,
    case_id: UUID,
    agency_id: UUID | None = None,
    reason: str = "",
    who: "Who | None" = None,
) -> Hold:
    """Let host and platform be told now. Police who have got nothing of the case cannot know. Raises Refusal."""
    case, hold = _lock(case_id)
    wish = _check_who(case, agency_id, reason, who)
    if agency_id is not None and not _got_something(case, agency_id):
        raise Refusal(_("These police have got nothing of the case yet, so they cannot let it go."))
    return holding.release(case, hold, actor, facts={"agency": agency_id}, reason=reason, wish=wish)


@verb(*holding.RELEASES)
def release_ended(*, hold_id: UUID) -> Hold | None:
    """The time of the hold is over. None: it does not stand any more, or it was extended."""
    case = Case.objects.locked(Hold.objects.only("case_id").get(pk=hold_id).case_id)
    hold = holding.standing(case)
    if hold is None or hold.pk != hold_id or hold.until > timezone.now():
        return None
    return holding.release(case, hold, SYSTEM)


def release_for_answer(case: Case, agency: Agency, actor: Actor, *, accepts: bool) -> Hold | None:
    """The police have accepted or declined: the hold of the locked case ends. A step; declare `holding.RELEASES`.

    A hold that a person set or extended stands until its time, or until it is released. So does one while other
    police of the case have accepted, or may still.
    """
    hold = holding.standing(case)
    if hold is None or not hold.by_policy or not _is_police(agency, hold.country):
        return None
    if not accepts and _police_act(case, hold.country):
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
    return holding.begin(case, until, actor, now=now, policy_id=rule.policy_id, by_policy=True)


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


def _check_who(case: Case, agency_id: UUID | None, reason: str, who: "Who | None") -> Wish | None:
    """What the police ask for by themselves, if it is them. They need not say why; the house does."""
    if agency_id is not None:
        told = _told(case, agency_id)
        return Wish(who, told) if who else None
    if not reason.strip():
        raise Refusal(_("Say why. Whoever reads the case later needs the reason."))
    return None


def _told(case: Case, agency_id: UUID) -> Referral:
    """The newest referral by which the case is before these police of this country."""
    found = Referral.objects.filter(case=case, agency_id=agency_id).select_related("agency")
    told = found.order_by("-confirmed_at").first()
    if told is None or not _is_police(told.agency, settings.TUTELA_HOME_COUNTRY):
        raise Refusal(_("Only the police of this country who have the case can ask for that."))
    return told


def _got_something(case: Case, agency_id: UUID) -> bool:
    return Referral.objects.filter(case=case, agency_id=agency_id, state__in=GOT_THE_FIRST).exists()


def _check_until(until: datetime, now: datetime) -> None:
    if until <= now:
        raise Refusal(_("That time is over already. Name one that lies ahead."))
    if until > now + LONGEST:
        raise Refusal(
            _("A hold lasts %(days)d days at most. It can be extended later.") % {"days": LONGEST.days}
        )


def _is_police(agency: Agency, country: str) -> bool:
    return agency.kind in POLICE and agency.country == country


def _police_act(case: Case, country: str) -> bool:
    """Whether police of the case have accepted, or have not said yet whether they do."""
    told = Referral.objects.filter(case=case, agency__kind__in=POLICE, agency__country=country)
    return told.exclude(state=ReferralState.DECLINED).unfinished().exists()
