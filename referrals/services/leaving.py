"""May this leave now? The gates, asked with what the database says: by pages, on confirming, by claims and retries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Max, Min, Q

from intake.models import Case
from intake.states import Priority
from referrals import destinations, gates
from referrals.destinations import Line
from referrals.gates import WAITING, Place, Sending, Stop, Terms
from referrals.models import Agency, Delivery
from referrals.services.facts import Picture, picture
from referrals.states import HOST_SIDE, DeliveryMode, DeliveryState, ReferralState


@dataclass(frozen=True)
class Leaving:
    """What stops it. `until`: when the stops that end by themselves will have ended."""

    stops: tuple[Stop, ...] = ()
    until: datetime | None = None

    @property
    def free(self) -> bool:
        return not self.stops

    @property
    def waits(self) -> bool:
        """Nobody has to do anything: it leaves by itself later."""
        return bool(self.stops) and not self.to_mend

    @property
    def to_mend(self) -> tuple[Stop, ...]:
        """Those that a person must mend first."""
        return tuple(stop for stop in self.stops if stop not in WAITING)


def may_leave(
    agency: Agency, *, case: Case, item_ids: Iterable[UUID], role: str | None, now: datetime
) -> Leaving:
    """Before a person decides: whether these items may leave for this agency, confirmed by this role."""
    return leaving_of(picture(case), agency, item_ids=item_ids, role=role, now=now)


def leaving_of(
    seen: Picture, agency: Agency, *, item_ids: Iterable[UUID], role: str | None, now: datetime
) -> Leaving:
    """The same for a case that has been looked at already."""
    ids = frozenset(item_ids)
    return _ask(_terms(agency, agency.destination, agency.mode), _sending(seen, agency, ids, role), now)


def may_send(delivery: Delivery, now: datetime) -> Leaving:
    """Before a claim or a retry: everything is read again, for the destination it was queued for."""
    referral = delivery.referral
    agency = Agency.objects.get(pk=referral.agency_id)
    seen = picture(Case.objects.get(pk=referral.case_id))
    ids = frozenset(referral.referral_items.values_list("item_id", flat=True))
    return _ask(_terms(agency, delivery.destination, delivery.mode), _sending(seen, agency, ids, None), now)


def hold_covers(agency: Agency, case: Case, item_ids: Iterable[UUID]) -> bool:
    """Whether a police hold on the case keeps this agency in the dark about these items."""
    return _covers(picture(case), agency, frozenset(item_ids))


def standing_stops(agency: Agency, now: datetime) -> tuple[Stop, ...]:
    """What keeps everything from this agency until a person mends it, whatever is to be sent."""
    nothing = Sending(kinds=frozenset())
    found = gates.stops(_terms(agency, agency.destination, agency.mode), nothing, now)
    return tuple(stop for stop in found if stop not in WAITING)


def first_try_at(agency: Agency, case: Case, now: datetime) -> datetime:
    """When what is queued now may first be tried; quiet hours of the agency are waited for too."""
    danger = case.priority == Priority.DANGER.rank
    waiting, last = _notices_to(agency) if agency.kind in HOST_SIDE else (None, None)
    moment = gates.first_try(
        agency.kind,
        now,
        danger=danger,
        undo=timedelta(seconds=settings.TUTELA_SEND_AFTER_SECONDS),
        notice_after=timedelta(minutes=settings.TUTELA_NOTICE_AFTER_MINUTES),
        gather=timedelta(hours=settings.TUTELA_NOTICE_GATHER_HOURS),
        waiting=waiting,
        last=last,
    )
    terms = _terms(agency, agency.destination, agency.mode)
    return gates.quiet_until(terms, moment, danger=danger) or moment


def _ask(terms: Terms, sending: Sending, now: datetime) -> Leaving:
    return Leaving(gates.stops(terms, sending, now), gates.until(terms, sending, now))


def _terms(agency: Agency, destination: str, mode: str) -> Terms:
    found = destinations.registry().get(destination)
    return Terms(
        kind=agency.kind,
        state=agency.state,
        agreement=agency.agreement,
        agreement_until=agency.agreement_until,
        item_kinds=frozenset(agency.item_kinds),
        submitters=frozenset(agency.submitters),
        takes_unassessed=agency.takes_unassessed and found is not None and found.takes_unassessed,
        works=found is not None and mode in found.modes,
        mailed=found is not None and found.line is Line.MAIL and mode == DeliveryMode.API,
        contact=agency.contact,
        contact_approved=agency.contact_approved,
        longest_address=found.longest_address if found else 0,
        quiet_hours=agency.quiet_hours,
        time_zone=agency.time_zone,
    )


def _sending(seen: Picture, agency: Agency, ids: frozenset[UUID], role: str | None) -> Sending:
    carried = seen.of(ids)
    return Sending(
        kinds=frozenset(one.item.kind for one in carried),
        longest_address=max((len(one.item.canonical) for one in carried), default=0),
        assessed=all(one.assessment for one in carried),
        danger=seen.danger,
        role=role,
        held_until=seen.held_until if _covers(seen, agency, ids) else None,
    )


def _covers(seen: Picture, agency: Agency, ids: frozenset[UUID]) -> bool:
    places = tuple(
        Place(one.hosting_country, one.platform.country if one.platform else "") for one in seen.of(ids)
    )
    return gates.covered(agency.kind, agency.country, places, settings.TUTELA_HOME_COUNTRY)


def _notices_to(agency: Agency) -> tuple[datetime | None, datetime | None]:
    """For the contact of this agency: when the notice leaves that still waits, and when the last one left."""
    same = Q(referral__agency__contact=agency.contact) if agency.contact else Q(referral__agency=agency)
    notices = Delivery.objects.filter(same, referral__agency__kind__in=HOST_SIDE)
    untried = notices.filter(
        state=DeliveryState.QUEUED, attempts_made=0, referral__state=ReferralState.QUEUED
    )
    return (
        untried.aggregate(at=Min("next_try_at"))["at"],
        notices.exclude(state=DeliveryState.QUEUED).aggregate(at=Max("claimed_at"))["at"],
    )
