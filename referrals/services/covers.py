"""What an agency sees of a referral before it has collected the package: number, kind, urgency, counts, state."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from referrals import wording
from referrals.documents import ReferralDocument
from referrals.models import Delivery, Package, Receipt, Referral
from referrals.services.reading import Row, rows
from referrals.wording import Words


@dataclass(frozen=True)
class Cover:
    """Nothing here names an address, a host or a person."""

    row: Row
    kind: Words
    contents: str
    reason: Words
    package: Package | None
    receipt: Receipt | None

    @property
    def referral(self) -> Referral:
        return self.row.referral

    @property
    def document(self) -> ReferralDocument:
        return self.row.document

    @property
    def is_ready(self) -> bool:
        return self.package is not None and (self.receipt is not None or self.row.pill is wording.READY)

    @property
    def digest(self) -> str:
        return bytes(self.package.digest).hex() if self.package else ""


def covers(referrals: Iterable[Referral]) -> list[Cover]:
    return [_cover(row) for row in rows(referrals)]


def cover(referral: Referral) -> Cover:
    return covers([referral])[0]


def _cover(row: Row) -> Cover:
    document = row.document
    delivery = Delivery.objects.filter(referral=row.referral).order_by("-next_try_at").first()
    counts = Counter(item.kind for item in document.items)
    return Cover(
        row=row,
        kind=_("Report of probably illegal content. Only a court decides."),
        contents=", ".join(
            f"{number} × {wording.ITEM_KINDS.get(kind, kind)}" for kind, number in sorted(counts.items())
        ),
        reason=wording.REASONS.get(document.rule.reason, document.rule.reason),
        package=Package.objects.filter(delivery=delivery).first(),
        receipt=Receipt.objects.filter(delivery=delivery).first(),
    )
