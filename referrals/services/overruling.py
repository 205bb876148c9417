"""Leaving a proposal out: a suggestion by one person with a reason, an obligation by two. A prohibition never.

No policy waives the second person here.
"""

from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from audit.acts import Refusal, verb
from audit.log import Actor
from intake.models import Case
from intake.services import house
from intake.states import CaseState
from referrals.actions import Action
from referrals.models import Overruling
from referrals.routing import Proposal
from referrals.services import left_out
from referrals.services.proposals import propose_routes
from referrals.states import AskState, Obligation

UNDECIDED = frozenset({CaseState.OPEN, CaseState.ASSIGNED})
"""Where a house that refers without assessing decides whom to tell."""


@verb(Action.OVERRULING_ASK, Action.OVERRULING_UNDO)
def leave_out(
    *, actor: Actor, case_id: UUID, agency_id: UUID, rule_code: str, rule_version: int, reason: str
) -> Overruling:
    """Leave a suggestion out, or ask another person to agree that an obligation is. Raises Refusal."""
    case = Case.objects.locked(case_id)
    _check_undecided(case)
    if not reason.strip():
        raise Refusal(_("Say why it is left out. Whoever reads the case later needs the reason."))
    key = (agency_id, rule_code, rule_version)
    proposal = _proposed(case, key)
    row = left_out.standing(case).get(key)
    if row and row.state == AskState.ASKED:
        raise Refusal(
            _("%(name)s asked for that already. Another person decides.") % {"name": row.asked_by.name}
        )
    if row:
        raise Refusal(_("%(agency)s is left out already.") % {"agency": proposal.agency_name})
    return left_out.record(case, proposal, reason, actor)


@verb(Action.OVERRULING_DECIDE)
def decide_overruling(*, actor: Actor, overruling_id: UUID, agrees: bool, reason: str = "") -> Overruling:
    """The second person agrees, or declines with a reason; never who asked. Raises Refusal."""
    case, row = _lock(overruling_id)
    if left_out.standing(case).get((row.agency_id, row.rule.code, row.rule.version)) != row:
        raise Refusal(_("This was decided, or the case was assessed again since. Look again."))
    if row.state != AskState.ASKED:
        raise Refusal(_("This was decided, or the case was assessed again since. Look again."))
    may_decide(row, actor.person)
    if not agrees and not reason.strip():
        raise Refusal(_("Say why it is not left out. Who asked needs the reason."))
    row.decided_by_id = actor.person
    decided = AskState.AGREED if agrees else AskState.DECLINED
    return left_out.move(row, decided, Action.OVERRULING_DECIDE, actor, reason)


@verb(Action.OVERRULING_UNDO)
def take_back(*, actor: Actor, overruling_id: UUID) -> Overruling:
    """Do not leave it out after all; possible until the case is referred. Raises Refusal."""
    _case, row = _lock(overruling_id)
    if row.state not in left_out.STANDS:
        raise Refusal(_("It is not left out any more."))
    return left_out.move(row, AskState.UNDONE, Action.OVERRULING_UNDO, actor)


def may_decide(row: Overruling, person: UUID) -> None:
    """Whoever may overrule, of the house, but never who asked. Raises Refusal."""
    if row.asked_by_id == person:
        raise Refusal(_("You asked for this yourself. Another person decides."))
    user = get_user_model().objects.get(pk=person)
    if not user.has_perm("referrals.overrule_route"):
        raise Refusal(_("A supervisor decides whether an obligatory referral is left out."))
    if house.lender_of(person):
        raise Refusal(_("A person of the house decides whether an obligatory referral is left out."))


def _lock(overruling_id: UUID) -> tuple[Case, Overruling]:
    """The case first, as every verb does."""
    case = Case.objects.locked(Overruling.objects.only("case_id").get(pk=overruling_id).case_id)
    _check_undecided(case)
    found = Overruling.objects.select_related("rule", "asked_by", "case")
    return case, found.select_for_update(no_key=True, of=("self",)).get(pk=overruling_id)


def _check_undecided(case: Case) -> None:
    if case.state == CaseState.CONFIRMED or (case.state in UNDECIDED and house.forward_only()):
        return
    raise Refusal(
        _("Whom to tell is decided once a second person has agreed, and before the case is referred.")
    )


def _proposed(case: Case, key: left_out.Key) -> Proposal:
    found = [proposal for proposal in propose_routes(case) if left_out.key_of(proposal) == key]
    if not found:
        raise Refusal(
            _("The rules or the case changed since you looked. Look again and confirm what is proposed now.")
        )
    (proposal,) = found
    if proposal.obligation is Obligation.FORBIDDEN:
        raise Refusal(_("A rule forbids it, so nothing is sent. There is nothing to leave out."))
    return proposal
