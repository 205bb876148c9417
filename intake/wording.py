"""The words, tones and marks that people see for the vocabularies of intake."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from babel import Locale
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_info, gettext, gettext_lazy, ngettext

from intake.kinds import ItemKind
from intake.schemes import HostKnownBy, Verdict
from intake.states import CaseState, ClosingOutcome, ClosureState, PolicyCode, PolicyValue, Priority
from intake.triage import ReportKind

_ = gettext_lazy
Label = str | Promise


@dataclass(frozen=True)
class Mark:
    """A word with its tone (a class of the style sheet) and the name of its icon, if it has one."""

    label: Label
    tone: str = "n"
    icon: str = ""


STATES: dict[str, Mark] = {
    CaseState.OPEN: Mark(_("Open")),
    CaseState.ASSIGNED: Mark(_("Assigned"), "i"),
    CaseState.ASSESSED: Mark(_("Assessed"), "i"),
    CaseState.IN_REVIEW: Mark(_("In review"), "i"),
    CaseState.CONFIRMED: Mark(_("Confirmed"), "o", "check"),
    CaseState.REFERRED: Mark(_("Referred"), "i"),
    CaseState.MONITORING: Mark(_("Monitoring")),
    CaseState.CLOSED: Mark(_("Closed")),
}
PRIORITIES: dict[str, Mark] = {
    Priority.DANGER: Mark(_("Danger now"), "d", "oct"),
    Priority.HIGH: Mark(_("High"), "w", "tri"),
    Priority.NORMAL: Mark(_("Normal"), "i", "disc"),
    Priority.LOW: Mark(_("Low"), "n low", "ring"),
}
KINDS: dict[str, Label] = {
    ReportKind.CSAM: _("CSAM"),
    ReportKind.SEXTORTION: _("Sextortion"),
    ReportKind.GROOMING: _("Grooming"),
    ReportKind.TRAFFICKING: _("Trafficking"),
    ReportKind.AI_GENERATED: _("AI-generated"),
    ReportKind.ADVERT: _("Advert"),
    ReportKind.OTHER: _("Other"),
    ReportKind.NOT_SURE: _("Not sure"),
}
ITEM_KINDS: dict[str, Label] = {
    ItemKind.URL: _("Page"),
    ItemKind.ACCOUNT: _("Account"),
    ItemKind.CHANNEL: _("Channel or group"),
    ItemKind.INVITE: _("Invite link"),
    ItemKind.EMAIL: _("E-mail address"),
    ItemKind.PHONE: _("Phone number"),
    ItemKind.WALLET: _("Wallet"),
    ItemKind.APP: _("App"),
    ItemKind.ONION: _("Onion address"),
    ItemKind.TEXT: _("Described in words"),
}
VERDICTS: dict[str, Label] = {
    Verdict.BASELINE_CSAM: _("Baseline CSAM"),
    Verdict.NATIONAL_CSAM: _("National CSAM"),
    Verdict.OTHER_ILLEGAL: _("Other illegal CSEA"),
    Verdict.NOT_ILLEGAL: _("Not illegal"),
    Verdict.NOT_FOUND: _("Not found"),
    Verdict.NOT_ACCESSIBLE: _("Not accessible"),
    Verdict.OUT_OF_REMIT: _("Out of our remit"),
}
KNOWN_BY: dict[str, Label] = {
    HostKnownBy.LOOKUP: _("looked up"),
    HostKnownBy.PLATFORM: _("the platform's country"),
    HostKnownBy.REPORTER: _("the reporter says so"),
    HostKnownBy.UNKNOWN: _("unknown"),
}
COMMERCIAL: dict[str, Label] = {"yes": _("Commercial"), "no": _("Not commercial")}
CLOSURES: dict[str, Mark] = {
    ClosureState.ASKED: Mark(_("Asked"), "w"),
    ClosureState.AGREED: Mark(_("Closed"), "o", "check"),
    ClosureState.DECLINED: Mark(_("Declined")),
    ClosureState.UNDONE: Mark(_("Undone")),
}
CONFIDENCES: dict[int, Label] = {90: _("sure"), 50: _("probably"), 20: _("a guess")}
QUEUE_VIEWS: dict[str, Label] = {
    "waiting": _("Waiting"),
    "mine": _("Mine"),
    "danger": _("Danger now"),
    "late": _("Late"),
    "again": _("Seen again"),
    "review": _("For my review"),
}
CLOSING_OUTCOMES: dict[str, Label] = {
    ClosingOutcome.CONCLUDED: _("All who should know have answered"),
    ClosingOutcome.NOBODY: _("Nobody to refer it to"),
    ClosingOutcome.NOT_ILLEGAL: _("Not illegal"),
    ClosingOutcome.NOT_FOUND: _("Not found"),
    ClosingOutcome.NOT_ACCESSIBLE: _("Not accessible"),
    ClosingOutcome.OUT_OF_REMIT: _("Out of our remit"),
    ClosingOutcome.SPAM: _("Spam"),
}
POLICIES: dict[str, Label] = {
    PolicyCode.SECOND_REVIEW: _("Second review of an assessment"),
    PolicyCode.CLOSURE: _("Second person for closing a case"),
    PolicyCode.RULE_ACTIVATION: _("Second person for a routing rule"),
    PolicyCode.POLICE_HOLD: _("Police hold"),
    PolicyCode.FORWARD_ONLY: _("Forward-only mode"),
}
POLICY_VALUES: dict[str, Label] = {
    PolicyValue.REQUIRED: _("required, by a person of the house"),
    PolicyValue.DELEGATE: _("required, also by a person whom another organisation lends"),
    PolicyValue.WAIVED: _("waived"),
    PolicyValue.ON: _("on"),
    PolicyValue.OFF: _("off"),
}
WAIVED: dict[str, Label] = {
    PolicyCode.SECOND_REVIEW: _("The second review is waived here: one person may confirm alone."),
    PolicyCode.CLOSURE: _("The second person for closing is waived here: one person closes a case."),
    PolicyCode.RULE_ACTIVATION: _(
        "The second person for rules is waived here: one person brings a rule into force, or takes it out."
    ),
    PolicyCode.POLICE_HOLD: _("There is no police hold here: hosts and platforms are told at once."),
    PolicyCode.FORWARD_ONLY: _("Forward-only mode: cases are referred without anybody viewing the content."),
}
STILL_ONLINE: dict[str, Label] = {
    "yes": _("still online"),
    "no": _("no longer online"),
    "not_sure": _("not sure if it is still online"),
}
COUNTED_AT_MOST = 10_000
_NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def priority(rank: int) -> Mark:
    return PRIORITIES[list(Priority)[rank]]


def clock(due: datetime, started: datetime, now: datetime) -> Mark:
    """The time left in words; amber in the last quarter, red when late."""
    left = due - now
    if left < timedelta(0):
        return Mark(gettext("Late %(time)s") % {"time": span(-left)}, "d", "clock")
    soon = left * 4 < due - started
    tomorrow = timezone.localtime(now).date() + timedelta(days=1)
    if timezone.localtime(due).date() == tomorrow and left > timedelta(hours=6):
        return Mark(gettext("Tomorrow"), "w" if soon else "n", "clock")
    return Mark(span(left), "w" if soon else "n", "clock")


def confidence(percent: int) -> Label:
    """A number as the nearest of the three words that people choose from."""
    return CONFIDENCES[min(CONFIDENCES, key=lambda known: abs(known - percent))]


def span(length: timedelta) -> str:
    """A length of time, rounded as a person would say it."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return gettext("%(minutes)d min") % {"minutes": max(minutes, 1)}
    hours, minutes = divmod(minutes, 60)
    if hours < 10 and minutes >= 5:
        return gettext("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes}
    if hours < 48:
        return gettext("%(hours)d h") % {"hours": hours}
    return ngettext("%(days)d day", "%(days)d days", hours // 24) % {"days": hours // 24}


def day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F")


def language(code: str) -> str:
    """The language's name in the reader's language; an unknown code as it is."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def countries() -> dict[str, str]:
    """Two-letter codes and names in the reader's language, by name."""
    return _countries((get_language() or "en").split("-")[0])


def country_code(typed: str) -> str | None:
    """The two letters behind a code, a name, or "code name"; None for a country that nobody knows."""
    known = countries()
    code = typed[:2].upper()
    if code in known and (len(typed) == 2 or typed[2] in " –-"):
        return code
    return next((code for code, name in known.items() if name.casefold() == typed.casefold()), None)


@cache
def _countries(language_code: str) -> dict[str, str]:
    names = Locale.parse(language_code).territories
    known = {code: name for code, name in names.items() if len(code) == 2 and code.isalpha()}
    return dict(
        sorted(
            ((code, name) for code, name in known.items() if code not in _NO_COUNTRY),
            key=lambda pair: pair[1],
        )
    )
