"""T28: what leaves the house is looked through for the reporter's own name, e-mail and phone."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from audit.acts import Refusal
from referrals.documents import Addressee, DocumentItem, FollowUpCited, ReferralDocument, RuleCited
from referrals.documents.identity import Hit, Identity, find_identities, told_in

if TYPE_CHECKING:
    from tests.cast import Cast

REPORTER = Identity(name="Ștefan Exemplu", email="s.exemplu@mail.example.org", phone="+40 712 345 678")
ITEM = DocumentItem(
    position=1,
    kind="url",
    address="https://www.example.net/a",
    defanged="hxxps://www[.]example[.]net/a",
    verdict="other_illegal",
    scheme="tutela-baseline-2",
    hosting_country="RO",
    host_known_by="lookup",
    assessed_by="analyst-0a1b2c3d",
    reports=1,
    first_reported_on=date(2026, 5, 13),
    last_reported_on=date(2026, 5, 13),
)
DOCUMENT = ReferralDocument(
    hotline="Exemplu Ștefan Hotline",
    agency=Addressee("Police", "police", "RO"),
    case_number="2026-0147",
    priority="normal",
    rule=RuleCited("RO-2-POLICE", 1, "obligatory", "hosted_at_home"),
    items=(ITEM,),
    reviewed_by="supervisor-4e5f6071",
    left_out=(),
)


def saying(words: str) -> ReferralDocument:
    return replace(DOCUMENT, follow_up=FollowUpCited("correction", 1, words))


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("Ștefan Exemplu told us so.", "name"),
        ("EXEMPLU, stefan", "name"),
        ("Write to S.Exemplu@Mail.Example.Org", "email"),
        ("s[.]exemplu[at]mail[dot]example[.]org", "email"),
        ("s.exemplu at mail.example.org", "email"),
        ("Call 0712345678", "phone"),
        ("Call 0040 (712) 345-678.", "phone"),
    ],
)
def test_what_a_person_wrote_is_found(words: str, what: str) -> None:
    assert find_identities(saying(words), [REPORTER]) == (Hit("follow_up.reason", what),)


@pytest.mark.parametrize(
    "words",
    ["Stefan alone", "Exemplu", "exemplu@mail.example.org.test is not it", "712 345 679", "", "34 567"],
)
def test_what_is_not_theirs_is_not_found(words: str) -> None:
    assert find_identities(saying(words), [REPORTER]) == ()


def test_an_address_can_name_them_too() -> None:
    told = replace(ITEM, kind="email", address=REPORTER.email, defanged="s.exemplu[@]mail[.]example[.]org")
    found = find_identities(replace(DOCUMENT, items=(ITEM, told)), [REPORTER])
    assert found == (Hit("items.2.address", "email"), Hit("items.2.defanged", "email"))


def test_our_own_name_and_the_agencys_are_not_the_reporters() -> None:
    assert find_identities(DOCUMENT, [Identity(name="Exemplu Ștefan")]) == ()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("It moved to https://b.example.org/x", ("address",)),
        ("tg://join?invite=abc", ("address",)),
        ("Now on b.example.org too", ("address",)),
        ("See www.b.test.", ("address",)),
        ("Its address is 192.0.2.7 now", ("address",)),
        ("and 2001:db8::1", ("address",)),
        ("http://0x7f.1/", ("address",)),
        ("Ask a.b@mail.example.org", ("email",)),
        ("Call +40 712 345 678", ("phone",)),
        ("Call (0712) 345-678, or a@b.example", ("email", "phone")),
    ],
)
def test_an_address_or_a_number_in_a_sentence_is_found(words: str, told: tuple[str, ...]) -> None:
    assert told_in(words) == told


@pytest.mark.parametrize(
    "words",
    [
        "",
        "The address moved.",
        "Item 2 of R-2026-0311 was wrong since 24.11.2026, 12:30.",
        "On 2026-11-24 at 09:12:30, by Example S.R.L. of Cluj, Art. 374, e.g. item 3.",
        "See items.csv and referral.json.",
        "It was hxxps://b[.]example",
        "It ended.Then it moved.",
        "Law 678/2001, between 1.000 and 0,5",
    ],
)
def test_a_plain_sentence_holds_nothing_to_take_out(words: str) -> None:
    assert told_in(words) == ()


@pytest.mark.parametrize("empty", [[], [Identity()], [Identity(phone="12")]])
def test_of_whom_nothing_is_known_nothing_is_found(empty: list[Identity]) -> None:
    assert find_identities(saying("Ștefan Exemplu 0712345678"), empty) == ()


@pytest.mark.django_db
def test_a_draft_that_names_the_reporter_is_refused_and_shown_with_the_place(
    cast: "Cast", monkeypatch: pytest.MonkeyPatch
) -> None:
    from referrals.services import identities
    from referrals.services.proposals import draft, propose_routes, shown_routes
    from tests import line

    case = line.a_confirmed_case(cast, "s.exemplu@mail.example.org")
    monkeypatch.setattr(identities, "of_reporters", lambda _case: (REPORTER,))
    (proposal,) = propose_routes(case)
    with pytest.raises(Refusal, match="names the reporter"):
        draft(case, proposal)
    (route,) = shown_routes(case)
    assert {hit.what for hit in route.names} == {"email"}
