"""Routing rules: proposed by one person, brought into force by another, never changed, only followed by a version."""

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
    return _add(rule, RuleState.PROPOSED, Action.RULE_PROPOSE, actor)


@verb(Action.RULE_ACTIVATE, Action.RULE_RETIRE)
def activate_rule(*, actor: Actor, rule_id: UUID) -> RoutingRule:
    """A second person brings a proposed rule into force; the version before it is retired. Raises Refusal."""
    rule = _locked(rule_id)
    if rule.state != RuleState.PROPOSED:
        raise Refusal(_("This rule is not proposed any more. Look at the list again."))
    _check_second_person(rule, actor)
    _retire_others(rule, actor)
    return _move(rule, RuleState.IN_FORCE, Action.RULE_ACTIVATE, actor)


@verb(Action.RULE_RETIRE)
def retire_rule(*, actor: Actor, rule_id: UUID) -> RoutingRule:
    """Take a rule out of force, or drop a proposed one. Raises Refusal."""
    rule = _locked(rule_id)
    if rule.state == RuleState.RETIRED:
        raise Refusal(_("This rule is not in force any more."))
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
    written = log.append(
        action,
        actor=actor,
        kind=RoutingRule.audit_kind,
        id=rule.id,
        row=rule,
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
    rule.last_event_id = written.event_id
    rule.save(force_insert=True)
    if state is RuleState.IN_FORCE:
        _retire_others(rule, actor)
    return rule


def _check_second_person(rule: RoutingRule, actor: Actor) -> None:
    """Never who proposed it, and of the house, unless the hotline's policy says otherwise."""
    if _policy().waived:
        return
    if rule.proposed_by_id == actor.person:
        raise Refusal(_("You proposed this rule. Another person brings it into force."))
    if not house.may_be_second(PolicyCode.RULE_ACTIVATION, actor.person):
        raise Refusal(_("A person of the house brings a rule into force."))


def _policy() -> house.Rule:
    return house.policy(PolicyCode.RULE_ACTIVATION)


def _retire_others(rule: RoutingRule, actor: Actor) -> None:
    """One version of a rule is in force."""
    others = RoutingRule.objects.filter(code=rule.code, state=RuleState.IN_FORCE).exclude(pk=rule.pk)
    for other in others.select_for_update(no_key=True, of=("self",)):
        _move(other, RuleState.RETIRED, Action.RULE_RETIRE, actor)


def _locked(rule_id: UUID) -> RoutingRule:
    return RoutingRule.objects.select_for_update(no_key=True, of=("self",)).get(pk=rule_id)


def _move(rule: RoutingRule, to: RuleState, action: Action, actor: Actor) -> RoutingRule:
    before = rule.state
    check_move(RULE_MOVES, before, to)
    rule.state = to
    written = log.append(
        action,
        actor=actor,
        kind=RoutingRule.audit_kind,
        id=rule.id,
        row=rule,
        before=before,
        after=to,
    )
    rule.last_event_id = written.event_id
    rule.save(update_fields=["state", "last_event"])
    return rule
