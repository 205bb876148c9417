"""The draft says all that the house knows today, to each addressee what is theirs; and what nobody can be told."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit import log
from intake.schemes import HostKnownBy
from intake.services.traces import Found, record_trace
from intake.states import PolicyCode, PolicyValue
from referrals.documents import FollowUpCited, Informed, ReferralDocument, digest
from referrals.gates import Stop
from referrals.models import Agency
from referrals.routing import Gap
from referrals.services.directory import Terms, approve_contact, ask_live, decide_live, open_agency
from referrals.services.holds import set_hold
from referrals.services.proposals import draft, gaps, propose_routes, shown_routes
from referrals.services.rules import Draft, adopt_rule
from referrals.states import AgencyKind, Obligation, RuleAddressee
from tests import line

if TYPE_CHECKING:
    from intake.models import Case
    from tests.cast import Cast

pytestmark = pytest.mark.django_db
WHEN = timezone.now().replace(microsecond=0) - timedelta(minutes=5)


def an_agency(name: str, kind: AgencyKind, country: str = "RO", **terms: Any) -> Agency:
    agreed = {"destination": "file_export", "agreement": "A test's agreement", **terms}
    return open_agency(actor=log.SYSTEM, name=name, kind=kind, country=country, terms=Terms(**agreed))


def a_rule(code: str, condition: dict[str, Any], agency: Agency | None = None, **more: Any) -> None:
    wanted = {"obligation": Obligation.SUGGESTED, "reason": "on_platform", **more}
    adopt_rule(
        actor=log.SYSTEM,
        rule=Draft(code=code, condition=condition, agency_id=agency.id if agency else None, **wanted),
    )


def drafts(case: "Case") -> dict[str, ReferralDocument]:
    return {found.agency_name: draft(case, found) for found in propose_routes(case)}


def traced(cast: "Cast", case: "Case", **found: Any) -> None:
    record_trace(
        actor=cast.ana.actor,
        case_id=case.id,
        item_id=case.items.addresses()[0].id,
        found=Found(**{"method": HostKnownBy.LOOKUP, "traced_at": WHEN, **found}),
    )


def test_what_was_traced_stands_in_the_draft_and_wins_over_the_assessment(cast: "Cast") -> None:
    case = line.a_confirmed_case(cast)
    a_rule("RO-01", {"verdict": "illegal"}, cast.police, obligation=Obligation.OBLIGATORY)
    traced(cast, case, country="NL", provider="Files Ltd", network="AS64500", ip="192.0.2.7", confidence=80)
    (item,) = drafts(case)["Police"].items
    assert (item.hosting_country, item.host_known_by, item.host_provider) == ("NL", "lookup", "Files Ltd")
    assert (item.network, item.ip, item.confidence, item.traced_at) == ("AS64500", "192.0.2.7", 80, WHEN)
    assert (item.age, item.sex, item.site_type) == ("not_determined",) * 3


def test_the_newest_trace_decides_which_rule_is_met(cast: "Cast") -> None:
    case = line.a_confirmed_case(cast)
    assert [found.rule_code for found in propose_routes(case)] == ["RO-01"]
    traced(cast, case, country="NL")
    assert propose_routes(case) == []
    traced(cast, case, method=HostKnownBy.UNKNOWN, traced_at=WHEN + timedelta(minutes=1))
    a_rule("RO-09", {"hosting": "unknown"}, cast.police)
    assert [found.rule_code for found in propose_routes(case)] == ["RO-09"]


def test_the_addressee_is_written_as_its_terms_say(cast: "Cast") -> None:
    police = an_agency(
        "Other police",
        AgencyKind.POLICE,
        legal_basis="Protocol 1",
        duty_contact="Duty desk",
        night_contact="Night desk",
        languages=("ro", "en"),
    )
    mailed = an_agency("Mechanism", AgencyKind.NRM_BODY, contact="desk@example.org", duty_contact="Duty desk")
    for number, agency in enumerate((police, mailed)):
        a_rule(f"T-{number}", {"verdict": "illegal"}, agency)
    case = line.a_confirmed_case(cast)
    documents = drafts(case)
    told = documents["Other police"]
    assert (told.legal_basis, told.agency.contact, told.agency.languages) == (
        "Protocol 1",
        "Duty desk",
        ("ro", "en"),
    )
    assert told.hotline_contact
    assert documents["Mechanism"].agency.contact == "Duty desk", "a contact nobody approved is not used"
    approve_contact(actor=cast.ada.actor, agency_id=mailed.id)
    assert drafts(case)["Mechanism"].agency.contact == "desk@example.org"


def test_until_an_agency_is_live_its_documents_say_test(cast: "Cast") -> None:
    case = line.a_confirmed_case(cast)
    assert drafts(case)["Police"].test
    ask_live(actor=cast.cleo.actor, agency_id=cast.police.id, to_live=True)
    decide_live(actor=cast.ada.actor, agency_id=cast.police.id, agrees=True)
    assert not drafts(case)["Police"].test


def test_the_police_read_who_else_was_told_and_the_host_does_not(cast: "Cast") -> None:
    host = line.a_host(cast, country="NL")
    case = line.a_confirmed_case(cast)
    made = {referral.agency.name: referral for referral in line.refer_all(cast, case)}
    documents = drafts(case)
    other = made[host.name]
    other.refresh_from_db()
    assert documents["Police"].informed == (Informed(host.name, "provider", other.number, other.state, ""),)
    assert documents["Police"].hold_until
    assert (documents[host.name].informed, documents[host.name].hold_until) == ((), None)
    assert documents[host.name].preserve
    assert not documents["Police"].preserve


def test_offences_come_from_the_rule_book_of_the_country(cast: "Cast", settings: Any) -> None:
    case = line.a_confirmed_case(cast)
    assert drafts(case)["Police"].offences == ()
    worse = line.confirm(cast, line.an_assessed_case(cast, verdict="baseline_csam"))
    assert drafts(worse)["Police"].offences == ("Criminal Code of Romania, Art. 374",)
    settings.TUTELA_HOME_COUNTRY = "MD"
    a_rule("MD-01", {"verdict": "illegal"}, cast.police)
    assert drafts(worse)["Police"].offences == ()


def test_a_follow_up_is_cited_and_is_the_only_difference(cast: "Cast") -> None:
    case = line.a_confirmed_case(cast)
    (proposal,) = propose_routes(case)
    cited = FollowUpCited("correction", 1, "It moved.")
    later, first = draft(case, proposal, follow_up=cited), draft(case, proposal)
    assert later.follow_up == cited
    assert digest(later) != digest(first)
    assert later.items == first.items


@pytest.mark.parametrize(
    ("reported", "canonical", "defanged"),
    [
        (
            "https://mega.example/folder/abc#KEY",
            "https://mega.example/folder/abc",
            "hxxps://mega[.]example/folder/abc#KEY",
        ),
        ("tg://join?invite=abc", "tg://join?invite=abc", "tg[:]//join?invite=abc"),
        ("http://user:pw@example.org/x", "http://example.org/x", "hxxp://user[:]pw[at]example[.]org/x"),
        (
            "https://example.org/a  b.html",
            "https://example.org/a%20%20b.html",
            "hxxps://example[.]org/a  b.html",
        ),
        ("@X on messenger.example", "messenger.example/@x", "@X on messenger[.]example"),
    ],
)
def test_the_exact_address_is_the_one_that_was_reported(
    cast: "Cast", reported: str, canonical: str, defanged: str
) -> None:
    (item,) = drafts(line.a_confirmed_case(cast, reported))["Police"].items
    assert (item.address, item.canonical, item.defanged) == (reported, canonical, defanged)
    assert item.spellings == ()


def test_each_spelling_of_one_address_stands_in_the_draft(cast: "Cast") -> None:
    first, second = "https://mega.example/folder/abc#ONE", "HTTPS://mega.example/folder/abc#TWO"
    case = line.a_confirmed_case(cast, first)
    for again in (second, second, first):
        line.a_case(again)
    (item,) = drafts(case)["Police"].items
    assert (item.address, item.spellings, item.reports) == (first, (first, second), 4)


def test_a_draft_made_twice_is_the_same(cast: "Cast") -> None:
    case = line.a_confirmed_case(cast)
    (proposal,) = propose_routes(case)
    assert digest(draft(case, proposal)) == digest(draft(case, proposal))


def test_a_rule_for_the_platform_names_whoever_answers_for_the_longest_domain(cast: "Cast") -> None:
    a_rule("PF-01", {"verdict": "illegal"}, addressee=RuleAddressee.PLATFORM)
    case = line.a_confirmed_case(cast, "https://chat.example.net/group/1")
    (gap,) = gaps(case)
    item = case.items.get()
    assert gap == Gap("PF-01", 1, RuleAddressee.PLATFORM, Obligation.SUGGESTED, "on_platform", (item.id,))
    an_agency("Example", AgencyKind.PLATFORM, "IE", domains=("example.net",))
    an_agency("Not Example", AgencyKind.PLATFORM, "IE", domains=("ample.net", "at.example.net"))
    assert [found.agency_name for found in propose_routes(case)][1:] == ["Example"]
    an_agency("Chat", AgencyKind.PROVIDER, "IE", domains=("chat.example.net",))
    assert [found.agency_name for found in propose_routes(case)][1:] == ["Chat"]
    assert gaps(case) == []


def test_a_rule_for_the_provider_names_exactly_whom_the_trace_names(cast: "Cast") -> None:
    a_rule("PV-01", {"verdict": "illegal"}, addressee=RuleAddressee.PROVIDER)
    case = line.a_confirmed_case(cast, "https://files.example.net/1")
    an_agency("Files Example", AgencyKind.PROVIDER, "NL", domains=("files.example.net",))
    assert [found.agency_name for found in propose_routes(case)][1:] == ["Files Example"]
    traced(cast, case, country="NL", provider="Another Example")
    assert [gap.rule_code for gap in gaps(case)] == ["PV-01"]
    an_agency("another example", AgencyKind.PROVIDER, "NL")
    assert "another example" in [found.agency_name for found in propose_routes(case)]


def test_what_the_reporters_say_is_asked_for_each_address(cast: "Cast") -> None:
    a_rule("TR-01", {"indicator": "trafficking"}, cast.clearing)
    case = line.a_confirmed_case(cast)
    assert "Clearing house" not in drafts(case)
    line.a_case(case.items.get().canonical, kind="trafficking")
    assert "Clearing house" in drafts(case)


def test_what_nobody_assessed_is_proposed_only_where_the_house_refers_so(cast: "Cast") -> None:
    from intake.services.house import set_policy

    a_rule("FO-01", {"assessed": "no"}, cast.clearing)
    case = line.a_taken_case(cast)
    assert propose_routes(case) == []
    set_policy(actor=cast.cleo.actor, code=PolicyCode.FORWARD_ONLY, value=PolicyValue.ON, reason=line.REASON)
    (document,) = drafts(case).values()
    (item,) = document.items
    assert (item.verdict, item.assessed_by, document.reviewed_by) == ("", "", "")
    (route,) = shown_routes(case, "analyst")
    assert Stop.UNASSESSED in route.leaving.stops


def test_a_person_is_shown_what_stops_each_proposal(cast: "Cast") -> None:
    host = line.a_host(cast)
    case = line.a_confirmed_case(cast)
    set_hold(
        actor=cast.cleo.actor,
        case_id=case.id,
        until=timezone.now() + timedelta(hours=1),
        reason=line.REASON,
    )
    routes = {route.proposal.agency_id: route for route in shown_routes(case, "analyst")}
    assert routes[cast.police.id].leaving.free
    assert routes[host.id].leaving.stops == (Stop.POLICE_HOLD,)
    assert routes[cast.police.id].proposal.matched == (("hosting", "home"), ("verdict", "illegal"))


def test_more_items_ask_no_more_questions(cast: "Cast") -> None:
    small = line.a_confirmed_case(cast)
    large = line.a_confirmed_case(cast, *[line.an_address() for _ in range(8)])
    counted = []
    for case in (small, large):
        with CaptureQueriesContext(connection) as asked:
            shown_routes(case)
        counted.append(len(asked))
    assert counted[0] == counted[1]
