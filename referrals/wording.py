"""What people read for the codes of this package: reasons, states with their tone, answers, times left.

Tones of the design: n neutral, i moving, o good, w asks, d danger or late, h held. Nothing is green before the
organisation has answered.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from intake.kinds import ItemKind
from intake.schemes import HostKnownBy, Verdict
from intake.states import Priority
from referrals.actions import Action
from referrals.gates import Stop
from referrals.states import (
    AgencyKind,
    AgencyState,
    Answer,
    AnswerSource,
    AttemptResult,
    DeliveryMode,
    DeliveryState,
    FollowUpKind,
    FollowUpState,
    Found,
    HandOver,
    HoldWish,
    Obligation,
    OutcomeKind,
    Problem,
    ReferralState,
    RuleAddressee,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words: TypeAlias = "str | _StrPromise"


@dataclass(frozen=True)
class Pill:
    """One state: a word, a tone, and an icon of the sprite where the tone must not stand alone."""

    words: Words
    tone: str
    icon: str = ""


@dataclass(frozen=True)
class Clock:
    words: str
    tone: str
    at: datetime


REASONS: dict[str, Words] = {
    "hosted_abroad": _("Hosted abroad: for the competent agency there."),
    "hosted_at_home": _("Hosted at home: police at once."),
    "hosted_abroad_police": _("Hosted abroad: our police are told as well, by national rule."),
    "for_interpol": _("Hosted where no hotline of the network is: our police, for INTERPOL."),
    "inhope_hotline": _("Hosted in the country of a hotline of the INHOPE network."),
    "platform_in_us": _("The platform is a company of the United States."),
    "on_platform": _("On a platform: whoever runs it can remove it and keep the evidence."),
    "person_or_account": _(
        "It leads to a person: police of the suspect's or victim's country, through ours."
    ),
    "host_after_police": _("The host can remove it, once the police hold is over."),
    "host_can_remove": _("Illegal, but not CSAM: the host can remove it."),
    "regulator": _("Illegal, but not CSAM: for the regulator, by national rule."),
    "trafficking": _("Signs of trafficking: for the referral mechanism for victims."),
    "trafficking_in_doubt": _("The reporter says trafficking; we could not confirm it."),
    "trafficked_child": _("Signs of trafficking, and the victim is or may be a child."),
    "onion": _("An onion address: nobody can tell where it is hosted."),
    "host_unknown": _("Nobody knows where it is hosted: police."),
    "not_assessed": _("Nobody may assess it here: it is passed on as it was reported."),
    "child_in_danger": _("A child may be in danger now."),
    "child_at_risk": _("A child may be at risk."),
    "police_hold": _("The police hold notices until they have acted."),
}

STOPS: dict[str, Words] = {
    Stop.NO_AGREEMENT: _("There is no agreement with this agency. Enter it in the directory first."),
    Stop.AGREEMENT_EXPIRED: _(
        "The agreement with this agency has ended. Enter the new one in the directory."
    ),
    Stop.PAUSED: _(
        "Nothing is sent to this agency at present: it is paused. Look in the directory for the reason."
    ),
    Stop.KIND_NOT_ACCEPTED: _("This agency does not take addresses of this kind."),
    Stop.NOT_A_SUBMITTER: _("Your role may not submit to this agency. Ask a person who may."),
    Stop.NO_CONTACT: _(
        "This agency is reached by e-mail and has no contact yet. Enter one in the directory."
    ),
    Stop.CONTACT_NOT_APPROVED: _(
        "The contact of this agency is new. Another person approves it in the directory."
    ),
    Stop.UNASSESSED: _("This agency takes only what was assessed. Assess the case first."),
    Stop.ADDRESS_TOO_LONG: _(
        "An address is longer than this agency takes, and is never cut. Use another way."
    ),
    Stop.MODE_MISSING: _(
        "The agency's destination does not work in its mode. Choose another one in the directory."
    ),
    Stop.CHANGED_STATE: _(
        "It was made as a test and the agency is live now, or the other way round. Withdraw it and confirm it anew."
    ),
    Stop.OUTDATED: _(
        "Another verdict or hosting country holds by now than it says. Withdraw it and confirm anew what holds."
    ),
    Stop.POLICE_HOLD: _("A police hold stands. It leaves when the hold is over."),
    Stop.QUIET: _("These are quiet hours of the agency. It leaves when they are over."),
}
"""Why nothing leaves now, and what to do about it; the last two end by themselves."""
HELD_UNTIL = _("It waits for the police until %(until)s. Nothing is handed over before.")

OBLIGATIONS: dict[str, Pill] = {
    Obligation.OBLIGATORY: Pill(_("Obligatory"), "w", "plus"),
    Obligation.SUGGESTED: Pill(_("Suggested"), "i", "disc"),
    Obligation.FORBIDDEN: Pill(_("Forbidden"), "n", "cross"),
}

STATES: dict[str, Pill] = {
    ReferralState.DRAFT: Pill(_("Draft"), "n"),
    ReferralState.APPROVED: Pill(_("Approved"), "n"),
    ReferralState.QUEUED: Pill(_("Queued"), "n"),
    ReferralState.SENT: Pill(_("Sent"), "i"),
    ReferralState.ACKNOWLEDGED: Pill(_("Acknowledged"), "o", "check"),
    ReferralState.ACCEPTED: Pill(_("Accepted"), "o", "check"),
    ReferralState.DECLINED: Pill(_("Declined"), "n"),
    ReferralState.NEEDS_INFO: Pill(_("Needs info"), "w"),
    ReferralState.CONCLUDED: Pill(_("Concluded"), "n"),
    ReferralState.HELD: Pill(_("Held"), "h", "lock"),
    ReferralState.WITHDRAWN: Pill(_("Withdrawn"), "n"),
    ReferralState.EXPIRED: Pill(_("Expired"), "d", "clock"),
    ReferralState.FAILED: Pill(_("Failed"), "d", "cross"),
}
FOLLOW_UP_STATES: dict[str, Pill] = {
    FollowUpState.QUEUED: Pill(_("Queued"), "n"),
    FollowUpState.SENT: Pill(_("Sent"), "i"),
    FollowUpState.ACKNOWLEDGED: Pill(_("Acknowledged"), "o", "check"),
    FollowUpState.FAILED: Pill(_("Failed"), "d", "cross"),
}
KEPT = Pill(_("Kept back"), "h", "lock")
READY = Pill(_("Ready to be collected"), "i")
BY_HAND = Pill(_("To be typed in"), "w", "tri")
SENDING = Pill(_("Sending"), "i")
ASK_THEM = Pill(_("Sent? Check"), "w", "tri")

PRIORITIES: dict[str, Pill] = {
    Priority.DANGER: Pill(_("Danger now"), "d", "oct"),
    Priority.HIGH: Pill(_("High"), "w", "tri"),
    Priority.NORMAL: Pill(_("Normal"), "i", "disc"),
    Priority.LOW: Pill(_("Low"), "n", "ring"),
}

FOUND: dict[str, Words] = {
    Found.ARRIVED: _("It arrived: they have it"),
    Found.NOT_ARRIVED: _("It did not arrive: send the same once more"),
    Found.FAILED: _("It did not arrive, and cannot: something must be put right first"),
}
"""What a person found out about a delivery whose call broke."""

ILLEGAL = _("Probably illegal. Only a court decides.")
NOT_ILLEGAL = _("By what we know now, not illegal.")
IT_FAILED = _("It did not arrive.")
FIRST_DOCUMENT = _("The first document")
FOLLOW_UPS: dict[str, Words] = {
    FollowUpKind.SUPPLEMENT: _("Supplement: new facts"),
    FollowUpKind.CORRECTION: _("Correction: facts that were wrong"),
    FollowUpKind.WITHDRAWAL: _("Withdrawal: the referral is taken back"),
}

REMEDIES: dict[str, Words] = {
    AttemptResult.RETRY: _("It was tried as often as it may be. Ask the agency whether its system works."),
    AttemptResult.FIX_CONFIG: _("Correct the terms of the agency or the settings, then try again."),
    AttemptResult.FIX_PAYLOAD: _("Tell the developers. Meanwhile hand the case over in another way."),
    AttemptResult.ASK_HUMAN: _("Ask the agency what was wrong. Put it right, then try again."),
    AttemptResult.BROKEN: _("Ask the agency whether it arrived."),
    Problem.BOUNCED: _("Ask the agency for the right address, and have it approved. Then try again."),
}
"""What a person does about a delivery that failed, by the problem it was left with."""

RESULTS: dict[str, Words] = {
    AttemptResult.OFFERED: _("The package was made ready to be collected."),
    AttemptResult.DELIVERED: _("The package arrived."),
    AttemptResult.RETRY: _("The destination was not ready. It is tried again by itself."),
    AttemptResult.FIX_CONFIG: _(
        "The destination is not set up as it should be. An administrator can put it right."
    ),
    AttemptResult.FIX_PAYLOAD: _(
        "The document could not be brought into the destination's form. Tell the developers."
    ),
    AttemptResult.ASK_HUMAN: _("The destination gave an answer that a person must read."),
    AttemptResult.BROKEN: _("The line broke before an answer came."),
}

ANSWERS: dict[str, Words] = {
    Answer.RECEIVED: _("Received"),
    Answer.ACCEPTED: _("Accepted: they take the case"),
    Answer.NEEDS_INFO: _("They need more"),
    Answer.DECLINED: _("Declined: not for them"),
}


@dataclass(frozen=True)
class Choice:
    """One answer as the agency itself chooses it, and what it means."""

    words: Words
    hint: Words


REPLIES: dict[str, Choice] = {
    Answer.RECEIVED: Choice(_("We have received it"), _("It promises nothing else.")),
    Answer.ACCEPTED: Choice(_("We take it"), _("It is for you, and you act on it.")),
    Answer.NEEDS_INFO: Choice(_("We need more"), _("Say below what is missing. A person reads it.")),
    Answer.DECLINED: Choice(_("Not for us"), _("Say below why, and who is competent, if you know.")),
}
"""The same answers in the words of who gives them."""

HOLD_WISHES: dict[str, Words] = {
    HoldWish.KEEP: _("Leave it as it is"),
    HoldWish.LONGER: _("Do not tell them before the time below"),
    HoldWish.RELEASE: _("They may be told now"),
}

SOURCES: dict[str, Words] = {
    AnswerSource.PHONE: _("by phone"),
    AnswerSource.MAIL: _("by e-mail"),
    AnswerSource.PAPER: _("on paper"),
    AnswerSource.IN_PERSON: _("in person"),
}
"""What a person can choose who types in what they were told."""

ALL_SOURCES: dict[str, Words] = SOURCES | {
    AnswerSource.LINK: _("through their link"),
    AnswerSource.PORTAL: _("in the partner portal"),
    AnswerSource.API: _("by machine"),
}

HOLDS: dict[str, Words] = {
    Action.HOLD_SET: _("Host and platform are not to be told before %(until)s"),
    Action.HOLD_EXTEND: _("Host and platform are not to be told before %(until)s"),
    Action.HOLD_RELEASE: _("Host and platform may be told now"),
}
"""What the police asked for about the hold, by what was done."""

NUMBER_SOURCES: dict[str, Words] = {
    AnswerSource.PORTAL: _("on the page of their form"),
    AnswerSource.MAIL: _("by e-mail"),
    AnswerSource.PHONE: _("by phone"),
    AnswerSource.PAPER: _("on paper"),
}
"""How the number of an agency's own form came back."""

