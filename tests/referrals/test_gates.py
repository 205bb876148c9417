"""Each stop, alone: what makes it stand, and what does not. And when something may first be tried."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from referrals import gates
from referrals.gates import WAITING, Sending, Stop, Terms, UnknownQuietHours

NOW = datetime(2026, 5, 14, 9, 18, tzinfo=UTC)  # a Thursday; 12:18 in Bucharest
FREE = Terms(kind="provider", state="live", agreement="Protocol", time_zone="Europe/Bucharest")
ONE_URL = Sending(kinds=frozenset({"url"}), longest_address=40)
BY_MAIL = replace(FREE, mailed=True, contact="abuse@example.org", contact_approved=True)


@pytest.mark.parametrize("terms", [FREE, BY_MAIL])
def test_nothing_stops_what_is_in_order(terms: Terms) -> None:
    assert gates.stops(terms, ONE_URL, NOW) == ()
    assert gates.until(terms, ONE_URL, NOW) is None


@pytest.mark.parametrize(
    ("terms", "sending", "stop"),
    [
        (replace(FREE, agreement=""), ONE_URL, Stop.NO_AGREEMENT),
        (replace(FREE, agreement_until=date(2026, 5, 13)), ONE_URL, Stop.AGREEMENT_EXPIRED),
        (replace(FREE, state="paused"), ONE_URL, Stop.PAUSED),
        (replace(FREE, item_kinds=frozenset({"account"})), ONE_URL, Stop.KIND_NOT_ACCEPTED),
        (
            replace(FREE, item_kinds=frozenset({"url"})),
            replace(ONE_URL, kinds=frozenset({"url", "account"})),
            Stop.KIND_NOT_ACCEPTED,
        ),
        (
            replace(FREE, submitters=frozenset({"supervisor"})),
            replace(ONE_URL, role="analyst"),
            Stop.NOT_A_SUBMITTER,
        ),
        (replace(BY_MAIL, contact=""), ONE_URL, Stop.NO_CONTACT),
        (replace(BY_MAIL, contact_approved=False), ONE_URL, Stop.CONTACT_NOT_APPROVED),
        (FREE, replace(ONE_URL, assessed=False), Stop.UNASSESSED),
        (replace(FREE, longest_address=39), ONE_URL, Stop.ADDRESS_TOO_LONG),
        (replace(FREE, works=False), ONE_URL, Stop.MODE_MISSING),
        (FREE, replace(ONE_URL, held_until=NOW + timedelta(hours=1)), Stop.POLICE_HOLD),
        (replace(FREE, quiet_hours={"days": [3]}), ONE_URL, Stop.QUIET),
    ],
)
def test_each_stop_stands_alone(terms: Terms, sending: Sending, stop: Stop) -> None:
    assert gates.stops(terms, sending, NOW) == (stop,)
    assert (gates.until(terms, sending, NOW) is not None) == (stop in WAITING)


@pytest.mark.parametrize(
    ("terms", "sending"),
    [
        (replace(FREE, agreement_until=date(2026, 5, 14)), ONE_URL),
        (replace(FREE, item_kinds=frozenset({"url"})), ONE_URL),
        (replace(FREE, submitters=frozenset({"supervisor"})), replace(ONE_URL, role="supervisor")),
        (replace(FREE, submitters=frozenset({"supervisor"})), ONE_URL),
        (replace(FREE, contact_approved=False), ONE_URL),
        (replace(FREE, takes_unassessed=True), replace(ONE_URL, assessed=False)),
        (replace(FREE, longest_address=40), ONE_URL),
        (replace(FREE, kind="police"), replace(ONE_URL, held_until=NOW + timedelta(hours=1))),
        (FREE, replace(ONE_URL, held_until=NOW)),
        (replace(FREE, quiet_hours={"days": [3]}), replace(ONE_URL, danger=True)),
        (replace(FREE, kind="police", quiet_hours={"days": [3]}), ONE_URL),
    ],
)
def test_what_does_not_stop_it(terms: Terms, sending: Sending) -> None:
    assert gates.stops(terms, sending, NOW) == ()


def test_an_agreement_holds_to_the_end_of_its_last_day_where_the_agency_is() -> None:
    last = replace(FREE, agreement_until=date(2026, 5, 14))
    assert gates.stops(last, ONE_URL, datetime(2026, 5, 14, 20, 59, tzinfo=UTC)) == ()
    assert gates.stops(last, ONE_URL, datetime(2026, 5, 14, 21, 0, tzinfo=UTC)) == (Stop.AGREEMENT_EXPIRED,)


@pytest.mark.parametrize(
    ("quiet", "at", "end"),
    [
        # Bucharest is three hours ahead in May.
        ({"from": "12:00", "to": "13:00"}, "2026-05-14 09:18", "2026-05-14 10:00"),
        ({"from": "13:00", "to": "14:00"}, "2026-05-14 09:18", None),
        ({"from": "20:00", "to": "07:00"}, "2026-05-14 18:00", "2026-05-15 04:00"),
        ({"from": "20:00", "to": "07:00"}, "2026-05-14 01:00", "2026-05-14 04:00"),
        ({"from": "20:00", "to": "07:00"}, "2026-05-14 04:00", None),
        ({"days": [5, 6]}, "2026-05-16 09:00", "2026-05-17 21:00"),
        # A quiet night, two quiet days, and the night after them.
        ({"days": [5, 6], "from": "20:00", "to": "07:00"}, "2026-05-15 18:00", "2026-05-18 04:00"),
        # The hour that spring takes away: the night of 29 March is one hour shorter.
        ({"from": "20:00", "to": "07:00"}, "2026-03-28 22:00", "2026-03-29 04:00"),
        ({"from": "00:00", "to": "00:00"}, "2026-05-14 09:18", None),
    ],
)
def test_quiet_hours_are_those_of_the_agencys_clock(quiet: dict[str, Any], at: str, end: str | None) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    expected = datetime.fromisoformat(end).replace(tzinfo=UTC) if end else None
    assert gates.quiet_until(replace(FREE, quiet_hours=quiet), moment) == expected


def test_who_is_quiet_all_week_is_asked_again_tomorrow() -> None:
    always = replace(FREE, quiet_hours={"days": list(range(7))})
    assert gates.quiet_until(always, NOW) == NOW + timedelta(days=1)


def test_a_hold_that_ends_at_night_lasts_until_the_morning() -> None:
    by_day = replace(FREE, quiet_hours={"from": "20:00", "to": "07:00"})
    held = replace(ONE_URL, held_until=datetime(2026, 5, 16, 22, 0, tzinfo=UTC))
    assert gates.stops(by_day, held, NOW) == (Stop.POLICE_HOLD,)
    assert gates.until(by_day, held, NOW) == datetime(2026, 5, 17, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "quiet",
    [{"from": "20:00"}, {"days": [7]}, {"days": 5}, {"from": "8 in the evening", "to": "07:00"}, {"moon": 1}],
)
def test_quiet_hours_half_understood_are_an_error(quiet: dict[str, Any]) -> None:
    with pytest.raises(UnknownQuietHours):
        gates.quiet_until(replace(FREE, quiet_hours=quiet), NOW)


def test_an_unknown_time_zone_is_an_error() -> None:
    with pytest.raises(UnknownQuietHours):
        gates.read_quiet_hours({"days": [5]}, "Europe/Nowhere")


UNDO, HOUR, DAY = timedelta(minutes=2), timedelta(hours=1), timedelta(hours=24)


def first_try(kind: str, **more: Any) -> timedelta:
    at = gates.first_try(
        kind, NOW, danger=more.pop("danger", False), undo=UNDO, notice_after=HOUR, gather=DAY, **more
    )
    return at - NOW


def test_police_and_danger_are_never_delayed() -> None:
    assert first_try("police") == timedelta(0)
    assert first_try("provider", danger=True, waiting=NOW + HOUR, last=NOW) == timedelta(0)


def test_others_wait_for_the_time_in_which_it_can_be_undone() -> None:
    assert first_try("hotline") == UNDO


def test_notices_wait_an_hour_and_are_then_gathered_once_a_day_for_each_contact() -> None:
    assert first_try("provider") == HOUR
    assert first_try("platform", waiting=NOW + timedelta(minutes=20)) == timedelta(minutes=20)
    assert first_try("provider", last=NOW - timedelta(hours=3)) == timedelta(hours=21)
    assert first_try("provider", last=NOW - timedelta(hours=30)) == HOUR


def test_a_notice_that_leaves_before_this_one_can_be_undone_is_not_joined() -> None:
    assert first_try("provider", waiting=NOW + timedelta(minutes=1)) == timedelta(minutes=1) + DAY
