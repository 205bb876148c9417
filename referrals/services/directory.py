"""The directory: whom we refer to, and by which rule."""

import uuid
from collections.abc import Mapping
from uuid import UUID

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from referrals import destinations, policies, routing
from referrals.actions import Action
from referrals.models import Agency, RoutingRule
from referrals.states import AgencyKind, Obligation


@verb(Action.AGENCY_OPEN)
def open_agency(
    *, actor: Actor, name: str, kind: AgencyKind, country: str, destination: str, answer_days: int = 3
) -> Agency:
    """Enter an agency, with a group for its people. `country` is an ISO 3166 code of two letters.

    Raises Refusal where the name is known or no destination has this key.
    """
    if Agency.objects.filter(name=name).exists():
        raise Refusal(_("An agency of this name is here already."))
    if destination not in destinations.registry():
        raise Refusal(
            _("There is no destination “%(key)s”. Choose one from the list.") % {"key": destination}
        )
    agency = Agency(
        id=uuid.uuid4(),
        name=name,
        kind=kind,
        country=country,
        destination=destination,
        answer_days=answer_days,
        group=Group.objects.create(name=f"agency {name}"),
    )
    written = log.append(
        Action.AGENCY_OPEN,
        actor=actor,
        kind=Agency.audit_kind,
        id=agency.id,
        row=agency,
        facts={"kind": kind, "country": country, "destination": destination, "answer_days": answer_days},
        payload={"name": name},
        subject=agency.id,
    )
    agency.last_event_id = written.event_id
    agency.save(force_insert=True)
    policies.answers_for(agency.group, agency)
    return agency


@verb(Action.RULE_ADOPT)
def adopt_rule(
    *,
    actor: Actor,
    code: str,
    version: int,
    condition: Mapping[str, str],
    agency_id: UUID,
    obligation: Obligation,
    reason: str,
) -> RoutingRule:
    """Bring the next version of a rule into force. `reason` is a code of `referrals.wording.REASONS`.

    Raises Refusal where the version is not the next one or the condition asks what nobody can answer.
    """
    latest = RoutingRule.objects.latest_of(code)
    expected = latest.version + 1 if latest else 1
    if version != expected:
        raise Refusal(_("The next version of this rule is %(number)d.") % {"number": expected})
    try:
        routing.check_condition(condition)
    except routing.UnknownCondition as unknown:
        raise Refusal(_("This condition cannot be used: %(why)s") % {"why": unknown}) from unknown
    rule = RoutingRule(
        id=uuid.uuid4(),
        code=code,
        version=version,
        condition=dict(condition),
        agency_id=agency_id,
        obligation=obligation,
        reason=reason,
    )
    written = log.append(
        Action.RULE_ADOPT,
        actor=actor,
        kind=RoutingRule.audit_kind,
        id=rule.id,
        row=rule,
        facts={
            "code": code,
            "version": version,
            "agency": agency_id,
            "obligation": obligation,
            "reason": reason,
        },
        payload={"condition": [f"{key}={wanted}" for key, wanted in sorted(condition.items())]},
        subject=rule.id,
    )
    rule.last_event_id = written.event_id
    rule.save(force_insert=True)
    return rule
