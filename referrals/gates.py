"""What stops a document from leaving, and when it may first be tried. Pure.

The gates are asked when a person decides, again when a worker claims, and again at every retry. They know nothing of
rules: a hold stops a notice whatever the rules say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from referrals.states import HOST_SIDE, AgencyKind, AgencyState

NEVER_QUIET = frozenset({AgencyKind.POLICE.value})
WHOLE_WEEK = 7


class Stop(StrEnum):
    """Why nothing leaves for an agency now."""

    NO_AGREEMENT = "no_agreement"
    AGREEMENT_EXPIRED = "agreement_expired"
    PAUSED = "paused"
    KIND_NOT_ACCEPTED = "kind_not_accepted"
    NOT_A_SUBMITTER = "not_a_submitter"
    NO_CONTACT = "no_contact"
    CONTACT_NOT_APPROVED = "contact_not_approved"
    UNASSESSED = "unassessed"
    ADDRESS_TOO_LONG = "address_too_long"
    MODE_MISSING = "mode_missing"
    CHANGED_STATE = "changed_state"
    OUTDATED = "outdated"
    POLICE_HOLD = "police_hold"
    QUIET = "quiet"


WAITING = frozenset({Stop.POLICE_HOLD, Stop.QUIET})
"""These end by themselves; for the rest a person must mend something."""


@dataclass(frozen=True)
class Terms:
    """On which terms an agency is sent anything. Empty `item_kinds` or `submitters`: all of them.

    `works`: its destination exists and works in its mode. `mailed`: it is reached by e-mail, so it needs a contact.
    """

    kind: str
    state: str
    agreement: str = ""
    agreement_until: date | None = None
    item_kinds: frozenset[str] = frozenset()
    submitters: frozenset[str] = frozenset()
    takes_unassessed: bool = False
    works: bool = True
    mailed: bool = False
    contact: str = ""
    contact_approved: bool = False
    longest_address: int = 8192
    quiet_hours: Mapping[str, Any] | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True)
class Sending:
    """What is to leave. `role`: of the person who decides; None where a machine asks again.

    `held_until`: the end of the police hold that covers this agency and these items. `test`: how the document is
    marked, None where there is none yet or the mark does not matter. `outdated`: it says what no longer holds.
    """

    kinds: frozenset[str]
    longest_address: int = 0
    assessed: bool = True
    danger: bool = False
    role: str | None = None
    held_until: datetime | None = None
    test: bool | None = None
    outdated: bool = False


@dataclass(frozen=True)
class Place:
    """Where one item is, as far as a hold asks: its hosting country, and that of whoever runs its platform."""

    hosting: str
    platform: str = ""


class UnknownQuietHours(ValueError):
    """The quiet hours of an agency cannot be read."""


def stops(terms: Terms, sending: Sending, now: datetime) -> tuple[Stop, ...]:
    """Everything that stops it, in the order of the list above."""
    mended = {
        Stop.NO_AGREEMENT: not terms.agreement,
        Stop.AGREEMENT_EXPIRED: bool(terms.agreement) and _is_over(terms, now),
        Stop.PAUSED: terms.state == AgencyState.PAUSED,
        Stop.KIND_NOT_ACCEPTED: bool(terms.item_kinds) and not sending.kinds <= terms.item_kinds,
        Stop.NOT_A_SUBMITTER: _may_not_submit(terms, sending.role),
        Stop.NO_CONTACT: terms.mailed and not terms.contact,
        Stop.CONTACT_NOT_APPROVED: terms.mailed and bool(terms.contact) and not terms.contact_approved,
        Stop.UNASSESSED: not sending.assessed and not terms.takes_unassessed,
        Stop.ADDRESS_TOO_LONG: sending.longest_address > terms.longest_address,
        Stop.MODE_MISSING: not terms.works,
        Stop.CHANGED_STATE: _changed_state(terms, sending.test),
        Stop.OUTDATED: sending.outdated,
        Stop.POLICE_HOLD: _is_held(terms, sending, now),
        Stop.QUIET: quiet_until(terms, now, danger=sending.danger) is not None,
    }
    return tuple(stop for stop, stands in mended.items() if stands)


def until(terms: Terms, sending: Sending, now: datetime) -> datetime | None:
    """When those that end by themselves will have ended; None where none of them stands."""
    held = sending.held_until if _is_held(terms, sending, now) else None
    after = max(held, now) if held else now
    return quiet_until(terms, after, danger=sending.danger) or held


def covered(kind: str, country: str, places: tuple[Place, ...], home: str) -> bool:
    """Whether a police hold keeps this agency in the dark about these items.

    It does for whoever hosts or runs what answers to the home police. An item of which nobody knows where it is may
    be at home: telling its host would warn the author before the police know.
    """
    if kind not in HOST_SIDE:
        return False
    return country == home or any(_may_be_at_home(place, home) for place in places)


def first_try(
    kind: str,
    now: datetime,
    *,
    danger: bool,
    undo: timedelta,
    notice_after: timedelta,
    gather: timedelta,
    waiting: datetime | None = None,
    last: datetime | None = None,
) -> datetime:
    """When it may first be tried: after the time in which a person may undo it, police and danger at once.

    The first notice to a contact waits `notice_after`; what follows joins the notice that is `waiting`, or leaves
    `gather` after the `last` one.
    """
    if danger or kind in NEVER_QUIET:
        return now
    if kind not in HOST_SIDE:
        return now + undo
    earliest = now + undo
    if waiting and waiting >= earliest:
        return waiting
    before = max((moment for moment in (last, waiting) if moment), default=None)
    if before and before + gather > now:
        return max(earliest, before + gather)
    return max(earliest, now + notice_after)


def quiet_until(terms: Terms, now: datetime, *, danger: bool = False) -> datetime | None:
    """The end of the quiet time that `now` lies in; None outside. Never for the police, never for a child in danger.

    Quiet all week long: asked again in a day. Raises UnknownQuietHours.
    """
    if danger or not terms.quiet_hours or terms.kind in NEVER_QUIET:
        return None
    quiet = read_quiet_hours(terms.quiet_hours, terms.time_zone)
    moment = now.astimezone(quiet.zone)
    for _step in range(2 * WHOLE_WEEK + 2):
        end = quiet.end_of(moment)
        if end is None:
            return moment.astimezone(now.tzinfo) if moment != now else None
        moment = end
    return now + timedelta(days=1)


@dataclass(frozen=True)
class QuietHours:
    """Whole days of the week (Monday is 0) and one span of every day, in the agency's time zone."""

    days: frozenset[int]
    begins: time | None
    ends: time | None
    zone: ZoneInfo

    def end_of(self, moment: datetime) -> datetime | None:
        """Where the quiet day or span around this moment ends."""
        if moment.weekday() in self.days:
            return self._at(moment.date() + timedelta(days=1), time(0))
        if self.begins is None or self.ends is None or not self._spans(moment.time()):
            return None
        ends_tomorrow = self.begins > self.ends and moment.time() >= self.begins
        return self._at(moment.date() + timedelta(days=int(ends_tomorrow)), self.ends)

    def _spans(self, clock: time) -> bool:
        if self.begins is None or self.ends is None:
            return False
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.zone)


