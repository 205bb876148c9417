"""The exact document that would leave for one proposal, made from what the house knows of the case today."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from intake.normalise import defang
from intake.services import second
from intake.states import Priority
from referrals.documents import (
    Addressee,
    DocumentItem,
    FollowUpCited,
    Informed,
    LeftOut,
    ReferralDocument,
    RuleCited,
)
from referrals.models import Agency, Receipt, Referral
from referrals.routing import Proposal
from referrals.services import offences
from referrals.services.facts import Known, Picture
from referrals.states import HOST_SIDE, AgencyState, DeliveryMode, Obligation

STAYS = (
    LeftOut("reporter_contact", "stays_in_the_house"),
    LeftOut("reporter_text", "stays_in_the_house"),
    LeftOut("reporter_language", "stays_in_the_house"),
)
URGENT = {Priority.DANGER: "child_in_danger", Priority.HIGH: "child_at_risk"}


def drafted(
    seen: Picture, proposal: Proposal, proposals: Iterable[Proposal], follow_up: FollowUpCited | None = None
) -> ReferralDocument:
    """Everything that would leave; only number, time, approval and a hold that begins with it are still missing.

    Whoever hosts or runs the platform is told neither who else was informed nor of a police hold.
    """
    agency = Agency.objects.get(pk=proposal.agency_id)
    carried = seen.of(proposal.item_ids)
    priority = list(Priority)[seen.case.priority]
    on_host_side = agency.kind in HOST_SIDE
    return ReferralDocument(
        hotline=settings.TUTELA_HOTLINE,
        hotline_contact=settings.TUTELA_HOTLINE_CONTACT or settings.TUTELA_MAIL_FROM,
        agency=_addressee(agency, urgent=seen.danger),
        case_number=seen.case.number,
        priority=priority.value,
        urgency_reason=URGENT.get(priority, ""),
        rule=RuleCited(proposal.rule_code, proposal.rule_version, proposal.obligation.value, proposal.reason),
        legal_basis=agency.legal_basis,
        offences=offences.named(seen, carried),
        items=tuple(map(_item, carried)),
        reviewed_by=_reviewed_by(seen),
        left_out=(*STAYS, *_left_out(seen, proposal, proposals)),
        informed=() if on_host_side else _informed(seen, agency),
        hold_until=None if on_host_side else seen.held_until,
        preserve=on_host_side and any(one.illegal for one in carried),
        test=agency.state != AgencyState.LIVE,
        follow_up=follow_up,
    )


def pseudonym(role: str, person: UUID) -> str:
    """Who acted, without a name: the role, and the beginning of the id that stands in the log."""
    return f"{role}-{person.hex[:8]}"


def _addressee(agency: Agency, *, urgent: bool) -> Addressee:
    """By e-mail where there is an approved address; else the duty desk, in danger the one at night too.

    What a machine brings to an agency on test goes to our own mailbox.
    """
    by_phone = " / ".join(filter(None, [agency.duty_contact, agency.night_contact if urgent else ""]))
    contact = agency.contact if agency.contact_approved and agency.contact else by_phone
    if agency.state != AgencyState.LIVE and agency.mode == DeliveryMode.API:
        contact = settings.TUTELA_TEST_MAILBOX
    return Addressee(agency.name, agency.kind, agency.country, contact, tuple(agency.languages))


def _item(one: Known) -> DocumentItem:
    item, assessment, trace = one.item, one.assessment, one.trace
    return DocumentItem(
        position=one.number,
        kind=item.kind,
        address=item.raw,
        defanged=defang(item.raw, item.kind),
        verdict=assessment.verdict if assessment else "",
        scheme=assessment.scheme if assessment else "",
        hosting_country=one.hosting_country,
        host_known_by=one.host_known_by,
        assessed_by=pseudonym(assessment.assessor.role, assessment.assessor_id) if assessment else "",
        reports=len(one.received),
        first_reported_on=timezone.localdate(min(one.received)),
        last_reported_on=timezone.localdate(max(one.received)),
        age=assessment.age if assessment else "",
        sex=assessment.sex if assessment else "",
        site_type=assessment.site_type if assessment else "",
        commercial=assessment.commercial if assessment else "",
        payment_methods=tuple(assessment.payment_methods) if assessment else (),
        flags=tuple(assessment.flags) if assessment else (),
        platform=one.platform.name if one.platform else item.platform,
        host_provider=trace.provider if trace else "",
        network=trace.network if trace else "",
        ip=trace.ip or "" if trace else "",
        traced_at=trace.traced_at.replace(microsecond=0) if trace else None,
        confidence=trace.confidence if trace else 0,
        canonical=item.canonical,
        spellings=one.spellings if len(one.spellings) > 1 else (),
    )


def _reviewed_by(seen: Picture) -> str:
    """Nobody, unless a second person agreed to every assessment as it stands now."""
    latest = second.reviewer_of_now(seen.case)
    return pseudonym(latest.reviewer.role, latest.reviewer_id) if latest else ""


def _informed(seen: Picture, agency: Agency) -> tuple[Informed, ...]:
    """The other organisations that the case was brought before, in the order of the referrals."""
    others = Referral.objects.filter(case=seen.case).exclude(agency=agency).select_related("agency")
    receipts = dict(
        Receipt.objects.filter(delivery__referral__in=others, delivery__follow_up__isnull=True).values_list(
            "delivery__referral_id", "receipt_id"
        )
    )
    return tuple(
        Informed(other.agency.name, other.agency.kind, other.number, other.state, receipts.get(other.id, ""))
        for other in others.order_by("number")
    )


def _left_out(seen: Picture, proposal: Proposal, proposals: Iterable[Proposal]) -> list[LeftOut]:
    """The other items of the case: one line each, by number, with why."""
    forbidden = {
        item
        for found in proposals
        if found.agency_id == proposal.agency_id and found.obligation is Obligation.FORBIDDEN
        for item in found.item_ids
    }
    words = [LeftOut("item", "own_words", number) for number in seen.words]
    addresses = [
        LeftOut("item", "forbidden" if one.item.id in forbidden else "not_for_this_agency", one.number)
        for one in seen.known
        if one.item.id not in proposal.item_ids
    ]
    return sorted(words + addresses, key=lambda left: left.position)
