"""The gates asked with what the database says: on confirming, at a claim, and for when something may first be tried."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit import log
from intake.schemes import HostKnownBy
from intake.services.traces import Found, record_trace
from referrals.gates import Stop
from referrals.models import Agency, Delivery
from referrals.services.directory import Terms, approve_contact, change_terms, open_agency, pause_agency
from referrals.services.holds import release_hold, set_hold
from referrals.services.leaving import Leaving, first_try_at, hold_covers, may_leave, may_send
from referrals.services.rules import Draft, adopt_rule
from referrals.states import AgencyKind, DeliveryMode, Obligation
from tests import line

if TYPE_CHECKING:
    from intake.models import Case
    from tests.cast import Cast

pytestmark = pytest.mark.django_db
AGREED: dict[str, Any] = {"destination": "file_export", "agreement": "A test's agreement"}


def an_agency(name: str, kind: AgencyKind, country: str = "RO", **terms: Any) -> Agency:
    return open_agency(
        actor=log.SYSTEM, name=name, kind=kind, country=country, terms=Terms(**{**AGREED, **terms})
    )


def leaving(agency: Agency, case: "Case", role: str = "analyst") -> Leaving:
    items = [item.id for item in case.items.addresses()]
    return may_leave(agency, case=case, item_ids=items, role=role, now=timezone.now())


def test_what_is_in_order_may_leave(cast: "Cast") -> None:
    found = leaving(cast.police, line.a_confirmed_case(cast))
    assert found.free
    assert (found.stops, found.until, found.to_mend) == ((), None, ())


def test_what_a_person_must_mend_is_told_from_what_waits(cast: "Cast") -> None:
    case = line.a_confirmed_case(cast)
    day = {"days": list(range(7))}
    host = an_agency("Host", AgencyKind.PROVIDER, agreement="", quiet_hours=day, item_kinds=("account",))
    found = leaving(host, case)
    assert found.stops == (Stop.NO_AGREEMENT, Stop.KIND_NOT_ACCEPTED, Stop.QUIET)
    assert found.to_mend == (Stop.NO_AGREEMENT, Stop.KIND_NOT_ACCEPTED)
    assert not found.waits
    assert found.until
    assert leaving(an_agency("Other", AgencyKind.PROVIDER, quiet_hours=day), case).waits


def test_who_may_submit_is_asked_of_the_person_and_not_of_the_machine(cast: "Cast") -> None:
    body = an_agency("Mechanism", AgencyKind.NRM_BODY, submitters=("supervisor",))
    case = line.a_confirmed_case(cast)
    assert leaving(body, case).stops == (Stop.NOT_A_SUBMITTER,)
    assert leaving(body, case, "supervisor").free


def test_a_contact_is_needed_where_a_machine_writes_to_it(cast: "Cast") -> None:
    case = line.a_confirmed_case(cast)
    by_mail: dict[str, Any] = {"destination": "provider_notice", "mode": DeliveryMode.API}
    host = an_agency("Host", AgencyKind.PROVIDER, **by_mail)
    assert leaving(host, case).stops == (Stop.NO_CONTACT,)
    change_terms(
        actor=cast.cleo.actor, agency_id=host.id, terms=Terms(**AGREED | by_mail, contact="abuse@example.org")
    )
    host.refresh_from_db()
    assert leaving(host, case).stops == (Stop.CONTACT_NOT_APPROVED,)
    host = approve_contact(actor=cast.ada.actor, agency_id=host.id)
    assert leaving(host, case).free
    by_hand = an_agency(
        "By hand", AgencyKind.PROVIDER, destination="provider_notice", mode=DeliveryMode.MANUAL
    )
    assert leaving(by_hand, case).free


def test_an_unassessed_item_needs_an_agency_and_a_destination_that_take_it(cast: "Cast") -> None:
    case = line.a_taken_case(cast)
    assert Stop.UNASSESSED in leaving(cast.police, case).stops
    takes = an_agency("Takes it", AgencyKind.POLICE, takes_unassessed=True)
    assert leaving(takes, case).free
    by_hand: dict[str, Any] = {"destination": "provider_notice", "mode": DeliveryMode.MANUAL}
    notice = an_agency("Cannot", AgencyKind.PROVIDER, takes_unassessed=True, **by_hand)
    assert Stop.UNASSESSED in leaving(notice, case).stops


def test_a_hold_stops_the_host_and_not_the_police_until_it_is_released(cast: "Cast") -> None:
    case = line.a_confirmed_case(cast)
    host = an_agency("Host", AgencyKind.PROVIDER)
    until = timezone.now() + timedelta(hours=5)
    set_hold(actor=cast.cleo.actor, case_id=case.id, until=until, reason=line.REASON)
    found = leaving(host, case)
    assert (found.stops, found.until, found.waits) == ((Stop.POLICE_HOLD,), until, True)
    assert leaving(cast.police, case).free
    release_hold(actor=cast.cleo.actor, case_id=case.id, reason=line.REASON)
    assert leaving(host, case).free


def trace(cast: "Cast", case: "Case", country: str, **found: Any) -> None:
    how = HostKnownBy.LOOKUP if country else HostKnownBy.UNKNOWN
    record_trace(
        actor=cast.ana.actor,
        case_id=case.id,
        item_id=case.items.get().id,
        found=Found(method=how, country=country, traced_at=timezone.now(), **found),
    )


def test_what_a_hold_covers_follows_the_newest_trace_and_the_platform(cast: "Cast") -> None:
    case = line.a_confirmed_case(cast, "https://www.example.net/held")
    items = [case.items.get().id]
    abroad = an_agency("Host abroad", AgencyKind.PROVIDER, "NL")
    assert hold_covers(abroad, case, items)
    trace(cast, case, "NL")
    assert not hold_covers(abroad, case, items)
    assert hold_covers(an_agency("Host at home", AgencyKind.PROVIDER), case, items)
    trace(cast, case, "")
    assert hold_covers(abroad, case, items), "what may be at home is covered"
    an_agency("Platform abroad", AgencyKind.PLATFORM, "IE", domains=("example.net",))
    assert not hold_covers(abroad, case, items)
    an_agency("Platform at home", AgencyKind.PLATFORM, domains=("www.example.net",))
    assert hold_covers(abroad, case, items)
    assert not hold_covers(cast.police, case, items)


def test_a_claim_reads_terms_and_hold_again(cast: "Cast") -> None:
    delivery = Delivery.objects.get(referral=line.a_referral(cast))
    assert may_send(delivery, timezone.now()).free
    pause_agency(actor=cast.cleo.actor, agency_id=cast.police.id, reason=line.REASON)
    assert may_send(delivery, timezone.now()).stops == (Stop.PAUSED,)


def test_a_claim_asks_a_fixed_number_of_questions(cast: "Cast") -> None:
    one = Delivery.objects.get(referral=line.a_referral(cast))
    many = Delivery.objects.get(referral=line.a_referral(cast, *[line.an_address() for _ in range(6)]))
    counted = []
    for delivery in (one, many):
        fresh = Delivery.objects.get(pk=delivery.pk)
        with CaptureQueriesContext(connection) as asked:
            may_send(fresh, timezone.now())
        counted.append(len(asked))
    assert counted[0] == counted[1]
    assert counted[0] <= 14


def test_notices_to_one_contact_are_gathered_whoever_the_agency_is(cast: "Cast", settings: Any) -> None:
    settings.TUTELA_SEND_AFTER_SECONDS = 120
    settings.TUTELA_NOTICE_AFTER_MINUTES, settings.TUTELA_NOTICE_GATHER_HOURS = 60, 24
    case, now = line.a_confirmed_case(cast), timezone.now()
    assert first_try_at(cast.police, case, now) == now
    assert first_try_at(cast.clearing, case, now) == now + timedelta(minutes=2)
    host, sister, other = (
        an_agency(name, AgencyKind.PROVIDER, "NL", contact=contact)
        for name, contact in (
            ("Host", "abuse@example.org"),
            ("Sister", "abuse@example.org"),
            ("Other", "abuse@other.test"),
        )
    )
    assert first_try_at(host, case, now) == now + timedelta(hours=1)
    abroad = line.confirm(cast, line.an_assessed_case(cast, country="NL"))
    named = Draft("HS-01", {"verdict": "illegal"}, Obligation.SUGGESTED, "on_platform", host.id)
    adopt_rule(actor=log.SYSTEM, rule=named)
    waiting = Delivery.objects.get(referral=line.refer(cast, abroad))
    assert waiting.next_try_at > now + timedelta(minutes=59)
    later = now + timedelta(minutes=20)
    assert first_try_at(sister, case, later) == waiting.next_try_at
    assert first_try_at(other, case, later) == later + timedelta(hours=1)


def test_quiet_hours_move_the_first_try_but_never_that_of_danger(cast: "Cast") -> None:
    host = an_agency("Host", AgencyKind.PROVIDER, "NL", quiet_hours={"days": list(range(7))})
    case, now = line.a_confirmed_case(cast), timezone.now()
    assert first_try_at(host, case, now) == now + timedelta(days=1)
    danger = line.a_case(danger=True)
    assert first_try_at(host, danger, now) == now
