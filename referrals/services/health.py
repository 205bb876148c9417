"""How the line to each agency is: when something last arrived, what waits and since when, what failed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from referrals import wording
from referrals.gates import Stop
from referrals.models import Agency, Attempt, Delivery, Receipt
from referrals.services.leaving import standing_stops
from referrals.states import AttemptResult, DeliveryState, ReferralState
from referrals.wording import Pill, Words

Rows = Iterable[Mapping[str, Any]]

A_DAY = timedelta(hours=24)
WORKED = (AttemptResult.OFFERED, AttemptResult.DELIVERED)
WELL = Pill(gettext_lazy("Works"), "o", "check")
QUIET = Pill(gettext_lazy("Nothing sent yet"), "n")
TROUBLED = Pill(gettext_lazy("A person must look"), "d", "cross")
STOPPED = Pill(gettext_lazy("Nothing is sent"), "w", "tri")
SLOW = Pill(gettext_lazy("Tries again by itself"), "w", "clock")

STOPPED_BY: dict[str, Words] = {
    Stop.NO_AGREEMENT: gettext_lazy("no agreement"),
    Stop.AGREEMENT_EXPIRED: gettext_lazy("the agreement has ended"),
    Stop.PAUSED: gettext_lazy("paused"),
    Stop.NO_CONTACT: gettext_lazy("no e-mail contact yet"),
    Stop.CONTACT_NOT_APPROVED: gettext_lazy("the contact is not approved yet"),
    Stop.MODE_MISSING: gettext_lazy("its destination does not work in its mode"),
}


@dataclass(frozen=True)
class Health:
    """One agency's line. `failures`: tries of 24 hours that did not work; `failed`: what nobody tries again.

    `held`: what waits for the police. `stops`: why nothing at all is sent until a person mends it.
    """

    agency: Agency
    last_success: datetime | None = None
    queued: int = 0
    held: int = 0
    ready: int = 0
    oldest: datetime | None = None
    failures: int = 0
    failed: int = 0
    unknown: int = 0
    stops: tuple[Stop, ...] = ()

    @property
    def is_well(self) -> bool:
        return not (self.failures or self.failed or self.unknown or self.stops)

    @property
    def pill(self) -> Pill:
        if self.failed or self.unknown:
            return TROUBLED
        if self.stops:
            return STOPPED
        if self.failures:
            return SLOW
        return WELL if self.last_success else QUIET

    @property
    def words(self) -> list[Words]:
        """What there is to say beside the pill, most worrying first; nothing that is zero."""
        said = [
            ngettext(
                "%(n)d failed and waits for a person", "%(n)d failed and wait for a person", self.failed
            ),
            ngettext("%(n)d unknown", "%(n)d unknown", self.unknown),
            ngettext("%(n)d failure in 24 hours", "%(n)d failures in 24 hours", self.failures),
            ngettext("%(n)d in the queue", "%(n)d in the queue", self.queued),
            ngettext("%(n)d held for the police", "%(n)d held for the police", self.held),
            ngettext("%(n)d ready to be collected", "%(n)d ready to be collected", self.ready),
        ]
        counts = (self.failed, self.unknown, self.failures, self.queued, self.held, self.ready)
        counted = [words % {"n": count} for words, count in zip(said, counts, strict=True) if count]
        return [*(STOPPED_BY.get(stop, wording.STOPS[stop]) for stop in self.stops), *counted]

    @property
    def waits(self) -> str:
        """Since when the oldest waits; empty where nothing does."""
        if self.oldest is None:
            return ""
        return _("the oldest for %(time)s") % {"time": wording.span(timezone.now() - self.oldest)}


def health(agencies: Iterable[Agency]) -> dict[UUID, Health]:
    """By agency. Three questions, however many agencies there are."""
    found = list(agencies)
    now = timezone.now()
    waiting = _by_agency(_deliveries(found))
    arrived = _by_agency(_receipts(found))
    broken = _by_agency(_failures(found, now - A_DAY))
    return {
        agency.id: Health(
            agency,
            stops=standing_stops(agency, now),
            **waiting.get(agency.id, {}),
            **arrived.get(agency.id, {}),
            **broken.get(agency.id, {}),
        )
        for agency in found
    }


def troubled(agencies: Iterable[Agency]) -> list[Health]:
    """The lines that a person should look at."""
    return [line for line in health(agencies).values() if not line.is_well]


def _deliveries(agencies: list[Agency]) -> Rows:
    """What is on its way. What will never leave, because its referral was withdrawn, does not wait."""
    queued, sending = Q(state=DeliveryState.QUEUED), Q(state=DeliveryState.SENDING)
    ready = sending & Q(offered_at__isnull=False)
    held = queued & (Q(referral__state=ReferralState.HELD) | Q(problem=Stop.POLICE_HOLD))
    since = Coalesce("follow_up__confirmed_at", "referral__confirmed_at")
    return (
        Delivery.objects.live()
        .filter(referral__agency__in=agencies)
        .values("referral__agency")
        .annotate(
            queued=Count("pk", filter=(queued & ~held) | (sending & ~ready)),
            held=Count("pk", filter=held),
            ready=Count("pk", filter=ready),
            oldest=Min(since, filter=queued | sending),
            failed=Count("pk", filter=Q(state=DeliveryState.FAILED)),
            unknown=Count("pk", filter=Q(state=DeliveryState.UNKNOWN)),
        )
    )


def _receipts(agencies: list[Agency]) -> Rows:
    found = Receipt.objects.filter(delivery__referral__agency__in=agencies)
    return found.values("delivery__referral__agency").annotate(last_success=Max("received_at"))


def _failures(agencies: list[Agency], since: datetime) -> Rows:
    found = Attempt.objects.filter(delivery__referral__agency__in=agencies, ended_at__gte=since)
    return (
        found.exclude(result__in=WORKED).values("delivery__referral__agency").annotate(failures=Count("pk"))
    )


def _by_agency(rows: Rows) -> dict[UUID, dict[str, Any]]:
    """Of each row, the column that names the agency is its key; the others are fields of `Health`."""
    counted: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        (key,) = (name for name in row if name.endswith("referral__agency"))
        counted[row[key]] = {name: value for name, value in row.items() if name != key}
    return counted
