"""What an agency sees of a document before it has said that it received it: number, kind, urgency, counts, state."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from referrals import documents, wording
from referrals.documents import ReferralDocument
from referrals.models import Delivery, FollowUp, Package, Receipt, Referral
from referrals.services import ready
from referrals.services.reading import Row, rows
from referrals.wording import Words


@dataclass(frozen=True)
class Cover:
    """Nothing here names an address, a host or a person. `document` stays behind the cover.

    `is_kept`: nothing is given out to the agency at present.
    """

    row: Row
    document: ReferralDocument
    kind: Words
    contents: str
    reason: Words
    package: Package | None
    receipt: Receipt | None
    is_offered: bool
    is_kept: bool

    @property
    def referral(self) -> Referral:
        return self.row.referral

    @property
    def is_ready(self) -> bool:
        arrived = self.receipt is not None or self.is_offered
        return self.package is not None and arrived and not self.is_kept

    @property
    def digest(self) -> str:
        return bytes(self.package.digest).hex() if self.package else ""


def covers(referrals: Iterable[Referral]) -> list[Cover]:
    """The first documents, in the order given."""
    return [_cover(row, None) for row in rows(referrals)]


def cover(referral: Referral, follow_up: FollowUp | None = None) -> Cover:
    """The first document, or this follow-up."""
    (row,) = rows([referral])
    return _cover(row, follow_up)


def _cover(row: Row, follow_up: FollowUp | None) -> Cover:
    document = documents.from_bytes(bytes(follow_up.document)) if follow_up else row.document
    deliveries = Delivery.objects.filter(referral=row.referral, follow_up=follow_up)
    delivery = deliveries.order_by("-next_try_at").first()
    if delivery:
        delivery.referral = row.referral
    counts = Counter(item.kind for item in document.items)
    return Cover(
        row=row,
        document=document,
        kind=wording.FOLLOW_UPS[follow_up.kind]
        if follow_up
        else _("Report of probably illegal content. Only a court decides."),
        contents=", ".join(
            f"{number} × {wording.ITEM_KINDS.get(kind, kind)}" for kind, number in sorted(counts.items())
        ),
        reason=wording.REASONS.get(document.rule.reason, document.rule.reason),
        package=Package.objects.filter(delivery=delivery).first(),
        receipt=Receipt.objects.filter(delivery=delivery).first(),
        is_offered=delivery is not None and ready.lies_ready(delivery),
        is_kept=delivery is not None and not ready.kept(delivery, timezone.now()).free,
    )
