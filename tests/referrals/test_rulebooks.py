"""The rule books: each line of the routing rules of hotlines, as a table; and adopting one without losing a rule."""

from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from audit import log
from audit.acts import Refusal
from referrals import routing
from referrals.models import Agency, RoutingRule
from referrals.routing import CaseFacts, ItemFacts, Party, Rule
from referrals.services import books, rulebooks
from referrals.services.books import BadBook
from referrals.services.directory import Terms, open_agency
from referrals.services.drafting import STAYS
from referrals.services.proposals import rules_in_force
from referrals.services.rulebooks import Missing, NotAdopted
from referrals.states import AgencyKind, Obligation

PARTNERS = {
    "police": (AgencyKind.POLICE, "RO"),
    "hotline NL": (AgencyKind.HOTLINE, "NL"),
    "iwf": (AgencyKind.HOTLINE, "GB"),
    "iccam": (AgencyKind.CLEARING_HOUSE, "NL"),
    "ncmec": (AgencyKind.CLEARING_HOUSE, "US"),
    "nrm": (AgencyKind.NRM_BODY, "RO"),
    "child protection": (AgencyKind.CHILD_PROTECTION, "RO"),
    "regulator": (AgencyKind.REGULATOR, "RO"),
}
HOST = Party(UUID(int=1), "host", "RO")
PLATFORM_US = Party(UUID(int=2), "platform", "US")
PLATFORM_IE = Party(UUID(int=3), "platform", "IE")
OBLIGED, SUGGESTED = Obligation.OBLIGATORY, Obligation.SUGGESTED


def open_partner(name: str, kind: AgencyKind, country: str) -> Agency:
    terms = Terms(destination="file_export", agreement="A test's agreement")
    return open_agency(actor=log.SYSTEM, name=name, kind=kind, country=country, terms=terms)


@pytest.fixture
def directory(db: None) -> dict[str, Agency]:
    return {name: open_partner(name, kind, country) for name, (kind, country) in PARTNERS.items()}


def an_item(**known: Any) -> ItemFacts:
    facts: dict[str, Any] = {
        "id": UUID(int=100),
        "kind": "url",
        "verdict": "baseline_csam",
        "hosting_country": "RO",
        "host": "example.org",
        **known,
    }
    return ItemFacts(illegal=facts["verdict"] in {"baseline_csam", "national_csam", "other_illegal"}, **facts)


@pytest.fixture
def romanian(request: pytest.FixtureRequest) -> list[Rule]:
    """The Romanian book as rules. They are data: adopting it once is enough for the whole table."""
    if not _ADOPTED:
        request.getfixturevalue("directory")
        rulebooks.adopt(log.SYSTEM, "romania")
        _ADOPTED.extend(rules_in_force())
    return _ADOPTED


_ADOPTED: list[Rule] = []


def told(
    item: ItemFacts, rules: list[Rule] | None = None, *, priority: str = "normal", way: str = "direct"
) -> dict[str, Obligation]:
    facts = CaseFacts((item,), priority, {"inhope": way})
    found = routing.propose(facts, rules or rules_in_force(), "RO")
    return {proposal.agency_name: proposal.obligation for proposal in found}


