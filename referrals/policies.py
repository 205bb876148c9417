"""May you? Fetch and check in one: what you may not see looks absent, and both are written down alike."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import Http404
from guardian.shortcuts import assign_perm

from audit import log
from intake.policies import access_case
from referrals.actions import Action
from referrals.models import Agency, Overruling, Referral, RoutingRule
from referrals.querysets import ReferralQuerySet


def access_referral(user: Any, referral_id: UUID, *, to: str) -> Referral:
    """The referral, for a person of the hotline who may do `to` with it and may see its case; otherwise 404."""
    return _access(user, referral_id, to, Referral.objects.visible_to(user))


def access_received(user: Any, referral_id: UUID, *, to: str, unless: Callable[[Referral], bool]) -> Referral:
    """The referral, for a person of the agency it is addressed to; otherwise 404. `unless`: it is kept from them.

    After its end too: what may still be seen of it then, and that nothing can be done, is the page's to say.
    """
    return _access(user, referral_id, to, Referral.objects.addressed_to(user), unless)


def referrals_of(user: Any) -> ReferralQuerySet:
    """Every referral of the cases this person of the hotline may read."""
    return Referral.objects.visible_to(user).select_related("agency", "case")


def received_by(user: Any) -> ReferralQuerySet:
    """Every referral that the agency this person answers for has before it, and what lies ready for it."""
    return Referral.objects.addressed_to(user).in_the_inbox().select_related("agency", "case")


def agencies_known(user: Any) -> QuerySet[Agency]:
    """The directory, for who may see it."""
    return (
        Agency.objects.order_by("name") if user.has_perm("referrals.read_agency") else Agency.objects.none()
    )


def access_agency(user: Any, agency_id: UUID, *, to: str) -> Agency:
    """The agency, for who may do `to` with the directory; otherwise 404."""
    found = Agency.objects.filter(pk=agency_id).first() if user.has_perm(to) else None
    if found is None:
        raise Http404
    return found


def access_rule(user: Any, rule_id: UUID) -> RoutingRule:
    """The rule, for who manages rules; otherwise 404."""
    allowed = user.has_perm("referrals.manage_rules")
    found = RoutingRule.objects.filter(pk=rule_id).first() if allowed else None
    if found is None:
        raise Http404
    return found


def access_overruling(user: Any, overruling_id: UUID, *, to: str) -> Overruling:
    """A proposal left out, for who may do `to` with its case; otherwise 404."""
    found = Overruling.objects.filter(pk=overruling_id).first()
    if found is None:
        raise Http404
    access_case(user, found.case_id, to=to)
    return found


def answers_for(group: Group, agency: Agency) -> None:
    """Let the members of the group receive and answer for the agency."""
    assign_perm("referrals.answer_for_agency", group, agency)


def _access(
    user: Any,
    referral_id: UUID,
    to: str,
    visible: ReferralQuerySet,
    unless: Callable[[Referral], bool] = lambda _: False,
) -> Referral:
    found: Referral | None = (
        visible.filter(pk=referral_id).select_related("agency", "case", "rule").first()
        if user.has_perm(to)
        else None
    )
    if found is None or unless(found):
        log.note(Action.REFERRAL_REFUSE, actor=user.actor, kind="referral", id=referral_id)
        raise Http404
    log.note(Action.REFERRAL_READ, actor=user.actor, kind="referral", id=found.id, case=found.case_id)
    return found