WAYS: dict[str, Words] = {
    HandOver.IN_PERSON: _("in person"),
    HandOver.COURIER: _("by courier"),
    HandOver.CARRIER: _("on an encrypted carrier"),
}

OUTCOMES: dict[str, Words] = {
    OutcomeKind.REMOVED: _("Removed"),
    OutcomeKind.INVESTIGATING: _("Investigating"),
    OutcomeKind.VICTIM_ASSISTED: _("A victim was assisted"),
    OutcomeKind.NO_ACTION: _("No action"),
    OutcomeKind.UNKNOWN: _("Unknown: they do not tell"),
}

DONE: dict[str, Words] = {
    OutcomeKind.REMOVED: _("We removed it"),
    OutcomeKind.INVESTIGATING: _("We investigate"),
    OutcomeKind.VICTIM_ASSISTED: _("We assisted a victim"),
    OutcomeKind.NO_ACTION: _("We took no action"),
    OutcomeKind.UNKNOWN: _("We cannot tell"),
}
"""The same outcomes in the words of who tells them."""

DESTINATIONS: dict[str, Words] = {
    "console": _("Console, for trying out"),
    "file_export": _("File to collect"),
    "police_package": _("Police package"),
    "provider_notice": _("Notice by e-mail"),
}
"""A destination itself knows no translation; one that is not here is shown by its own label."""