LINES = [
    # 1. Child in immediate danger: police first, whatever else.
    (an_item(verdict="not_found"), {"priority": "danger"}, {"police": OBLIGED}),
    (an_item(verdict="not_illegal"), {"priority": "danger"}, {"police": OBLIGED}),
    # 2. CSAM hosted at home: police at once; the host only once the hold is over, which is the gates' part.
    (an_item(), {}, {"police": OBLIGED}),
    (an_item(provider=HOST), {}, {"police": OBLIGED, "host": SUGGESTED}),
    # 3. Hosted where an INHOPE hotline is: that hotline, by ICCAM for who is a member; and the home police.
    (an_item(hosting_country="NL"), {}, {"police": OBLIGED, "hotline NL": OBLIGED}),
    (an_item(hosting_country="NL"), {"way": "iccam"}, {"police": OBLIGED, "iccam": OBLIGED}),
    # No hotline of that country is in the directory: the police are told all the same.
    (an_item(hosting_country="FR"), {}, {"police": OBLIGED}),
    # 4. Hosted elsewhere: home police, for INTERPOL.
    (an_item(hosting_country="KZ"), {}, {"police": OBLIGED}),
    # 5. In the UK: IWF. In the US, or a US platform: NCMEC. One way of the network for each item.
    (an_item(hosting_country="GB"), {}, {"police": OBLIGED, "iwf": OBLIGED}),
    (an_item(hosting_country="GB"), {"way": "iccam"}, {"police": OBLIGED, "iccam": OBLIGED}),
    (an_item(hosting_country="US"), {}, {"police": OBLIGED, "ncmec": OBLIGED}),
    (an_item(hosting_country="US"), {"way": "iccam"}, {"police": OBLIGED, "iccam": OBLIGED}),
    (
        an_item(hosting_country="US", platform=PLATFORM_US),
        {"way": "iccam"},
        {"police": OBLIGED, "iccam": OBLIGED, "ncmec": OBLIGED},
    ),
    (
        an_item(hosting_country="NL", platform=PLATFORM_US),
        {},
        {"police": OBLIGED, "hotline NL": OBLIGED, "ncmec": OBLIGED},
    ),
    # 6. Accounts and group chats: the platform, the police, NCMEC where the platform is a US company.
    (
        an_item(kind="channel", hosting_country="", verdict="other_illegal", platform=PLATFORM_IE),
        {},
        {"police": OBLIGED, "platform": SUGGESTED, "regulator": SUGGESTED},
    ),
    (
        an_item(kind="account", hosting_country="", verdict="other_illegal", platform=PLATFORM_US),
        {},
        {"police": OBLIGED, "platform": SUGGESTED, "ncmec": SUGGESTED, "regulator": SUGGESTED},
    ),
    (an_item(kind="account", hosting_country=""), {}, {"police": OBLIGED}),
    (
        an_item(site_type="social_network", hosting_country="KZ", platform=PLATFORM_IE),
        {},
        {"police": OBLIGED, "platform": SUGGESTED},
    ),
    # 7. Trafficking: the referral mechanism; a child, or who may be one: child protection too.
    (
        an_item(reported=frozenset({"trafficking"}), age="pubescent"),
        {},
        {"police": OBLIGED, "nrm": OBLIGED, "child protection": OBLIGED},
    ),
    (
        an_item(reported=frozenset({"trafficking"}), age="not_determined"),
        {},
        {"police": OBLIGED, "nrm": OBLIGED, "child protection": OBLIGED},
    ),
    (an_item(reported=frozenset({"trafficking"}), verdict="not_found"), {}, {"nrm": SUGGESTED}),
    # 8. Not CSAM but illegal: the host, then the regulator. Seen from Romania the police know as well.
    (
        an_item(verdict="other_illegal", provider=HOST),
        {},
        {"police": OBLIGED, "host": SUGGESTED, "regulator": SUGGESTED},
    ),
    # 9. An onion address or an unknown host: police.
    (an_item(kind="onion", hosting_country=""), {}, {"police": OBLIGED}),
    (an_item(kind="onion", hosting_country="", verdict="not_accessible"), {}, {"police": OBLIGED}),
    (an_item(hosting_country=""), {}, {"police": OBLIGED}),
    # Nothing else goes to anybody.
    (an_item(verdict="not_illegal"), {}, {}),
    (an_item(verdict="not_found", hosting_country="NL"), {}, {}),
    (an_item(verdict="out_of_remit", hosting_country=""), {}, {}),
    # Without assessment: the police alone, and only as a suggestion.
    (an_item(verdict="", assessed=False), {}, {"police": SUGGESTED}),
]


@pytest.mark.parametrize(("item", "case", "expected"), LINES)
def test_each_line_of_the_routing_rules(
    romanian: list[Rule], item: ItemFacts, case: dict[str, str], expected: dict[str, Obligation]
) -> None:
    assert told(item, romanian, **case) == expected


