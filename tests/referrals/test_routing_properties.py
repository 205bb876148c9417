"""What holds of proposals whatever the rules and the case: order, refusals, strangers, mechanisms; and of holds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from intake.kinds import ItemKind
from intake.schemes import Verdict
from intake.states import Priority
from intake.triage import ReportKind
from referrals import gates
from referrals.gates import Place, Sending, Stop, Terms
from referrals.routing import CaseFacts, ItemFacts, Party, Proposal, Rule, check_condition, find_gaps, propose
from referrals.states import HOST_SIDE, AgencyKind, AgencyState, Obligation, RuleAddressee

HOME = "RO"
COUNTRIES = ["RO", "NL", "US", "GB"]
AGENCIES = {UUID(int=number): f"Agency {number}" for number in range(1, 5)}
STRANGER = UUID(int=99)
NOW = datetime(2026, 5, 14, 9, 18, tzinfo=UTC)


def some(words: list[str]) -> st.SearchStrategy[str | list[str]]:
    return st.sampled_from(words) | st.lists(st.sampled_from(words), min_size=1, max_size=3)


QUESTIONS: dict[str, st.SearchStrategy[str | list[str]]] = {
    "age": some(["child", "in_doubt", "infant"]),
    "assessed": some(["yes", "no"]),
    "hosting": some(["home", "abroad", "unknown"]),
    "hosting_in": some(COUNTRIES),
    "hosting_not_in": some(COUNTRIES),
    "indicator": some(["trafficking", "child_in_danger"]),
    "kind": some(["url", "account", "onion"]),
    "mechanism": st.sampled_from(["inhope:direct", "inhope:iccam"]),
    "platform_country_in": some(COUNTRIES),
    "priority": some([priority.value for priority in Priority]),
    "verdict": some(["illegal", "csam", "other_illegal", "not_illegal"]),
}
conditions = st.sets(st.sampled_from(sorted(QUESTIONS)), min_size=1, max_size=3).flatmap(
    lambda keys: st.fixed_dictionaries({key: QUESTIONS[key] for key in sorted(keys)})
)
parties = st.none() | st.builds(
    lambda pk, country: Party(pk, AGENCIES[pk], country),
    st.sampled_from(list(AGENCIES)),
    st.sampled_from(COUNTRIES),
)


@st.composite
def cases(draw: st.DrawFn) -> CaseFacts:
    def one(number: int) -> ItemFacts:
        verdict = draw(st.sampled_from(list(Verdict)))
        return ItemFacts(
            id=UUID(int=1000 + number),
            kind=draw(st.sampled_from(list(ItemKind))),
            verdict=verdict,
            illegal=verdict.illegal,
            hosting_country=draw(st.sampled_from(["", *COUNTRIES])),
            host="example.org",
            assessed=draw(st.booleans()),
            age=draw(st.sampled_from(["", "infant", "not_determined"])),
            reported=frozenset(draw(st.sets(st.sampled_from(list(ReportKind)), max_size=2))),
            platform=draw(parties),
            provider=draw(parties),
        )

    return CaseFacts(
        items=tuple(one(number) for number in range(draw(st.integers(0, 4)))),
        priority=draw(st.sampled_from(list(Priority))),
        ways={"inhope": draw(st.sampled_from(["direct", "iccam"]))},
    )


@st.composite
def rule_sets(draw: st.DrawFn) -> list[Rule]:
    """Rules with codes of their own, as the database has them."""

    def one(number: int) -> Rule:
        addressee = draw(st.sampled_from(list(RuleAddressee)))
        agency = draw(st.sampled_from(list(AGENCIES))) if addressee is RuleAddressee.AGENCY else None
        return Rule(
            code=f"T-{number}",
            version=1,
            condition=draw(conditions),
            agency_id=agency,
            agency_name=AGENCIES[agency] if agency else "",
            obligation=draw(st.sampled_from(list(Obligation))),
            reason="hosted_at_home",
            addressee=addressee,
        )

    return [one(number) for number in range(draw(st.integers(0, 8)))]


def spoken_of(found: list[Proposal], agency: UUID) -> list[Proposal]:
    return [proposal for proposal in found if proposal.agency_id == agency]


@given(cases(), rule_sets(), st.randoms(use_true_random=False))
def test_the_order_of_rules_changes_nothing(facts: CaseFacts, rules: list[Rule], random: Random) -> None:
    shuffled = list(rules)
    random.shuffle(shuffled)
    assert propose(facts, shuffled, HOME) == propose(facts, rules, HOME)
    assert find_gaps(facts, shuffled, HOME) == find_gaps(facts, rules, HOME)


@given(cases(), rule_sets())
def test_what_one_rule_forbids_no_other_rule_sends(facts: CaseFacts, rules: list[Rule]) -> None:
    for agency, name in AGENCIES.items():
        ban = Rule("T-BAN", 1, {"assessed": ["yes", "no"]}, agency, name, Obligation.FORBIDDEN, "police_hold")
        spoken = spoken_of(propose(facts, [*rules, ban], HOME), agency)
        assert all(found.obligation is Obligation.FORBIDDEN for found in spoken)
        assert {item for found in spoken for item in found.item_ids} == {item.id for item in facts.items}


@given(cases(), rule_sets(), conditions, st.sampled_from(list(Obligation)))
def test_a_rule_about_somebody_else_changes_nothing(
    facts: CaseFacts, rules: list[Rule], condition: dict[str, str | list[str]], obligation: Obligation
) -> None:
    asked = {key: words for key, words in condition.items() if key != "mechanism"} or {"assessed": "yes"}
    other = Rule("A-OTHER", 1, asked, STRANGER, "Somebody else", obligation, "hosted_at_home")
    with_it = propose(facts, [*rules, other], HOME)
    assert [found for found in with_it if found.agency_id != STRANGER] == propose(facts, rules, HOME)


@given(cases(), rule_sets())
def test_each_item_is_there_at_most_once_for_an_agency(facts: CaseFacts, rules: list[Rule]) -> None:
    found = propose(facts, rules, HOME)
    for agency in AGENCIES:
        items = [item for proposal in spoken_of(found, agency) for item in proposal.item_ids]
        assert len(items) == len(set(items))
    groups = [(proposal.agency_id, proposal.obligation is Obligation.FORBIDDEN) for proposal in found]
    assert len(groups) == len(set(groups))


@given(cases(), rule_sets())
def test_each_item_goes_one_way_of_a_mechanism(facts: CaseFacts, rules: list[Rule]) -> None:
    by_code = {rule.code: rule for rule in rules}
    ways = [
        (why.item_id, str(by_code[why.rule_code].condition["mechanism"]).partition(":")[0])
        for found in propose(facts, rules, HOME)
        if found.obligation is not Obligation.FORBIDDEN
        for why in found.whys
        if "mechanism" in by_code[why.rule_code].condition
    ]
    assert len(ways) == len(set(ways))


@given(cases(), rule_sets())
def test_every_item_says_which_rule_brought_it_and_how_it_was_answered(
    facts: CaseFacts, rules: list[Rule]
) -> None:
    by_code = {rule.code: rule for rule in rules}
    for found in propose(facts, rules, HOME):
        assert tuple(why.item_id for why in found.whys) == found.item_ids
        assert found.rule_code in {why.rule_code for why in found.whys}
        assert [key for key, _ in found.matched] == sorted(by_code[found.rule_code].condition)


@given(conditions)
def test_what_can_be_proposed_can_be_adopted(condition: dict[str, str | list[str]]) -> None:
    check_condition(condition)


@given(cases(), rule_sets())
def test_a_gap_is_never_also_a_proposal_of_that_rule_for_that_item(
    facts: CaseFacts, rules: list[Rule]
) -> None:
    brought = {(why.rule_code, why.item_id) for found in propose(facts, rules, HOME) for why in found.whys}
    missing = {(gap.rule_code, item) for gap in find_gaps(facts, rules, HOME) for item in gap.item_ids}
    assert not brought & missing


terms = st.builds(
    Terms,
    kind=st.sampled_from(list(AgencyKind)).map(str),
    state=st.sampled_from(list(AgencyState)).map(str),
    agreement=st.sampled_from(["", "Protocol"]),
    contact=st.sampled_from(["", "abuse@example.org"]),
    contact_approved=st.booleans(),
    mailed=st.booleans(),
    works=st.booleans(),
    takes_unassessed=st.booleans(),
    quiet_hours=st.sampled_from([{}, {"days": [3]}, {"from": "08:00", "to": "20:00"}]),
)
sendings = st.builds(
    Sending,
    kinds=st.frozensets(st.sampled_from(["url", "account"])),
    assessed=st.booleans(),
    danger=st.booleans(),
    role=st.sampled_from([None, "analyst", "supervisor"]),
)
hours = st.integers(1, 700)


@given(terms, sendings, hours)
def test_a_hold_always_wins_over_every_host_side_agency(known: Terms, sending: Sending, left: int) -> None:
    held = replace(sending, held_until=NOW + timedelta(hours=left))
    stands = Stop.POLICE_HOLD in gates.stops(known, held, NOW)
    assert stands == (known.kind in HOST_SIDE)
    until = gates.until(known, held, NOW)
    assert not stands or (until is not None and until >= NOW + timedelta(hours=left))


@given(terms, sendings, hours)
def test_a_hold_that_is_over_stops_nobody(known: Terms, sending: Sending, ago: int) -> None:
    over = replace(sending, held_until=NOW - timedelta(hours=ago))
    assert gates.stops(known, over, NOW) == gates.stops(known, sending, NOW)


@given(
    st.sampled_from(list(AgencyKind)),
    st.sampled_from(COUNTRIES),
    st.lists(st.builds(Place, st.sampled_from(["", *COUNTRIES]), st.sampled_from(["", *COUNTRIES]))),
)
def test_a_hold_covers_host_side_alone_and_all_of_it_at_home(
    kind: AgencyKind, country: str, places: list[Place]
) -> None:
    covered = gates.covered(kind, country, tuple(places), HOME)
    if kind not in HOST_SIDE:
        assert not covered
    elif country == HOME or any(HOME in {place.hosting, place.platform} for place in places):
        assert covered


@given(terms, st.booleans())
def test_neither_police_nor_danger_ever_waits_for_the_morning(known: Terms, danger: bool) -> None:
    end = gates.quiet_until(known, NOW, danger=danger)
    if danger or known.kind == AgencyKind.POLICE:
        assert end is None