AGENCY_KINDS: dict[str, Words] = {
    AgencyKind.POLICE: _("Police"),
    AgencyKind.PROSECUTOR: _("Prosecutor"),
    AgencyKind.HOTLINE: _("Hotline"),
    AgencyKind.CLEARING_HOUSE: _("Clearing house"),
    AgencyKind.NRM_BODY: _("Referral mechanism for victims of trafficking"),
    AgencyKind.CHILD_PROTECTION: _("Child protection"),
    AgencyKind.VICTIM_SUPPORT: _("Helpline or victim support"),
    AgencyKind.PROVIDER: _("Provider"),
    AgencyKind.PLATFORM: _("Platform"),
    AgencyKind.REGISTRAR: _("Registrar"),
    AgencyKind.REGULATOR: _("Regulator"),
}

MODES: dict[str, Words] = {
    DeliveryMode.MANUAL: _("By hand into their own form"),
    DeliveryMode.EXPORT: _("As a file they collect"),
    DeliveryMode.API: _("By machine"),
}

AGENCY_STATES: dict[str, Pill] = {
    AgencyState.TEST: Pill(_("Test"), "w", "tri"),
    AgencyState.LIVE: Pill(_("Live"), "o", "check"),
    AgencyState.PAUSED: Pill(_("Paused"), "h", "lock"),
}