def test_the_book_for_any_country_is_weaker_where_a_national_rule_decides(
    directory: dict[str, Agency],
) -> None:
    rulebooks.adopt(log.SYSTEM, "default")
    assert told(an_item(hosting_country="NL")) == {"hotline NL": OBLIGED, "police": SUGGESTED}
    assert told(an_item(hosting_country="KZ")) == {"police": OBLIGED}
    assert told(an_item(verdict="other_illegal")) == {"police": SUGGESTED, "regulator": SUGGESTED}


@pytest.mark.parametrize("name", books.names())
def test_every_book_covers_the_nine_lines_and_keeps_the_reporter_in_the_house(name: str) -> None:
    book = books.read(name)
    assert {rule.line for rule in book.rules} >= set(range(1, 10))
    assert book.never_leaves == {left.what for left in STAYS}


def test_both_books_are_on_the_shelf_and_no_other_file_is_taken_for_one() -> None:
    assert books.names() == ["default", "romania"]
    with pytest.raises(BadBook):
        books.read("inhope")


def test_a_rule_whose_agency_is_missing_is_named_and_not_adopted(directory: dict[str, Agency]) -> None:
    open_partner("second police", AgencyKind.POLICE, "RO")
    outcome = rulebooks.adopt(log.SYSTEM, "romania")
    assert NotAdopted("RO-2-POLICE", "police", Missing.SEVERAL) in outcome.not_adopted
    (hotlines,) = [missing for missing in outcome.not_adopted if missing.code == "RO-3-HOTLINE"]
    assert hotlines.why is Missing.NOBODY
    assert "FR" in hotlines.countries
    assert not {"NL", "RO", "GB", "US"} & set(hotlines.countries)
    assert "RO-3-HOTLINE-NL" in outcome.adopted
    in_force = set(RoutingRule.objects.current().values_list("code", flat=True))
    assert in_force == set(outcome.adopted)


def test_which_of_several_is_said_once(directory: dict[str, Agency]) -> None:
    second = open_partner("second police", AgencyKind.POLICE, "RO")
    outcome = rulebooks.adopt(log.SYSTEM, "romania", {"police": second.id})
    assert not [missing for missing in outcome.not_adopted if missing.to == "police"]
    assert told(an_item(hosting_country="")) == {"second police": OBLIGED}


def test_adopting_again_changes_nothing_and_a_missing_agency_can_come_later(
    directory: dict[str, Agency],
) -> None:
    first = rulebooks.adopt(log.SYSTEM, "romania")
    open_partner("hotline FR", AgencyKind.HOTLINE, "FR")
    again = rulebooks.adopt(log.SYSTEM, "romania")
    assert again.adopted == ["RO-3-HOTLINE-FR"]
    assert set(again.unchanged) == set(first.adopted)
    assert not RoutingRule.objects.filter(version__gt=1).exists()


def test_rules_of_the_house_stay_in_force_and_are_named(cast: Any) -> None:
    assert rulebooks.adopt(log.SYSTEM, "romania").others == ["RO-01"]


def test_a_book_of_another_country_is_refused(db: None, settings: Any) -> None:
    settings.TUTELA_HOME_COUNTRY = "MD"
    with pytest.raises(Refusal, match="hotlines of RO"):
        rulebooks.adopt(log.SYSTEM, "romania")


@pytest.mark.parametrize(("name", "chosen"), [("moon", {}), ("romania", {"moon": UUID(int=1)})])
def test_what_no_book_knows_is_refused(db: None, name: str, chosen: dict[str, UUID]) -> None:
    with pytest.raises(Refusal):
        rulebooks.adopt(log.SYSTEM, name, chosen)


def test_the_command_says_what_became_of_each_rule(directory: dict[str, Agency]) -> None:
    out = StringIO()
    call_command("adopt_rules", "romania", "--use", "police=police", stdout=out)
    said = out.getvalue()
    assert "in force now   RO-2-POLICE" in said
    assert "NOT ADOPTED    RO-3-HOTLINE: hotline_there: nobody of this kind" in said
    with pytest.raises(CommandError, match="knows no agency"):
        call_command("adopt_rules", "romania", "--use", "police=Nobody", stdout=out)
