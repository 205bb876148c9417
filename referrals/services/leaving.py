"""May this leave now? The gates, asked with what the database says: by pages, on confirming, by claims and retries."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Max, Min, Q

from intake.models import Case
from intake.states import Priority
from referrals import destinations, documents, gates
from referrals.destinations import Line
from referrals.documents import ReferralDocument
from referrals.gates import WAITING, Place, Sending, Stop, Terms
from referrals.models import Agency, Delivery
from referrals.services.facts import Picture, picture
from referrals.states import HOST_SIDE, DeliveryMode, DeliveryState, FollowUpKind, ReferralState


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
    agency: Agency,
    *,
    case: Case,
    item_ids: Iterable[UUID],
    role: str | None,
    now: datetime,
    test: bool | None = None,
) -> Leaving:
    """Before a person decides: whether these items may leave for this agency, confirmed by this role.

    `test`: how what follows an earlier document is marked.
    """
    return leaving_of(picture(case), agency, item_ids=item_ids, role=role, now=now, test=test)


def leaving_of(
    seen: Picture,
    agency: Agency,
    *,
    item_ids: Iterable[UUID],
    role: str | None,
    now: datetime,
    test: bool | None = None,
) -> Leaving:
    """The same for a case that has been looked at already."""
    sending = replace(_sending(seen, agency, frozenset(item_ids), role), test=test)
    return _ask(terms_of(agency, agency.destination, agency.mode), sending, now)


def may_send(delivery: Delivery, now: datetime, *, fetched: bool = False) -> Leaving:
    """Before a claim or a retry: everything is read again, for the destination it was queued for.

    `fetched`: somebody came for it, whom it does not disturb: quiet hours do not count.
    What takes a referral back leaves whatever holds by now; of a test it does so even where the agency is live.
    """
    referral = delivery.referral
    agency = Agency.objects.get(pk=referral.agency_id)
    seen = picture(Case.objects.get(pk=referral.case_id))
    ids = frozenset(referral.referral_items.values_list("item_id", flat=True))
    carried = delivery.follow_up or referral
    document = documents.from_bytes(bytes(carried.document))
    takes_back = delivery.follow_up is not None and delivery.follow_up.kind == FollowUpKind.WITHDRAWAL
    sending = replace(
        _sending(seen, agency, ids, None),
        test=None if takes_back and document.test else document.test,
        outdated=not takes_back and _is_outdated(document, seen),
    )
    terms = terms_of(agency, delivery.destination, delivery.mode)
    return _ask(replace(terms, quiet_hours=None) if fetched else terms, sending, now)


def hold_covers(agency: Agency, case: Case, item_ids: Iterable[UUID]) -> bool:
    """Whether a police hold on the case keeps this agency in the dark about these items."""
    return _covers(picture(case), agency, frozenset(item_ids))


def standing_stops(agency: Agency, now: datetime) -> tuple[Stop, ...]:
    """What keeps everything from this agency until a person mends it, whatever is to be sent."""
    nothing = Sending(kinds=frozenset())
    found = gates.stops(terms_of(agency, agency.destination, agency.mode), nothing, now)
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
    terms = terms_of(agency, agency.destination, agency.mode)
    return gates.quiet_until(terms, moment, danger=danger) or moment


def _ask(terms: Terms, sending: Sending, now: datetime) -> Leaving:
    return Leaving(gates.stops(terms, sending, now), gates.until(terms, sending, now))


def terms_of(agency: Agency, destination: str, mode: str) -> Terms:
    """The agency's terms for what goes to this destination in this mode."""
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
        longest_address=max(
            (len(text) for one in carried for text in (one.item.canonical, *one.spellings)), default=0
        ),
        assessed=all(one.assessment for one in carried),
        danger=seen.danger,
        role=role,
        held_until=seen.held_until if _covers(seen, agency, ids) else None,
    )


def _is_outdated(document: ReferralDocument, seen: Picture) -> bool:
    """Whether it names another verdict or hosting country than holds today for one of its addresses."""
    now = {
        one.item.canonical: (one.assessment.verdict, one.hosting_country)
        for one in seen.known
        if one.assessment
    }
    return any(
        item.verdict
        and now.get(item.key, (item.verdict, item.hosting_country)) != (item.verdict, item.hosting_country)
        for item in document.items
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