ADDRESSEES: dict[str, Words] = {
    RuleAddressee.AGENCY: _("One agency"),
    RuleAddressee.PLATFORM: _("Whoever runs the platform"),
    RuleAddressee.PROVIDER: _("Whoever hosts it"),
}

VERDICTS: dict[str, Words] = {
    Verdict.BASELINE_CSAM: _("Baseline CSAM"),
    Verdict.NATIONAL_CSAM: _("National CSAM"),
    Verdict.OTHER_ILLEGAL: _("Other illegal CSEA"),
    Verdict.NOT_ILLEGAL: _("Not illegal"),
    Verdict.NOT_FOUND: _("Not found"),
    Verdict.NOT_ACCESSIBLE: _("Not accessible"),
    Verdict.OUT_OF_REMIT: _("Out of remit"),
}

HOST_KNOWN_BY: dict[str, Words] = {
    HostKnownBy.LOOKUP: _("looked up"),
    HostKnownBy.PLATFORM: _("by the platform"),
    HostKnownBy.REPORTER: _("by the reporter"),
    HostKnownBy.UNKNOWN: _("unknown"),
}

ITEM_KINDS: dict[str, Words] = {
    ItemKind.URL: _("page"),
    ItemKind.ACCOUNT: _("account"),
    ItemKind.CHANNEL: _("channel or group"),
    ItemKind.INVITE: _("invite link"),
    ItemKind.EMAIL: _("e-mail address"),
    ItemKind.PHONE: _("phone number"),
    ItemKind.WALLET: _("wallet"),
    ItemKind.APP: _("app"),
    ItemKind.ONION: _("onion address"),
}

