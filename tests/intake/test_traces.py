"""Where an item is hosted, as a person found out: the newest counts, the older ones stay."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.acts import Refusal
from intake.forms.tracing import TraceForm
from intake.models import Case, HostingTrace
from intake.schemes import HostKnownBy
from intake.services import traces
from tests import line
from tests.cast import Cast
from tests.doors import DoorClient
from tests.proof import assert_verified

if TYPE_CHECKING:
    from project.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    return line.a_taken_case(cast, "https://forum.example.org/t/1")


def found(**changed: Any) -> traces.Found:
    known = traces.Found(
        HostKnownBy.LOOKUP, timezone.now(), "RO", "Example hosting", "AS64500", "192.0.2.44", 90
    )
    return replace(known, **changed)


def write(case: Case, who: "User", what: traces.Found) -> HostingTrace:
    item = case.items.addresses()[0]
    return traces.record_trace(actor=who.actor, case_id=case.id, item_id=item.id, found=what)


def test_the_newest_counts_and_the_older_stays(cast: Cast, case: Case) -> None:
    first = write(case, cast.ana, found())
    second = write(case, cast.cleo, found(country="NL", network="AS64501"))
    (item,) = case.items.addresses()
    assert traces.newest(case) == {item.id: second}
    assert traces.history(case)[item.id] == [second, first]
    assert_verified()


def test_what_was_seen_earlier_does_not_count_although_it_was_written_later(cast: Cast, case: Case) -> None:
    now = write(case, cast.ana, found())
    write(case, cast.ana, found(country="NL", traced_at=timezone.now() - timedelta(days=2)))
    assert list(traces.newest(case).values()) == [now]


def test_of_two_at_one_time_the_one_written_later_counts(cast: Cast, case: Case) -> None:
    at = timezone.now()
    for country in ("NL", "DE", "RO"):
        last = write(case, cast.ana, found(country=country, traced_at=at))
    assert list(traces.newest(case).values()) == [last]


def test_that_nobody_could_find_out_is_written_down_too(cast: Cast, case: Case) -> None:
    trace = write(case, cast.ana, traces.Found(HostKnownBy.UNKNOWN, timezone.now()))
    assert (trace.country, trace.ip) == ("", None)


def test_an_address_is_kept_in_one_way_of_writing_so_that_the_entry_binds_it(cast: Cast, case: Case) -> None:
    write(case, cast.ana, found(ip="2001:0DB8:0:0::1"))
    assert HostingTrace.objects.get().ip == "2001:db8::1"
    assert_verified()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"traced_at": timezone.now() + timedelta(days=1)}, "lies ahead"),
        ({"confidence": 101}, "0 to 100"),
        ({"network": "64500"}, "named like AS64500"),
        ({"ip": "192.0.2.999"}, "An IP address looks like"),
        ({"method": HostKnownBy.UNKNOWN}, "how you know"),
        ({"country": "", "provider": "", "network": "", "ip": None}, "what you found"),
    ],
)
def test_what_makes_no_sense_is_refused(cast: Cast, case: Case, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        write(case, cast.ana, found(**wrong))
    assert not HostingTrace.objects.exists()


def test_an_item_of_another_case_and_a_closed_case_are_refused(cast: Cast, case: Case) -> None:
    other = line.a_taken_case(cast)
    item = other.items.addresses()[0]
    with pytest.raises(Refusal, match="no address of this case"):
        traces.record_trace(actor=cast.ana.actor, case_id=case.id, item_id=item.id, found=found())
    with pytest.raises(Refusal, match="This case is closed"):
        write(line.a_closed_case(cast), cast.ana, found())


TYPED = {"method": "lookup", "country": "Romania", "network": "64500", "ip": "192.0.2.44", "confidence": "90"}


OPENED = datetime(2026, 5, 20, tzinfo=UTC)


def test_the_form_understands_how_people_write() -> None:
    form = TraceForm(OPENED, TYPED | {"provider": "Example hosting", "traced_at": "2026-05-14 08:02"})
    assert form.is_valid(), form.errors
    understood = form.found()
    assert (understood.country, understood.network, understood.ip) == ("RO", "AS64500", "192.0.2.44")
    assert timezone.localtime(understood.traced_at).strftime("%H:%M") == "08:02"


@given(st.dictionaries(st.sampled_from([*TYPED, "provider", "traced_at"]), st.text(max_size=60)))
def test_whatever_is_typed_is_understood_or_refused_in_words(typed: dict[str, str]) -> None:
    form = TraceForm(OPENED, TYPED | typed)
    if form.is_valid():
        assert form.found().method in HostKnownBy
    else:
        assert all(str(sentence) for errors in form.errors.values() for sentence in errors)


@pytest.mark.parametrize(
    "moment", ["0001-01-01 00:00", "1900-01-01 00:00", "2026-04-19 12:00", "9999-12-31 23:59"]
)
def test_a_moment_that_cannot_be_meant_is_asked_again(
    cast: Cast, desk_client: DoorClient, moment: str
) -> None:
    form = TraceForm(OPENED, TYPED | {"traced_at": moment})
    assert list(form.errors) == ["traced_at"]
    case = line.a_taken_case(cast)
    item = case.items.addresses()[0]
    desk = desk_client.sign_in(cast.ana)
    answer = desk.submit(desk.url("trace", case_id=case.id, item_id=item.id), **TYPED | {"traced_at": moment})
    assert answer.status_code == 422
