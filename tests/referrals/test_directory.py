"""The directory: agencies and their terms, the switch to live, rules and their versions; verbs and pages."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from audit import log
from audit.acts import Refusal
from audit.verify import verify
from intake.services.house import set_policy, waivers
from intake.states import PolicyCode, PolicyValue
from referrals.models import Agency, RoutingRule
from referrals.services import directory, known_agencies, listing, rules
from referrals.services.directory import Terms
from referrals.services.rules import Draft
from referrals.states import AgencyKind, DeliveryMode, Obligation, RuleAddressee
from tests.doors import DoorClient

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
TERMS = Terms(
    destination="file_export",
    mode=DeliveryMode.EXPORT,
    agreement="Protocol 7",
    contact="desk@police.example.org",
    languages=("ro", "en"),
    domains=("files.example.org",),
)
FIELDS = {
    "destination": "file_export",
    "mode": "export",
    "agreement": "Protocol 8",
    "agreement_until": "",
    "answer_days": "5",
    "time_zone": "Europe/Bucharest",
    "languages": "ro, EN",
    "domains": "Files.example.org\nwww.example.org",
    "quiet_from": "20:00",
    "quiet_to": "07:00",
    "quiet_days": ["5", "6"],
}


@pytest.fixture
def agency(cast: "Cast") -> Agency:
    return directory.open_agency(
        actor=cast.cleo.actor, name="Another", kind=AgencyKind.PLATFORM, country="IE", terms=TERMS
    )


@pytest.fixture
def desk(cast: "Cast", desk_client: DoorClient) -> DoorClient:
    return desk_client.sign_in(cast.cleo)


def send(client: DoorClient, url: str, fields: dict[str, Any] | None = None) -> Any:
    return client.post(url, urlencode(fields or {}, doseq=True), content_type=FORM)


def at_home(cast: "Cast", **changes: Any) -> Draft:
    given: dict[str, Any] = {
        "code": "RO-20",
        "condition": {"verdict": "illegal", "hosting": "home"},
        "obligation": Obligation.SUGGESTED,
        "reason": "hosted_at_home",
        "agency_id": cast.clearing.id,
    }
    return Draft(**(given | changes))


# -- agencies ---------------------------------------------------------------------------------------
def test_an_agency_begins_as_a_test_and_its_contact_unapproved(agency: Agency) -> None:
    assert (agency.state, agency.contact_approved) == ("test", False)


def test_two_people_switch_to_live_and_nobody_alone(cast: "Cast", agency: Agency) -> None:
    with pytest.raises(Refusal, match="Ask first"):
        directory.decide_live(actor=cast.ada.actor, agency_id=agency.id, agrees=True)
    directory.ask_live(actor=cast.cleo.actor, agency_id=agency.id, to_live=True)
    with pytest.raises(Refusal, match="Somebody asked"):
        directory.ask_live(actor=cast.ada.actor, agency_id=agency.id, to_live=True)
    with pytest.raises(Refusal, match="Another person decides"):
        directory.decide_live(actor=cast.cleo.actor, agency_id=agency.id, agrees=True)
    assert directory.decide_live(actor=cast.ada.actor, agency_id=agency.id, agrees=True).state == "live"
    assert verify().ok


@pytest.mark.parametrize(
    ("other", "state"),
    [
        ({"destination": "console", "mode": DeliveryMode.API}, "test"),
        ({"mode": DeliveryMode.MANUAL, "destination": "police_package"}, "test"),
        ({"domains": ("elsewhere.example.org",)}, "test"),
        ({"answer_days": 9, "contact": "other@police.example.org"}, "live"),
    ],
)
def test_nobody_alone_changes_how_a_live_agency_is_reached(
    cast: "Cast", agency: Agency, desk: DoorClient, other: dict[str, Any], state: str
) -> None:
    directory.ask_live(actor=cast.cleo.actor, agency_id=agency.id, to_live=True)
    directory.decide_live(actor=cast.ada.actor, agency_id=agency.id, agrees=True)
    page = desk.get(desk.url("change_agency", agency_id=agency.pk)).content.decode()
    assert "makes it a test again" in page
    changed = directory.change_terms(
        actor=cast.cleo.actor, agency_id=agency.id, terms=Terms(**{**vars(TERMS), **other})
    )
    assert changed.state == state
    assert verify().ok


def test_a_declined_switch_changes_nothing(cast: "Cast", agency: Agency) -> None:
    directory.ask_live(actor=cast.cleo.actor, agency_id=agency.id, to_live=True)
    assert directory.decide_live(actor=cast.ada.actor, agency_id=agency.id, agrees=False).state == "test"
    with pytest.raises(Refusal, match="already"):
        directory.ask_live(actor=cast.cleo.actor, agency_id=agency.id, to_live=False)


def test_a_contact_is_approved_by_another_person_and_again_when_it_changes(
    cast: "Cast", agency: Agency
) -> None:
    with pytest.raises(Refusal, match="You entered this contact"):
        directory.approve_contact(actor=cast.cleo.actor, agency_id=agency.id)
    assert directory.approve_contact(actor=cast.ada.actor, agency_id=agency.id).contact_approved
    with pytest.raises(Refusal, match="approved already"):
        directory.approve_contact(actor=cast.ada.actor, agency_id=agency.id)
    other = Terms(**{**vars(TERMS), "contact": "other@police.example.org"})
    changed = directory.change_terms(actor=cast.ada.actor, agency_id=agency.id, terms=other)
    assert not changed.contact_approved
    with pytest.raises(Refusal, match="You entered"):
        directory.approve_contact(actor=cast.ada.actor, agency_id=agency.id)


def test_other_terms_leave_an_approved_contact_alone(cast: "Cast", agency: Agency) -> None:
    directory.approve_contact(actor=cast.ada.actor, agency_id=agency.id)
    longer = Terms(**{**vars(TERMS), "answer_days": 9})
    changed = directory.change_terms(actor=cast.cleo.actor, agency_id=agency.id, terms=longer)
    assert changed.contact_approved
    assert changed.answer_days == 9


def test_a_paused_agency_becomes_a_test_before_it_is_live(cast: "Cast", agency: Agency) -> None:
    with pytest.raises(Refusal, match="Say why"):
        directory.pause_agency(actor=cast.cleo.actor, agency_id=agency.id, reason=" ")
    directory.pause_agency(actor=cast.cleo.actor, agency_id=agency.id, reason="Their system is down.")
    with pytest.raises(Refusal, match="becomes a test first"):
        directory.ask_live(actor=cast.cleo.actor, agency_id=agency.id, to_live=True)
    directory.ask_live(actor=cast.cleo.actor, agency_id=agency.id, to_live=False)
    assert directory.decide_live(actor=cast.ada.actor, agency_id=agency.id, agrees=True).state == "test"


def test_the_log_holds_no_contact_in_the_clear(agency: Agency) -> None:
    for entry in log.entries_for(object_id=agency.id):
        assert b"police.example.org" not in bytes(entry.entry)
        assert b"Protocol" not in bytes(entry.entry)


def test_a_mode_that_the_destination_has_not_is_refused(cast: "Cast", agency: Agency) -> None:
    by_machine = Terms(**{**vars(TERMS), "mode": DeliveryMode.API})
    with pytest.raises(Refusal, match="does not work in the mode"):
        directory.change_terms(actor=cast.cleo.actor, agency_id=agency.id, terms=by_machine)


def test_agreements_that_end_within_thirty_days_are_listed(cast: "Cast", agency: Agency) -> None:
    today = timezone.localdate()
    for days, listed in ((40, False), (29, True), (-1, True)):
        ending = Terms(**{**vars(TERMS), "agreement_until": today + timedelta(days=days)})
        directory.change_terms(actor=cast.cleo.actor, agency_id=agency.id, terms=ending)
        assert (agency.pk in {found.pk for found in listing.ending_soon(today)}) is listed


# -- their pages ------------------------------------------------------------------------------------
def test_a_supervisor_enters_an_agency_and_changes_its_terms(desk: DoorClient) -> None:
    who = {"name": "Files Ltd", "kind": "platform", "country": "ie"}
    answer = send(desk, desk.url("new_agency"), FIELDS | who)
    made = Agency.objects.get(name="Files Ltd")
    assert (answer.status_code, made.country, made.domains) == (
        302,
        "IE",
        ["files.example.org", "www.example.org"],
    )
    assert made.quiet_hours == {"days": [5, 6], "from": "20:00", "to": "07:00"}
    page = desk.get(desk.url("change_agency", agency_id=made.pk)).content.decode()
    assert "Protocol 8" in page
    send(desk, desk.url("change_agency", agency_id=made.pk), FIELDS | {"agreement": "Protocol 9"})
    made.refresh_from_db()
    assert made.agreement == "Protocol 9"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("languages", "Romanian", "two letters"),
        ("domains", "https://files.example.org/x", "not a host name"),
        ("time_zone", "Mars/Olympus", "no such time zone"),
        ("quiet_to", "", "both hours"),
        ("answer_days", "-1", "greater than or equal to 0"),
        ("quiet_to", "20:00", "Both hours are the same"),
        ("mode", "api", "does not work in the mode"),
        (
            "agreement",
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kg",
            "pictures",
        ),
    ],
)
def test_what_is_wrong_in_the_terms_is_said_and_nothing_changes(
    desk: DoorClient, agency: Agency, field: str, value: str, said: str
) -> None:
    answer = send(desk, desk.url("change_agency", agency_id=agency.pk), FIELDS | {field: value})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    agency.refresh_from_db()
    assert agency.agreement == "Protocol 7"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "Files\u202eLtd", "cannot be seen"),
        ("name", "Files\nLtd", "cannot be seen"),
        ("name", "Fi\u200bles", "cannot be seen"),
        ("name", "ANOTHER", "of this name is here already"),
        ("country", "XX", "no such country"),
        ("country", "ZZ", "no such country"),
    ],
)
def test_an_agency_is_called_what_people_can_read_and_tell_apart(
    desk: DoorClient, agency: Agency, field: str, value: str, said: str
) -> None:
    who = {"name": "Files Ltd", "kind": "platform", "country": "IE"}
    answer = send(desk, desk.url("new_agency"), FIELDS | who | {field: value})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Agency.objects.filter(name__startswith="F").exists()


def test_an_agency_that_answers_at_once_is_entered_as_such(desk: DoorClient, agency: Agency) -> None:
    send(desk, desk.url("change_agency", agency_id=agency.pk), FIELDS | {"answer_days": "0"})
    page = desk.get(desk.url("agency", agency_id=agency.pk)).content.decode()
    assert "At once" in page


def test_a_field_that_no_page_has_is_refused(desk: DoorClient, agency: Agency) -> None:
    who = {"name": "Files Ltd", "kind": "platform", "country": "IE", "state": "live"}
    answer = send(desk, desk.url("new_agency"), FIELDS | who)
    assert answer.status_code == 422
    assert "does not belong there" in answer.content.decode()


def test_the_list_says_paused_and_names_the_rules_for_whoever_runs_a_host(
    cast: "Cast", desk: DoorClient, agency: Agency
) -> None:
    directory.pause_agency(actor=cast.cleo.actor, agency_id=agency.id, reason="They move house.")
    rule = at_home(cast, agency_id=None, addressee=RuleAddressee.PLATFORM)
    rules.adopt_rule(actor=log.SYSTEM, rule=rule)
    (listed,) = known_agencies.directory([agency])
    assert [(named.rule.code, str(named.as_whom)) for named in listed.rules] == [
        ("RO-20", "Whoever runs the platform")
    ]
    page = desk.get(desk.url("agencies")).content.decode()
    assert "Paused" in page
    assert "Whoever runs the platform" in page
    page = desk.get(desk.url("agency", agency_id=agency.pk)).content.decode()
    assert "They move house." in page
    assert "says that it is a test" not in page


def test_buttons_on_the_page_of_an_agency(cast: "Cast", desk: DoorClient, agency: Agency) -> None:
    send(desk, desk.url("ask_live", agency_id=agency.pk), {"to": "live"})
    page = desk.get(desk.url("agency", agency_id=agency.pk)).content.decode()
    assert "Another person decides" in page
    other = DoorClient("desk").sign_in(cast.ada)
    send(other, other.url("decide_live", agency_id=agency.pk), {"agrees": "yes"})
    send(other, other.url("approve_contact", agency_id=agency.pk))
    agency.refresh_from_db()
    assert (agency.state, agency.contact_approved) == ("live", True)
    send(desk, desk.url("pause_agency", agency_id=agency.pk), {"reason": "They asked us to."})
    agency.refresh_from_db()
    assert agency.state == "paused"


def test_an_analyst_reads_the_terms_and_changes_nothing(
    cast: "Cast", desk_client: DoorClient, agency: Agency
) -> None:
    ana = desk_client.sign_in(cast.ana)
    page = ana.get(ana.url("agency", agency_id=agency.pk))
    assert page.status_code == 200
    assert "Change the terms" not in page.content.decode()
    for route in ("change_agency", "approve_contact", "pause_agency", "ask_live", "decide_live"):
        assert send(ana, ana.url(route, agency_id=agency.pk), FIELDS).status_code == 404


# -- rules ------------------------------------------------------------------------------------------
def test_a_rule_is_proposed_by_one_and_brought_into_force_by_another(cast: "Cast") -> None:
    first = rules.adopt_rule(actor=log.SYSTEM, rule=at_home(cast))
    second = rules.propose_rule(actor=cast.cleo.actor, rule=at_home(cast, obligation=Obligation.OBLIGATORY))
    assert (second.version, second.state) == (2, "proposed")
    with pytest.raises(Refusal, match="You proposed this rule"):
        rules.activate_rule(actor=cast.cleo.actor, rule_id=second.id)
    rules.activate_rule(actor=cast.ada.actor, rule_id=second.id)
    first.refresh_from_db()
    assert first.state == "retired"
    assert [rule.pk for rule in RoutingRule.objects.current().filter(code="RO-20")] == [second.pk]
    with pytest.raises(Refusal, match="not proposed any more"):
        rules.activate_rule(actor=cast.ada.actor, rule_id=second.id)
    assert verify().ok


def test_a_rule_names_an_agency_or_a_role_and_not_both(cast: "Cast") -> None:
    for wrong in ({"agency_id": None}, {"addressee": RuleAddressee.PLATFORM}):
        with pytest.raises(Refusal, match="Choose an agency"):
            rules.propose_rule(actor=cast.cleo.actor, rule=at_home(cast, **wrong))


def test_a_rule_in_force_ends_when_two_people_say_so(cast: "Cast") -> None:
    rule = rules.adopt_rule(actor=log.SYSTEM, rule=at_home(cast))
    with pytest.raises(Refusal, match="Say why"):
        rules.retire_rule(actor=cast.cleo.actor, rule_id=rule.id, reason=" ")
    with pytest.raises(Refusal, match="Nobody asks"):
        rules.decide_retire(actor=cast.ada.actor, rule_id=rule.id, agrees=True)
    asked = rules.retire_rule(actor=cast.cleo.actor, rule_id=rule.id, reason="Their line is closed.")
    assert asked in RoutingRule.objects.current()
    with pytest.raises(Refusal, match="asked for this already"):
        rules.retire_rule(actor=cast.ada.actor, rule_id=rule.id, reason="The same.")
    with pytest.raises(Refusal, match="You asked"):
        rules.decide_retire(actor=cast.cleo.actor, rule_id=rule.id, agrees=True)
    ended = rules.decide_retire(actor=cast.ada.actor, rule_id=rule.id, agrees=True)
    assert ended.state == "retired"
    for entry in log.entries_for(object_id=rule.id):
        assert b"line is closed" not in bytes(entry.entry)
    assert verify().ok


def test_a_rule_that_somebody_asks_to_end_stays_when_anybody_says_so(cast: "Cast") -> None:
    rule = rules.adopt_rule(actor=log.SYSTEM, rule=at_home(cast))
    rules.retire_rule(actor=cast.cleo.actor, rule_id=rule.id, reason="Their line is closed.")
    kept = rules.decide_retire(actor=cast.cleo.actor, rule_id=rule.id, agrees=False)
    assert (kept.state, kept.retire_asked_by) == ("in_force", None)
    assert verify().ok


def test_the_page_asks_why_a_rule_is_to_end_and_shows_it_to_the_second_person(
    cast: "Cast", desk: DoorClient
) -> None:
    rule = rules.adopt_rule(actor=log.SYSTEM, rule=at_home(cast))
    send(desk, desk.url("retire_rule", rule_id=rule.pk), {"reason": "Their line is closed."})
    assert "Another person decides." in desk.get(desk.url("rules")).content.decode()
    other = DoorClient("desk").sign_in(cast.ada)
    assert "Their line is closed." in other.get(other.url("rules")).content.decode()
    send(other, other.url("decide_retire", rule_id=rule.pk), {"agrees": "yes"})
    rule.refresh_from_db()
    assert rule.state == "retired"


def test_an_older_version_never_follows_a_newer_one(cast: "Cast") -> None:
    older = rules.propose_rule(actor=cast.cleo.actor, rule=at_home(cast))
    newer = rules.propose_rule(actor=cast.cleo.actor, rule=at_home(cast, obligation=Obligation.OBLIGATORY))
    rules.activate_rule(actor=cast.ada.actor, rule_id=newer.id)
    with pytest.raises(Refusal, match="newer version"):
        rules.activate_rule(actor=cast.ada.actor, rule_id=older.id)


def test_what_is_proposed_or_in_force_is_not_proposed_again(cast: "Cast") -> None:
    proposed = rules.propose_rule(actor=cast.cleo.actor, rule=at_home(cast))
    with pytest.raises(Refusal, match="proposed already"):
        rules.propose_rule(actor=cast.ada.actor, rule=at_home(cast))
    rules.activate_rule(actor=cast.ada.actor, rule_id=proposed.id)
    with pytest.raises(Refusal, match="in force with exactly these words"):
        rules.propose_rule(actor=cast.cleo.actor, rule=at_home(cast))


def test_a_supervisor_proposes_the_next_version_from_the_page(cast: "Cast", desk: DoorClient) -> None:
    rules.adopt_rule(actor=log.SYSTEM, rule=at_home(cast))
    page = desk.get(desk.url("rules")).content.decode()
    path = re.search(r'href="(/rules/new\?after=[^"]+)"', page)
    assert path
    assert "hosting: home" in desk.get(path[1]).content.decode()
    given = {
        "code": "RO-20",
        "condition": "verdict: illegal\nhosting: home",
        "addressee": "agency",
        "agency_id": str(cast.clearing.id),
        "obligation": "obligatory",
        "reason": "hosted_at_home",
    }
    assert send(desk, desk.url("new_rule"), given).status_code == 302
    proposed = RoutingRule.objects.get(code="RO-20", version=2)
    send(desk, desk.url("activate_rule", rule_id=proposed.pk))
    proposed.refresh_from_db()
    assert proposed.state == "proposed"
    send(desk, desk.url("retire_rule", rule_id=proposed.pk))
    proposed.refresh_from_db()
    assert proposed.state == "retired"


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("hosting home", "Write “question: word”"),
        ("hosting: home\nhosting: abroad", "asked twice"),
        ("moon: full", "cannot be used"),
    ],
)
def test_a_condition_that_nobody_can_answer_is_refused_in_words(
    cast: "Cast", desk: DoorClient, condition: str, said: str
) -> None:
    given = {
        "code": "RO-21",
        "condition": condition,
        "addressee": "agency",
        "agency_id": str(cast.clearing.id),
        "obligation": "obligatory",
        "reason": "hosted_at_home",
    }
    answer = send(desk, desk.url("new_rule"), given)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_waiver_lets_one_person_bring_a_rule_into_force_and_says_so(cast: "Cast") -> None:
    with pytest.raises(Refusal, match="Propose the rule"):
        rules.adopt_rule(actor=cast.cleo.actor, rule=at_home(cast))
    proposed = rules.propose_rule(actor=cast.cleo.actor, rule=at_home(cast))
    set_policy(
        actor=cast.cleo.actor,
        code=PolicyCode.RULE_ACTIVATION,
        value=PolicyValue.WAIVED,
        reason="Two people work here.",
    )
    assert rules.activate_rule(actor=cast.cleo.actor, rule_id=proposed.id).state == "in_force"
    adopted = rules.adopt_rule(actor=cast.cleo.actor, rule=at_home(cast))
    assert adopted.version == 2
    ended = rules.retire_rule(actor=cast.cleo.actor, rule_id=adopted.id, reason="Two people work here.")
    assert ended.state == "retired"
    assert waivers()
