"""Rules are data; proposals are made for each item, in a fixed order, and nothing is half-read."""

from itertools import permutations
from uuid import UUID

import pytest

from referrals.routing import CaseFacts, ItemFacts, Rule, UnknownCondition, check_condition, propose
from referrals.states import Obligation

POLICE, CLEARING = UUID(int=1), UUID(int=2)
HOME = {"hosting": "home", "verdict": "illegal"}


def item(number: int, *, country: str = "RO", illegal: bool = True, kind: str = "url") -> ItemFacts:
    verdict = "other_illegal" if illegal else "not_illegal"
    return ItemFacts(UUID(int=100 + number), kind, verdict, illegal, country, "example.org")


def rule(
    code: str, condition: dict[str, str], *, to: UUID = POLICE, obligation: Obligation = Obligation.OBLIGATORY
) -> Rule:
    return Rule(
        code, 1, condition, to, "Police" if to == POLICE else "Clearing house", obligation, "hosted_at_home"
    )


def test_hosted_at_home_and_illegal_goes_to_the_police_and_the_rest_does_not() -> None:
    items = (item(1), item(2, country="US"), item(3, illegal=False), item(4))
    (found,) = propose(CaseFacts(items), [rule("RO-01", HOME)], "RO")
    assert found.item_ids == (items[0].id, items[3].id)
    assert (found.rule_code, found.rule_version, found.obligation) == ("RO-01", 1, Obligation.OBLIGATORY)


def test_nothing_is_proposed_where_no_rule_meets() -> None:
    assert propose(CaseFacts((item(1, illegal=False),)), [rule("RO-01", HOME)], "RO") == []
    assert propose(CaseFacts(()), [rule("RO-01", HOME)], "RO") == []


@pytest.mark.parametrize(("country", "word"), [("RO", "home"), ("US", "abroad"), ("", "unknown")])
def test_where_it_is_hosted_is_one_of_three(country: str, word: str) -> None:
    met = [
        wanted
        for wanted in ("home", "abroad", "unknown")
        if propose(CaseFacts((item(1, country=country),)), [rule("A", {"hosting": wanted})], "RO")
    ]
    assert met == [word]


def test_a_verdict_or_a_kind_can_be_asked_for_exactly() -> None:
    facts = CaseFacts((item(1), item(2, kind="account")))
    (exact,) = propose(facts, [rule("A", {"verdict": "other_illegal"})], "RO")
    assert len(exact.item_ids) == 2
    (accounts,) = propose(facts, [rule("A", {"kind": "account"})], "RO")
    assert accounts.item_ids == (facts.items[1].id,)


@pytest.mark.parametrize(
    "condition", [{}, {"host": "home"}, {"hosting": "next door"}, {"hosting": "home", "moon": "full"}]
)
def test_a_condition_that_cannot_be_answered_is_an_error(condition: dict[str, str]) -> None:
    with pytest.raises(UnknownCondition):
        check_condition(condition)
    with pytest.raises(UnknownCondition):
        propose(CaseFacts((item(1),)), [rule("A", condition)], "RO")


def test_forbidden_wins_for_the_items_it_names_and_is_shown() -> None:
    facts = CaseFacts((item(1), item(2, kind="account")))
    rules = [
        rule("RO-01", HOME),
        rule("RO-03", {"kind": "account"}, obligation=Obligation.FORBIDDEN),
    ]
    sent, locked = propose(facts, rules, "RO")
    assert (sent.rule_code, sent.item_ids) == ("RO-01", (facts.items[0].id,))
    assert (locked.rule_code, locked.item_ids) == ("RO-03", (facts.items[1].id,))


def test_one_case_gives_one_proposal_for_each_agency_under_its_strictest_rule() -> None:
    facts = CaseFacts((item(1, country="US"), item(2)))
    rules = [
        rule("A-1", {"verdict": "illegal"}, obligation=Obligation.SUGGESTED),
        rule("RO-01", HOME),
        rule("B-1", {"hosting": "abroad"}, to=CLEARING, obligation=Obligation.SUGGESTED),
    ]
    police, clearing = propose(facts, rules, "RO")
    assert (police.rule_code, police.item_ids) == ("RO-01", (facts.items[0].id, facts.items[1].id))
    assert (clearing.agency_id, clearing.item_ids) == (CLEARING, (facts.items[0].id,))


def test_the_order_in_which_rules_are_read_changes_nothing() -> None:
    facts = CaseFacts((item(1), item(2, country="US"), item(3, kind="account")))
    rules = [
        rule("RO-01", HOME),
        rule("A-1", {"verdict": "illegal"}, to=CLEARING, obligation=Obligation.SUGGESTED),
        rule("C-1", {"kind": "account"}, to=CLEARING, obligation=Obligation.FORBIDDEN),
    ]
    expected = propose(facts, rules, "RO")
    assert all(propose(facts, order, "RO") == expected for order in permutations(rules))
