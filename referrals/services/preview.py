"""What a person is shown before a follow-up leaves: to whom, which document exactly, and what speaks against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from intake.models import Case
from referrals.models import Referral
from referrals.services import addressees
from referrals.services.addressees import Addressed
from referrals.states import FollowUpKind
from referrals.wording import Words

DONE: Mapping[str, Words] = {
    FollowUpKind.SUPPLEMENT: _("The new facts are queued. They count as sent when they have arrived."),
    FollowUpKind.CORRECTION: _("The correction is queued. It counts as sent when it has arrived."),
    FollowUpKind.WITHDRAWAL: _("The referral is withdrawn. Whoever got the first is told."),
}
HEADINGS: Mapping[str, Words] = {
    FollowUpKind.SUPPLEMENT: _("Add facts"),
    FollowUpKind.CORRECTION: _("Correct what was sent"),
    FollowUpKind.WITHDRAWAL: _("Withdraw"),
}
LEDES: Mapping[str, Words] = {
    FollowUpKind.SUPPLEMENT: _(
        "Everyone who got the first document, and has not declined, gets what is known now."
    ),
    FollowUpKind.CORRECTION: _(
        "Those who were told otherwise get what holds now. It replaces what they were told."
    ),
    FollowUpKind.WITHDRAWAL: _(
        "The referral ends. Who got the first document is told by a document of its own."
    ),
}
BUTTONS: Mapping[str, Words] = {
    FollowUpKind.SUPPLEMENT: _("Send the new facts"),
    FollowUpKind.CORRECTION: _("Send the correction"),
    FollowUpKind.WITHDRAWAL: _("Withdraw now"),
}
NOBODY: Mapping[str, Words] = {
    FollowUpKind.SUPPLEMENT: _("No agency has got the first document, so there is nothing to add to."),
    FollowUpKind.CORRECTION: _("No agency was told otherwise than the assessment says today."),
    FollowUpKind.WITHDRAWAL: _("No referral of this case is open, so there is nothing to take back."),
}


@dataclass(frozen=True)
class Chosen:
    """What the form holds by now, well-formed or not yet."""

    reason: str = ""
    everybody: bool = False
    referral_id: UUID | None = None


@dataclass(frozen=True)
class Preview:
    """`unsent`: withdrawn without a document, because nothing of it left the house.

    `forbidden`: got the first, and gets nothing new, because a rule forbids it now.
    """

    kind: FollowUpKind
    addressed: list[Addressed]
    unsent: list[Referral]
    is_reviewed: bool
    forbidden: list[Referral]

    @property
    def heading(self) -> Words:
        return HEADINGS[self.kind]

    @property
    def lede(self) -> Words:
        return LEDES[self.kind]

    @property
    def button(self) -> Words:
        return BUTTONS[self.kind]

    @property
    def nobody(self) -> Words:
        return NOBODY[self.kind]

    @property
    def is_withdrawal(self) -> bool:
        return self.kind is FollowUpKind.WITHDRAWAL

    @property
    def is_possible(self) -> bool:
        return self.is_reviewed and bool(self.addressed or self.unsent)


def preview(case: Case, kind: FollowUpKind, chosen: Chosen) -> Preview:
    withdrawing = kind is FollowUpKind.WITHDRAWAL
    more: dict[str, Any] = {"everybody": chosen.everybody, "only": chosen.referral_id}
    return Preview(
        kind=kind,
        addressed=addressees.shown(case, kind, chosen.reason, **more),
        unsent=addressees.unsent(case, only=chosen.referral_id) if withdrawing else [],
        is_reviewed=withdrawing or addressees.is_reviewed(case),
        forbidden=addressees.forbidden(case) if kind is FollowUpKind.SUPPLEMENT else [],
    )
