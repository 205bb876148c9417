"""From an assessed case to its referrals, and from concluded referrals to a closed case."""

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.acts import Refusal, verb
from audit.log import Actor
from intake.models import Case
from intake.services import closing, house, second
from intake.states import CaseState, ClosingOutcome, PolicyCode
from intake.steps import move_case
from referrals.actions import Action
from referrals.models import Referral
from referrals.services import choosing, referring
from referrals.services.choosing import Choice, Left
from referrals.services.proposals import propose_routes

REFERRED_STATES = frozenset({CaseState.REFERRED, CaseState.MONITORING})

__all__ = ["Choice", "Left", "close_reviewed_case", "create_referrals", "may_refer"]


@verb(*referring.ACTS, Action.CASE_REFER)
def create_referrals(
    *, actor: Actor, case_id: UUID, choices: Sequence[Choice], leaving_out: Sequence[Left] = ()
) -> list[Referral]:
    """Confirm what is referred to whom: freeze each document, queue its delivery, move the case to referred.

    The proposals are made again here, so nothing can be confirmed that the rules do not say now. Where everything is
    left out there is no referral, and the case stays confirmed: it can be closed. Raises Refusal.
    """
    case = Case.objects.locked(case_id)
    may_refer(case)
    decided = choosing.decided(case, propose_routes(case), choices, leaving_out)
    if not decided.sent and not decided.left:
        raise Refusal(_("Choose at least one agency."))
    referrals = referring.refer(case, decided, actor, timezone.now())
    if referrals:
        move_case(
            case,
            to=CaseState.REFERRED,
            action=Action.CASE_REFER,
            actor=actor,
            facts={"referrals": len(referrals)},
        )
    return referrals


@verb(*closing.ACTS)
def close_reviewed_case(*, actor: Actor, case_id: UUID, reason: str) -> Case:
    """Close, or ask to, a case whose referrals have all ended, or that nobody has to be told of. Raises Refusal."""
    case = Case.objects.locked(case_id)
    return closing.ask_or_close(case, _closed_with(case), reason, actor)


def may_refer(case: Case) -> None:
    """Nothing leaves before a second person has agreed, but where the house or a danger says so. Raises Refusal."""
    if case.state in REFERRED_STATES:
        raise Refusal(
            _("This case has been referred already. Its referrals are listed on the page of the case.")
        )
    if case.state == CaseState.CLOSED:
        raise Refusal(
            _("This case is closed already. Why, and what was referred, is on the page of the case.")
        )
    if case.state != CaseState.CONFIRMED:
        raise Refusal(_("Nothing leaves before a second person has agreed. This case is not confirmed."))
    if case.disputed:
        raise Refusal(_("Two people disagree about this case. A supervisor decides before anything leaves."))
    if not _is_agreed(case):
        raise Refusal(_("Nothing leaves before a second person has agreed. Ask for a review."))


def _is_agreed(case: Case) -> bool:
    """By a second person; or one person confirmed alone in danger, and owes the review; or the policy waives it."""
    last = second.last_review(case)
    if last is not None:
        return last.agrees
    return case.review_owed_at is not None or house.policy(PolicyCode.SECOND_REVIEW).waived


def _closed_with(case: Case) -> ClosingOutcome:
    """Nothing is left to do: every referral has ended, or nobody has to be told of the case. Raises Refusal."""
    if case.state == CaseState.CONFIRMED:
        waiting = next(iter(choosing.still_open(case, propose_routes(case))), None)
        if waiting:
            raise Refusal(
                _("Rule %(rule)s proposes %(agency)s. Confirm the referral first, or leave it out.")
                % choosing.names(waiting)
            )
        return ClosingOutcome.NOBODY
    if case.state not in REFERRED_STATES:
        raise Refusal(_("Only a case that a second person has confirmed can be closed here."))
    unfinished = Referral.objects.filter(case=case).unfinished().order_by("number").first()
    if unfinished:
        raise Refusal(
            _("%(number)s is not concluded yet. Type in its outcome first.") % {"number": unfinished.number}
        )
    return ClosingOutcome.CONCLUDED
