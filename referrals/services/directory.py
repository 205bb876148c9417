"""The directory: whom we refer to, and on which terms. What an agency is sent depends on every one of them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from referrals import destinations, gates, policies
from referrals.actions import Action
from referrals.models import Agency, LiveSwitch
from referrals.states import (
    AGENCY_MOVES,
    ASK_MOVES,
    AgencyKind,
    AgencyState,
    AskState,
    DeliveryMode,
    check_move,
)


@dataclass(frozen=True)
class Terms:
    """On which terms we refer to an agency. `agreement_until` None with an agreement: it does not end by itself."""

    destination: str
    mode: DeliveryMode = DeliveryMode.EXPORT
    answer_days: int = 3
    agreement: str = ""
    agreement_until: date | None = None
    legal_basis: str = ""
    duty_contact: str = ""
    night_contact: str = ""
    contact: str = ""
    item_kinds: tuple[str, ...] = ()
    submitters: tuple[str, ...] = ()
    takes_unassessed: bool = False
    quiet_hours: Mapping[str, Any] = field(default_factory=dict)
    time_zone: str = "Europe/Bucharest"
    languages: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


@verb(Action.AGENCY_OPEN)
def open_agency(*, actor: Actor, name: str, kind: AgencyKind, country: str, terms: Terms) -> Agency:
    """Enter an agency, with a group for its people. It begins as a test. `country`: ISO 3166, two letters.

    Raises Refusal where the name is known or the destination cannot work in this mode.
    """
    if Agency.objects.filter(name__iexact=name).exists():
        raise Refusal(_("An agency of this name is here already."))
    _check_terms(terms)
    agency = Agency(
        id=uuid.uuid4(),
        name=name,
        kind=kind,
        country=country,
        group=Group.objects.create(name=f"agency {name}"),
    )
    _put(agency, terms, actor)
    log.add(
        agency,
        Action.AGENCY_OPEN,
        actor=actor,
        after=AgencyState.TEST,
        facts={"kind": kind, "country": country, **_facts(terms)},
        payload={"name": name, **_words(terms)},
        subject=agency.id,
    )
    policies.answers_for(agency.group, agency)
    return agency


@verb(Action.AGENCY_CHANGE)
def change_terms(*, actor: Actor, agency_id: UUID, terms: Terms) -> Agency:
    """Change the terms of an agency. A new contact has to be approved again by another person. Raises Refusal.

    Reached in another way, or answering for other hosts, a live agency is a test again: two people switch it back.
    """
    agency = Agency.objects.select_for_update(no_key=True, of=("self",)).get(pk=agency_id)
    _check_terms(terms)
    facts, words = _facts(terms), _words(terms)
    again = agency.state == AgencyState.LIVE and _is_reached_otherwise(agency, terms)
    _put(agency, terms, actor)
    if again:
        return _move(agency, AgencyState.TEST, Action.AGENCY_CHANGE, actor, facts=facts, payload=words)
    return _save(agency, Action.AGENCY_CHANGE, actor, facts=facts, payload=words)


@verb(Action.AGENCY_APPROVE_CONTACT)
def approve_contact(*, actor: Actor, agency_id: UUID) -> Agency:
    """A second person says that the contact is theirs. Before that nothing is sent to it. Raises Refusal."""
    agency = Agency.objects.select_for_update(no_key=True, of=("self",)).get(pk=agency_id)
    if not agency.contact:
        raise Refusal(_("This agency has no contact yet. Enter one first."))
    if agency.contact_approved:
        raise Refusal(_("This contact is approved already."))
    if agency.contact_entered_by_id == actor.person:
        raise Refusal(_("You entered this contact. Another person approves it."))
    agency.contact_approved = True
    return _save(agency, Action.AGENCY_APPROVE_CONTACT, actor)


@verb(Action.AGENCY_PAUSE)
def pause_agency(*, actor: Actor, agency_id: UUID, reason: str) -> Agency:
    """Send nothing more to an agency until it is a test again, and then live. The reason is sealed."""
    agency = Agency.objects.select_for_update(no_key=True, of=("self",)).get(pk=agency_id)
    if not reason.strip():
        raise Refusal(_("Say why nothing is to be sent to this agency."))
    return _move(agency, AgencyState.PAUSED, Action.AGENCY_PAUSE, actor, payload={"reason": reason.strip()})


@verb(Action.LIVE_ASK)
def ask_live(*, actor: Actor, agency_id: UUID, to_live: bool) -> LiveSwitch:
    """Ask to switch an agency to live, or back to a test. Another person decides. Raises Refusal."""
    agency = Agency.objects.select_for_update(no_key=True, of=("self",)).get(pk=agency_id)
    _check_switch(agency, to_live)
    if agency.switches.filter(state=AskState.ASKED).exists():
        raise Refusal(_("Somebody asked for this switch already. Another person decides about it."))
    ask = LiveSwitch(
        id=uuid.uuid4(), agency=agency, to_live=to_live, asked_by_id=actor.person, asked_at=timezone.now()
    )
    log.add(
        ask,
        Action.LIVE_ASK,
        actor=actor,
        after=AskState.ASKED,
        facts={"agency": agency.id, "to_live": to_live},
    )
    return ask


@verb(Action.LIVE_DECIDE, Action.AGENCY_SWITCH)
def decide_live(*, actor: Actor, agency_id: UUID, agrees: bool) -> Agency:
    """A second person agrees to the switch, or declines. No policy waives this. Raises Refusal."""
    agency = Agency.objects.select_for_update(no_key=True, of=("self",)).get(pk=agency_id)
    ask = agency.switches.filter(state=AskState.ASKED).select_for_update(no_key=True, of=("self",)).first()
    if ask is None:
        raise Refusal(_("Nobody asked for a switch. Ask first; another person decides."))
    if ask.asked_by_id == actor.person:
        raise Refusal(_("You asked for this switch. Another person decides."))
    _decide(ask, AskState.AGREED if agrees else AskState.DECLINED, actor)
    if not agrees:
        return agency
    _check_switch(agency, ask.to_live)
    return _move(agency, AgencyState.LIVE if ask.to_live else AgencyState.TEST, Action.AGENCY_SWITCH, actor)


def _check_terms(terms: Terms) -> None:
    if terms.destination not in destinations.registry():
        raise Refusal(
            _("There is no destination “%(key)s”. Choose one from the list.") % {"key": terms.destination}
        )
    modes = {mode.value for mode in destinations.find(terms.destination).modes}
    if terms.mode.value not in modes:
        raise Refusal(
            _("This destination does not work in the mode “%(mode)s”. Choose another mode.")
            % {"mode": terms.mode.value}
        )
    if terms.agreement_until and not terms.agreement:
        raise Refusal(_("Say which agreement ends on this day."))
    try:
        gates.read_quiet_hours(terms.quiet_hours, terms.time_zone)
    except gates.UnknownQuietHours as unknown:
        raise Refusal(_("These quiet hours, or this time zone, cannot be read. Correct them.")) from unknown


def _check_switch(agency: Agency, to_live: bool) -> None:
    wanted = AgencyState.LIVE if to_live else AgencyState.TEST
    if agency.state == wanted:
        raise Refusal(_("The agency is in this state already."))
    if wanted not in AGENCY_MOVES[agency.state]:
        raise Refusal(_("A paused agency becomes a test first, and then live. Ask to switch it to test."))


def _is_reached_otherwise(agency: Agency, terms: Terms) -> bool:
    now = (agency.destination, agency.mode, set(agency.domains))
    return now != (terms.destination, terms.mode.value, set(terms.domains))


def _put(agency: Agency, terms: Terms, actor: Actor) -> None:
    if terms.contact != agency.contact:
        agency.contact_entered_by_id = actor.person if actor != log.SYSTEM else None
        agency.contact_approved = False
    for name in TERMS:
        value = getattr(terms, name)
        setattr(agency, name, list(value) if isinstance(value, tuple) else value)
    agency.quiet_hours = dict(terms.quiet_hours)


def _facts(terms: Terms) -> dict[str, log.Fact]:
    return {
        "destination": terms.destination,
        "mode": terms.mode,
        "answer_days": terms.answer_days,
        "agreement_until": terms.agreement_until.isoformat() if terms.agreement_until else None,
        "takes_unassessed": terms.takes_unassessed,
    }


def _words(terms: Terms) -> dict[str, str | list[str]]:
    """Names and ways to reach people stand sealed, not in the entry."""
    return {
        "agreement": terms.agreement,
        "legal_basis": terms.legal_basis,
        "duty_contact": terms.duty_contact,
        "night_contact": terms.night_contact,
        "contact": terms.contact,
        "domains": list(terms.domains),
    }


def _move(
    agency: Agency,
    to: AgencyState,
    action: Action,
    actor: Actor,
    *,
    facts: Mapping[str, log.Fact] | None = None,
    payload: log.Text | None = None,
) -> Agency:
    before = agency.state
    check_move(AGENCY_MOVES, before, to)
    agency.state = to
    return _save(agency, action, actor, before=before, after=to, facts=facts, payload=payload)


def _save(
    agency: Agency,
    action: Action,
    actor: Actor,
    *,
    before: str = "",
    after: str = "",
    facts: Mapping[str, log.Fact] | None = None,
    payload: log.Text | None = None,
) -> Agency:
    log.change(
        agency,
        action,
        columns=CHANGING,
        actor=actor,
        before=before,
        after=after,
        facts=facts,
        payload=payload,
        subject=agency.id,
    )
    return agency


def _decide(ask: LiveSwitch, to: AskState, actor: Actor) -> None:
    check_move(ASK_MOVES, ask.state, to)
    ask.state, before = to, ask.state
    ask.decided_by_id = actor.person
    log.change(
        ask,
        Action.LIVE_DECIDE,
        columns=["state", "decided_by"],
        actor=actor,
        before=before,
        after=to,
        facts={"agency": ask.agency_id},
    )


TERMS = [name for name in Terms.__dataclass_fields__ if name != "quiet_hours"]
CHANGING = [*Terms.__dataclass_fields__, "state", "contact_approved", "contact_entered_by"]
