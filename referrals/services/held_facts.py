"""What an agency has been told of a case by now: its first document, with what later documents replaced or added."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from referrals import documents
from referrals.documents import DocumentItem, ReferralDocument
from referrals.models import FollowUp, Referral
from referrals.states import FollowUpKind


@dataclass(frozen=True)
class Told:
    """One referral with its frozen documents, read once. `items`: by canonical address, as the latest document says."""

    referral: Referral
    document: ReferralDocument
    follow_ups: list[FollowUp]
    items: Mapping[str, DocumentItem] = field(default_factory=dict)


def told(referrals: Iterable[Referral]) -> list[Told]:
    """One for each, in the order given; two queries however many there are."""
    found = list(referrals)
    later: dict[UUID, list[FollowUp]] = {}
    for follow_up in FollowUp.objects.filter(referral__in=found).order_by("referral", "number"):
        later.setdefault(follow_up.referral_id, []).append(follow_up)
    return [_told(referral, later.get(referral.id, [])) for referral in found]


def _told(referral: Referral, follow_ups: list[FollowUp]) -> Told:
    first = documents.from_bytes(bytes(referral.document))
    items = {item.key: item for item in first.items}
    for follow_up in follow_ups:
        if follow_up.kind != FollowUpKind.WITHDRAWAL:
            said = documents.from_bytes(bytes(follow_up.document))
            items |= {item.key: item for item in said.items}
    return Told(referral, first, follow_ups, items)
