"""Routing rules: proposed by one person, brought into force by another, and taken out of force by two as well.

A rule is never changed, only followed by the next version.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from intake.services import house
from intake.states import PolicyCode
from referrals import routing
from referrals.actions import Action
from referrals.models import RoutingRule
from referrals.states import RULE_MOVES, Obligation, RuleAddressee, RuleState, check_move

Condition = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Draft:
    """A rule as it is proposed. `reason` is a code of `referrals.wording.REASONS`. Without `agency_id` it names
    whoever runs the platform or the hosting of the item."""

    code: str
    condition: Condition
    obligation: Obligation
    reason: str
    agency_id: UUID | None = None
    addressee: RuleAddressee = RuleAddressee.AGENCY

    def is_said_by(self, rule: RoutingRule) -> bool:
        """Whether this version of the rule says exactly the same."""
        return (
            rule.condition == dict(self.condition)
            and rule.agency_id == self.agency_id
            and (rule.addressee, rule.obligation, rule.reason)
            == (self.addressee, self.obligation, self.reason)
        )


@verb(Action.RULE_ADOPT, Action.RULE_RETIRE)
def adopt_rule(*, actor: Actor, rule: Draft) -> RoutingRule:
    """Bring the next version of a rule into force at once: from a rule book, or where a policy waives the second
    person. The version before it is retired. Raises Refusal."""
    if actor != log.SYSTEM and not _policy().waived:
        raise Refusal(_("Propose the rule. Another person brings it into force."))
    return _add(rule, RuleState.IN_FORCE, Action.RULE_ADOPT, actor)


@verb(Action.RULE_PROPOSE)
def propose_rule(*, actor: Actor, rule: Draft) -> RoutingRule:
    """Propose the next version of a rule. Nothing changes until another person brings it into force. Raises Refusal."""
    _check_new(rule)
    return _add(rule, RuleState.PROPOSED, Action.RULE_PROPOSE, actor)


@verb(Action.RULE_ACTIVATE, Action.RULE_RETIRE)
def activate_rule(*, actor: Actor, rule_id: UUID) -> RoutingRule:
    """A second person brings a proposed rule into force; the version before it is retired. Raises Refusal."""
    rule = _locked(rule_id)
    if rule.state != RuleState.PROPOSED:
        raise Refusal(_("This rule is not proposed any more. Look at the list again."))
    _check_newest(rule)
    if rule.proposed_by_id == actor.person and not _policy().waived:
        raise Refusal(_("You proposed this rule. Another person brings it into force."))
    _check_of_the_house(actor)
    _retire_others(rule, actor)
    return _move(rule, RuleState.IN_FORCE, Action.RULE_ACTIVATE, actor)


@verb(Action.RULE_ASK_RETIRE, Action.RULE_RETIRE)
def retire_rule(*, actor: Actor, rule_id: UUID, reason: str = "") -> RoutingRule:
    """Drop a proposed rule, or ask to take one out of force; it holds until another person agrees.

    Where a policy waives the second person it ends at once. The reason is sealed. Raises Refusal.
    """
    rule = _locked(rule_id)
    if rule.state == RuleState.RETIRED:
        raise Refusal(_("This rule is not in force any more."))
    if rule.state == RuleState.PROPOSED:
        return _move(rule, RuleState.RETIRED, Action.RULE_RETIRE, actor)
    if not reason.strip():
        raise Refusal(_("Say why this rule is to be taken out of force."))
    if rule.retire_asked_by_id:
        raise Refusal(_("Somebody asked for this already. Another person decides."))
    rule.retire_asked_by_id = actor.person
    why = {"reason": reason.strip()}
    if _policy().waived:
        return _move(rule, RuleState.RETIRED, Action.RULE_RETIRE, actor, why)
    return _move(rule, RuleState.IN_FORCE, Action.RULE_ASK_RETIRE, actor, why)


@verb(Action.RULE_KEEP, Action.RULE_RETIRE)
def decide_retire(*, actor: Actor, rule_id: UUID, agrees: bool) -> RoutingRule:
    """A second person agrees that a rule ends. Anybody, also who asked, may keep it in force. Raises Refusal."""
    rule = _locked(rule_id)
    if rule.state != RuleState.IN_FORCE or not rule.retire_asked_by_id:
        raise Refusal(_("Nobody asks to take this rule out of force any more. Look at the list again."))
    if not agrees:
        rule.retire_asked_by = None
        return _move(rule, RuleState.IN_FORCE, Action.RULE_KEEP, actor)
    if rule.retire_asked_by_id == actor.person and not _policy().waived:
        raise Refusal(_("You asked to take this rule out of force. Another person decides."))
    _check_of_the_house(actor)
    return _move(rule, RuleState.RETIRED, Action.RULE_RETIRE, actor)


def _add(draft: Draft, state: RuleState, action: Action, actor: Actor) -> RoutingRule:
    try:
        routing.check_condition(draft.condition)
    except routing.UnknownCondition as unknown:
        raise Refusal(_("This condition cannot be used: %(why)s") % {"why": unknown}) from unknown
    if (draft.agency_id is None) == (draft.addressee is RuleAddressee.AGENCY):
        raise Refusal(_("Choose an agency, or say that the rule names the platform or the provider."))
    latest = RoutingRule.objects.latest_of(draft.code)
    rule = RoutingRule(
        id=uuid.uuid4(),
        code=draft.code,
        version=latest.version + 1 if latest else 1,
        condition=dict(draft.condition),
        agency_id=draft.agency_id,
        addressee=draft.addressee,
        obligation=draft.obligation,
        reason=draft.reason,
        state=state,
        proposed_by_id=actor.person if state is RuleState.PROPOSED else None,
    )
    log.add(
        rule,
        action,
        actor=actor,
        after=state,
        facts={
            "code": draft.code,
            "version": rule.version,
            "agency": draft.agency_id,
            "addressee": draft.addressee,
            "obligation": draft.obligation,
            "reason": draft.reason,
        },
        payload={"condition": [f"{key}={wanted}" for key, wanted in sorted(draft.condition.items())]},
        subject=rule.id,
    )
    if state is RuleState.IN_FORCE:
        _retire_others(rule, actor)
    return rule


def _check_new(draft: Draft) -> None:
    """What is in force, or proposed, in the same words is not proposed again."""
    standing = RoutingRule.objects.filter(code=draft.code).exclude(state=RuleState.RETIRED)
    for rule in standing.order_by("version"):
        if draft.is_said_by(rule) and rule.state == RuleState.IN_FORCE:
            raise Refusal(_("This rule is in force with exactly these words. There is nothing to propose."))
        if draft.is_said_by(rule):
            raise Refusal(_("Exactly this is proposed already. Another person brings it into force."))


def _check_newest(rule: RoutingRule) -> None:
    newer = RoutingRule.objects.filter(code=rule.code, state=RuleState.IN_FORCE, version__gt=rule.version)
    if newer.exists():
        raise Refusal(_("A newer version of this rule is in force. Drop this one, or propose it anew."))


def _check_of_the_house(actor: Actor) -> None:
    """The second person is of the house, unless the hotline's policy says otherwise."""
    if not _policy().waived and not house.may_be_second(PolicyCode.RULE_ACTIVATION, actor.person):
        raise Refusal(_("A person of the house decides about a rule in force."))


def _policy() -> house.Rule:
    return house.policy(PolicyCode.RULE_ACTIVATION)


def _retire_others(rule: RoutingRule, actor: Actor) -> None:
    """One version of a rule is in force."""
    others = RoutingRule.objects.filter(code=rule.code, state=RuleState.IN_FORCE).exclude(pk=rule.pk)
    for other in others.select_for_update(no_key=True, of=("self",)):
        _move(other, RuleState.RETIRED, Action.RULE_RETIRE, actor)


def _locked(rule_id: UUID) -> RoutingRule:
    return RoutingRule.objects.select_for_update(no_key=True, of=("self",)).get(pk=rule_id)


def _move(
    rule: RoutingRule, to: RuleState, action: Action, actor: Actor, payload: log.Text | None = None
) -> RoutingRule:
    """Write the entry and save. An ask to retire, and its refusal, leave the rule in force."""
    before = rule.state
    if to != before:
        check_move(RULE_MOVES, before, to)
    rule.state = to
    log.change(
        rule,
        action,
        columns=["state", "retire_asked_by"],
        actor=actor,
        before=before,
        after=to,
        payload=payload,
    )
    return rule
