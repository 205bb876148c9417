"""What a person decided about each proposal: sent, or left out with a reason; nothing is passed over in silence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from audit.acts import Refusal
from intake.models import Case
from referrals.models import Overruling
from referrals.routing import Proposal
from referrals.services import left_out
from referrals.services.left_out import Key, key_of
from referrals.states import AskState, Obligation


@dataclass(frozen=True)
class Choice:
    """One proposal that a person confirms. `seen` is the digest of the draft they were shown, in hexadecimal."""

    agency_id: UUID
    rule_code: str
    rule_version: int
    seen: str = ""

    @property
    def key(self) -> Key:
        return (self.agency_id, self.rule_code, self.rule_version)


@dataclass(frozen=True)
class Left:
    """One suggestion that a person leaves out while confirming the others, and why."""

    agency_id: UUID
    rule_code: str
    rule_version: int
    reason: str

    @property
    def key(self) -> Key:
        return (self.agency_id, self.rule_code, self.rule_version)


@dataclass(frozen=True)
class Decided:
    """Each proposal once: those to send as they were chosen, and suggestions left out just now with their reason."""

    sent: list[tuple[Proposal, Choice]]
    left: list[tuple[Proposal, str]]


def decided(
    case: Case, proposals: Iterable[Proposal], choices: Sequence[Choice], leaving_out: Sequence[Left]
) -> Decided:
    """Pair every proposal with what the person said about it. Raises Refusal."""
    wanted = {choice.key: choice for choice in choices}
    why = {left.key: left.reason.strip() for left in leaving_out if left.reason.strip()}
    already = left_out.standing(case)
    made = Decided([], [])
    for proposal in proposals:
        key = key_of(proposal)
        choice = wanted.pop(key, None)
        if choice:
            _may_send(proposal, already.get(key))
            made.sent.append((proposal, choice))
        elif proposal.obligation is not Obligation.FORBIDDEN and key not in _agreed(already):
            made.left.append((proposal, _why_not(proposal, already.get(key), why.get(key, ""))))
    if wanted:
        raise Refusal(
            _("The rules or the case changed since you looked. Look again and confirm what is proposed now.")
        )
    return made


def still_open(case: Case, proposals: Iterable[Proposal]) -> list[Proposal]:
    """Those that may be sent and are not left out yet: somebody has to decide about them."""
    agreed = _agreed(left_out.standing(case))
    return [
        found
        for found in proposals
        if found.obligation is not Obligation.FORBIDDEN and key_of(found) not in agreed
    ]


def names(proposal: Proposal) -> dict[str, str]:
    return {"rule": proposal.rule_code, "agency": proposal.agency_name}


def _agreed(already: Mapping[Key, Overruling]) -> set[Key]:
    return {key for key, row in already.items() if row.state == AskState.AGREED}


def _may_send(proposal: Proposal, overruling: Overruling | None) -> None:
    if proposal.obligation is Obligation.FORBIDDEN:
        raise Refusal(
            _("Rule %(rule)s forbids to refer this to %(agency)s. It cannot be overruled.") % names(proposal)
        )
    if overruling:
        raise Refusal(
            _("%(name)s said that %(agency)s is left out. Take that back first, then include it.")
            % {"name": overruling.asked_by.name, **names(proposal)}
        )


def _why_not(proposal: Proposal, overruling: Overruling | None, reason: str) -> str:
    """The reason for which one person leaves it out now. Raises Refusal where one person cannot, or gave none."""
    if overruling:
        raise Refusal(
            _("Another person has not decided yet whether %(agency)s is left out.") % names(proposal)
        )
    if proposal.obligation is Obligation.OBLIGATORY:
        raise Refusal(
            _("Rule %(rule)s obliges us to refer this to %(agency)s. To leave it out, ask a second person.")
            % names(proposal)
        )
    if not reason:
        raise Refusal(_("Include %(agency)s, or say why it is left out.") % names(proposal))
    return reason
