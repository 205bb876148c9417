"""Referrals that said otherwise: the agency has another verdict or hosting country than the assessment of today."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef

from intake.models import Assessment, Case
from referrals import policies, wording
from referrals.models import Referral
from referrals.querysets import ReferralQuerySet
from referrals.services.held_facts import Told, told
from referrals.states import GOT_THE_FIRST, UNSENT, ReferralState
from referrals.wording import Pill, Words


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
    """Documents are read only where an assessment is younger than the referral."""
    younger = Assessment.objects.filter(
        case=OuterRef("case_id"), supersedes__isnull=False, assessed_at__gt=OuterRef("confirmed_at")
    )
    candidates = told(
        referrals.exclude(state=ReferralState.WITHDRAWN).filter(Exists(younger)).order_by("number")
    )
    current = _current(found.referral.case_id for found in candidates)
    rows = [(found.referral, _differences(found, current)) for found in candidates]
    return [
        Contradiction(referral, wording.STATES[referral.state], differing)
        for referral, differing in rows
        if differing
    ]


def _current(cases: Iterable[UUID]) -> dict[tuple[UUID, str], Assessment]:
    """The assessments that hold today, by case and address."""
    found = (
        Assessment.objects.filter(case__in=set(cases), superseded_by__isnull=True)
        .annotate(address=F("item__canonical"))
        .order_by("assessed_at")
    )
    return {(assessment.case_id, assessment.address): assessment for assessment in found}


def _differences(found: Told, current: dict[tuple[UUID, str], Assessment]) -> list[Difference]:
    differing = []
    for address, item in sorted(found.items.items(), key=lambda pair: pair[1].position):
        now = current.get((found.referral.case_id, address))
        if now and (now.verdict, now.hosting_country) != (item.verdict, item.hosting_country):
            differing.append(
                Difference(
                    item.position,
                    item.defanged,
                    _in_words(item.verdict, item.hosting_country),
                    _in_words(now.verdict, now.hosting_country),
                )
            )
    return differing


def _in_words(verdict: str, country: str) -> str:
    """“Baseline CSAM, RO”; without a country the verdict alone."""
    words = str(wording.VERDICTS.get(verdict, verdict))
    return f"{words}, {country}" if country else words