def read_quiet_hours(said: Mapping[str, Any], time_zone: str) -> QuietHours:
    """{"from": "20:00", "to": "07:00", "days": [5, 6]}: hours, days or both. Raises UnknownQuietHours."""
    if set(said) - {"from", "to", "days"} or ("from" in said) != ("to" in said):
        raise UnknownQuietHours(f"quiet hours cannot be read: {sorted(said)}")
    days = said.get("days", [])
    try:
        begins, ends = (time.fromisoformat(said[key]) if said.get(key) else None for key in ("from", "to"))
        zone = ZoneInfo(time_zone)
    except (LookupError, TypeError, ValueError) as unreadable:
        raise UnknownQuietHours(str(unreadable)) from unreadable
    if not isinstance(days, list) or not set(days) <= set(range(WHOLE_WEEK)):
        raise UnknownQuietHours("days are numbers from 0, Monday, to 6")
    return QuietHours(frozenset(days), begins, ends, zone)


def _is_over(terms: Terms, now: datetime) -> bool:
    """By day, in the agency's time zone: on its last day an agreement still holds."""
    last_day = terms.agreement_until
    return last_day is not None and now.astimezone(ZoneInfo(terms.time_zone)).date() > last_day


def _may_not_submit(terms: Terms, role: str | None) -> bool:
    return role is not None and bool(terms.submitters) and role not in terms.submitters


def _changed_state(terms: Terms, test: bool | None) -> bool:
    """A real document for an agency that is a test now, or a test for a live one. Paused is a stop of its own."""
    if test is None or terms.state == AgencyState.PAUSED:
        return False
    return test != (terms.state != AgencyState.LIVE)


def _is_held(terms: Terms, sending: Sending, now: datetime) -> bool:
    return terms.kind in HOST_SIDE and sending.held_until is not None and sending.held_until > now


def _may_be_at_home(place: Place, home: str) -> bool:
    if home in {place.hosting, place.platform}:
        return True
    return not place.hosting and not place.platform