LEFT_OUT: dict[str, Words] = {
    "reporter_contact": _("Reporter's contact"),
    "reporter_text": _("Reporter's own words"),
    "reporter_language": _("Reporter's language"),
    "item": _("Item"),
}

WHY_LEFT_OUT: dict[str, Words] = {
    "stays_in_the_house": _("Stays in the house"),
    "own_words": _("The reporter's own words stay in the house"),
    "not_for_this_agency": _("No rule brings it before this agency"),
    "forbidden": _("A rule forbids to bring it before this agency"),
}


def happened(problem: str) -> Words:
    """What became of a delivery that was left with this problem. A stop is a problem too."""
    if problem in STOPS:
        return _("It may not leave.")
    if problem == Problem.BOUNCED:
        return _("It came back: the mail server could not bring it to the agency.")
    return RESULTS.get(problem, RESULTS[AttemptResult.ASK_HUMAN])


def remedy(problem: str) -> Words:
    """What a person does about it."""
    return STOPS.get(problem) or REMEDIES.get(problem, REMEDIES[AttemptResult.ASK_HUMAN])


def pill_of(
    state: str, *, delivery_state: str = "", offered: bool = False, by_hand: bool = False, kept_by: str = ""
) -> Pill:
    """The state of a referral, with what its delivery adds while nothing has arrived.

    `kept_by`: the stop that keeps a package that lies ready.
    """
    if state != ReferralState.QUEUED:
        return STATES[state]
    if kept_by:
        return STATES[ReferralState.HELD] if kept_by == Stop.POLICE_HOLD else KEPT
    if delivery_state == DeliveryState.UNKNOWN:
        return ASK_THEM
    if delivery_state == DeliveryState.SENDING:
        return (BY_HAND if by_hand else READY) if offered else SENDING
    return STATES[state]


def follow_up_pill(
    state: str,
    *,
    delivery_state: str = "",
    offered: bool = False,
    by_hand: bool = False,
    kept_by: str = "",
    stopped: bool = False,
) -> Pill:
    """The same for a supplement, correction or withdrawal, which has a delivery of its own.

    `stopped`: the referral was withdrawn before it left, so it never will.
    """
    if stopped and state == FollowUpState.QUEUED:
        return STATES[ReferralState.WITHDRAWN]
    if state != FollowUpState.QUEUED:
        return FOLLOW_UP_STATES[state]
    return pill_of(
        ReferralState.QUEUED,
        delivery_state=delivery_state,
        offered=offered,
        by_hand=by_hand,
        kept_by=kept_by,
    )


def clock_of(due_at: datetime, started_at: datetime, now: datetime) -> Clock:
    """Time left for an answer: amber in the last quarter, red when late."""
    left = due_at - now
    if left < timedelta(0):
        return Clock(str(_("Late %(time)s")) % {"time": span(-left)}, "d", due_at)
    last_quarter = left <= (due_at - started_at) / 4
    return Clock(
        str(_("Answer due in %(time)s")) % {"time": span(left)}, "w" if last_quarter else "n", due_at
    )


def span(length: timedelta) -> str:
    """2 days, 5 h or 40 min: the largest unit that is not zero; what is shorter counts as a minute."""
    minutes = max(1, int(length.total_seconds() // 60))
    if minutes >= 2 * 24 * 60:
        return ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}
    if minutes >= 60:
        return f"{minutes // 60} h"
    return f"{minutes} min"
