"""What the directory's pages show: an agency with its terms and what is wanting, rules with their versions."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit import log
from intake.services import house
from intake.states import PolicyCode
from referrals import destinations, routing, wording
from referrals.actions import Action
from referrals.models import Agency, LiveSwitch, RoutingRule
from referrals.states import AgencyState, AskState, RuleState
from referrals.wording import Pill, Words

ENDS_SOON = timedelta(days=30)
NO_AGREEMENT = _("There is no agreement, so nothing is sent.")
ENDED = _("The agreement has ended, so nothing is sent.")
ENDING = _("The agreement ends within 30 days. Renew it, or nothing is sent afterwards.")
NOT_APPROVED = _("The e-mail contact waits for the approval of a second person.")
USUAL = {"answer_days": 3, "time_zone": "Europe/Bucharest", "mode": "export"}


@dataclass(frozen=True)
class AgencyTerms:
    """One agency as its page shows it. `switch` is the asked switch between test and live, where there is one."""

    agency: Agency
    kind: Words
    state: Pill
    destination: Words
    mode: Words
    kinds: list[Words]
    wanting: list[Words]
    switch: LiveSwitch | None
    may_decide: bool
    may_approve: bool
    paused_why: str = ""

    @property
    def is_live(self) -> bool:
        return self.agency.state == AgencyState.LIVE

    @property
    def is_paused(self) -> bool:
        return self.agency.state == AgencyState.PAUSED


@dataclass(frozen=True)
class RuleShown:
    """One version of a rule in words. `ends_why`: why somebody asks to take it out of force."""

    rule: RoutingRule
    addressee: Words
    obligation: Pill
    reason: Words
    condition: list[str]
    may_activate: bool
    ends_why: str
    may_end: bool

    @property
    def is_ending(self) -> bool:
        """Somebody asks to take it out of force; until another person agrees, it holds."""
        return self.rule.state == RuleState.IN_FORCE and self.rule.retire_asked_by_id is not None


@dataclass(frozen=True)
class Rules:
    """Rules by whether they hold."""

    in_force: list[RuleShown] = field(default_factory=list)
    proposed: list[RuleShown] = field(default_factory=list)
    retired: list[RuleShown] = field(default_factory=list)


def terms_of(agency: Agency, user: Any) -> AgencyTerms:
    switch = agency.switches.filter(state=AskState.ASKED).select_related("asked_by").first()
    return AgencyTerms(
        agency=agency,
        kind=wording.AGENCY_KINDS.get(agency.kind, agency.kind),
        state=wording.AGENCY_STATES[agency.state],
        destination=wording.DESTINATIONS.get(agency.destination, destinations.find(agency.destination).label),
        mode=wording.MODES[agency.mode],
        kinds=[wording.ITEM_KINDS.get(kind, kind) for kind in agency.item_kinds],
        wanting=_wanting(agency),
        switch=switch,
        may_decide=switch is not None and switch.asked_by_id != user.pk,
        may_approve=bool(agency.contact)
        and not agency.contact_approved
        and agency.contact_entered_by_id != user.pk,
        paused_why=_paused_why(agency),
    )


def ending_soon(today: date) -> list[Agency]:
    """Agencies whose agreement has ended or ends within thirty days: the supervisor is told."""
    ending = Agency.objects.filter(agreement_until__lte=today + ENDS_SOON)
    return list(ending.exclude(state=AgencyState.PAUSED).order_by("agreement_until", "name"))


def rules_of(user: Any) -> Rules:
    shown = Rules()
    places = {
        RuleState.IN_FORCE: shown.in_force,
        RuleState.PROPOSED: shown.proposed,
        RuleState.RETIRED: shown.retired,
    }
    found = list(
        RoutingRule.objects.select_related("agency", "proposed_by", "retire_asked_by").order_by(
            "code", "-version"
        )
    )
    alone = house.policy(PolicyCode.RULE_ACTIVATION).waived
    asked = [rule.last_event_id for rule in found if rule.retire_asked_by_id]
    why = {event: str(text.get("reason", "")) for event, text in log.payloads(asked).items()}
    for rule in found:
        places[RuleState(rule.state)].append(_shown(rule, user, why.get(rule.last_event_id, ""), alone))
    return shown


def version_after(rule_id: str) -> dict[str, Any]:
    """What a form for the next version begins with. An unknown id begins an empty form."""
    try:
        rule = RoutingRule.objects.filter(pk=UUID(rule_id)).first()
    except ValueError:
        return {"addressee": "agency"}
    if rule is None:
        return {"addressee": "agency"}
    return {
        "code": rule.code,
        "condition": "\n".join(_lines(rule.condition)),
        "addressee": rule.addressee,
        "agency_id": str(rule.agency_id or ""),
        "obligation": rule.obligation,
        "reason": rule.reason,
    }


def questions() -> list[str]:
    """What a condition can ask, for the help beside the form."""
    return sorted(routing.QUESTIONS)


def _paused_why(agency: Agency) -> str:
    """The reason of the pause that stands; empty where none does."""
    if agency.state != AgencyState.PAUSED:
        return ""
    pauses = [line.event_id for line in log.entries_for(object_id=agency.id, action=Action.AGENCY_PAUSE)]
    told = log.payloads(pauses[-1:])
    return str(told[pauses[-1]].get("reason", "")) if told else ""


def _wanting(agency: Agency) -> list[Words]:
    """What keeps anything from being sent, in the words of the stops."""
    today = timezone.localdate()
    found: list[Words] = []
    if not agency.agreement:
        found.append(NO_AGREEMENT)
    elif agency.agreement_until and agency.agreement_until < today:
        found.append(ENDED)
    elif agency.agreement_until and agency.agreement_until <= today + ENDS_SOON:
        found.append(ENDING)
    if agency.contact and not agency.contact_approved:
        found.append(NOT_APPROVED)
    return found


def _shown(rule: RoutingRule, user: Any, why: str, alone: bool) -> RuleShown:
    return RuleShown(
        rule=rule,
        addressee=rule.agency.name if rule.agency else wording.ADDRESSEES[rule.addressee],
        obligation=wording.OBLIGATIONS[rule.obligation],
        reason=wording.REASONS.get(rule.reason, rule.reason),
        condition=_lines(rule.condition),
        may_activate=rule.state == RuleState.PROPOSED and (alone or rule.proposed_by_id != user.pk),
        ends_why=why,
        may_end=alone or rule.retire_asked_by_id != user.pk,
    )


def _lines(condition: dict[str, Any]) -> list[str]:
    return [
        f"{key}: {', '.join(wanted) if isinstance(wanted, list) else wanted}"
        for key, wanted in sorted(condition.items())
    ]
