"""Referrals that said otherwise: the agency has another verdict or hosting country than the assessment of today."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from intake.models import Assessment, Case, HostingTrace
from intake.services import traces
from referrals import policies, wording
from referrals.models import Referral
from referrals.querysets import ReferralQuerySet
from referrals.services.held_facts import Told, told
from referrals.states import GOT_THE_FIRST, UNSENT, ReferralState
from referrals.wording import Pill, Words

Holds = tuple[str, str]
"""Verdict and hosting country."""


@dataclass(frozen=True)
class Difference:
    """One item: what the agency was told, and what holds now."""

    position: int
    defanged: str
    told: Words
    now: Words


@dataclass(frozen=True)
class Contradiction:
    """One referral that said otherwise. What was not sent yet is withdrawn and made again, not corrected."""

    referral: Referral
    pill: Pill
    differences: list[Difference]

    @property
    def can_be_corrected(self) -> bool:
        return self.referral.state in GOT_THE_FIRST

    @property
    def is_unsent(self) -> bool:
        return self.referral.state in UNSENT


def contradicted(case: Case) -> list[Referral]:
    """The referrals of the case whose agency was told otherwise, oldest first."""
    return [found.referral for found in panel_rows(case)]


def panel_rows(case: Case) -> list[Contradiction]:
    """The same with what differs, for the page of the case."""
    return _contradictions(Referral.objects.filter(case=case).select_related("agency", "case"))


def contradictions_for(user: Any) -> list[Contradiction]:
    """The same over every case that this person may read."""
    return _contradictions(policies.referrals_of(user))


def differences_of(referral: Referral) -> list[Difference]:
    found = _contradictions(
        Referral.objects.filter(pk=referral.pk).select_related("agency", "case"),
    )
    return found[0].differences if found else []


def _contradictions(referrals: ReferralQuerySet) -> list[Contradiction]:
    """Documents are read only where something was found out after the referral was confirmed."""
    since = {"case": OuterRef("case_id")}
    assessed = Assessment.objects.filter(
        **since, supersedes__isnull=False, assessed_at__gt=OuterRef("confirmed_at")
    )
    traced = HostingTrace.objects.filter(**since, traced_at__gt=OuterRef("confirmed_at"))
    younger = Exists(assessed) | Exists(traced)
    candidates = told(referrals.exclude(state=ReferralState.WITHDRAWN).filter(younger).order_by("number"))
    current = _current({found.referral.case_id for found in candidates})
    rows = [(found.referral, _differences(found, current)) for found in candidates]
    return [
        Contradiction(referral, wording.STATES[referral.state], differing)
        for referral, differing in rows
        if differing
    ]


def _current(cases: set[UUID]) -> dict[tuple[UUID, str], Holds]:
    """What holds today, by case and address. A trace wins over what the assessment says of the country."""
    countries = {item_id: trace.country for item_id, trace in traces.newest(*cases).items()}
    assessed = Assessment.objects.filter(case__in=cases).current().select_related("item")
    return {
        (found.case_id, found.item.canonical): (
            found.verdict,
            countries.get(found.item_id, found.hosting_country),
        )
        for found in assessed
    }


def _differences(found: Told, current: dict[tuple[UUID, str], Holds]) -> list[Difference]:
    differing = []
    for address, item in sorted(found.items.items(), key=lambda pair: pair[1].position):
        told_so = (item.verdict, item.hosting_country)
        now = current.get((found.referral.case_id, address), told_so)
        if now != told_so:
            differing.append(Difference(item.position, item.defanged, _in_words(*told_so), _in_words(*now)))
    return differing


def _in_words(verdict: str, country: str) -> str:
    """“Baseline CSAM, RO”; without a country the verdict alone."""
    words = str(wording.VERDICTS.get(verdict, verdict))
    return f"{words}, {country}" if country else words
