"""A whole case, full of words that no agency may ever see: none of them comes out of any destination."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from intake.kinds import ItemKind
from intake.models import Case
from intake.services.assessing import assess_case
from intake.services.notes import write_note
from referrals import destinations
from referrals.documents import ReferralDocument
from referrals.services.proposals import draft, propose_routes
from tests.cast import Cast
from tests.destinations.contents import files_of, texts_of
from tests.line import a_taken_case, judgements_of

pytestmark = pytest.mark.django_db

OWN_WORDS = "canaryreporter said something"
REASON = "canaryreason of the analyst"
NOTE = "canarynote between colleagues"
ABROAD = "https://canaryabroad.example.org/1"
HOME = "https://www.example.org/at-home"
CANARIES = ["canaryreporter", "canaryreason", "canarynote", "canaryabroad"]


def a_document(cast: Cast) -> ReferralDocument:
    """What the cast's rule brings before the police: the one item at home, of a case with more."""
    case = a_taken_case(cast, HOME, ABROAD, OWN_WORDS)
    judgements = [replace(one, reason=REASON) for one in judgements_of(case, verdict="baseline_csam")]
    abroad = case.items.get(canonical=ABROAD).id
    judged = [replace(one, hosting_country="DE") if one.item_id == abroad else one for one in judgements]
    assess_case(actor=cast.ana.actor, case_id=case.id, judgements=judged)
    write_note(actor=cast.ana.actor, case_id=case.id, text=NOTE)
    case = Case.objects.get(pk=case.pk)
    assert case.items.filter(kind=ItemKind.TEXT).exists()
    (proposal,) = propose_routes(case)
    drafted = draft(case, proposal)
    return replace(
        drafted,
        referral="R-2026-0001",
        confirmed_at=datetime(2026, 5, 14, 9, 18, tzinfo=UTC),
        hotline_contact="notices@hotline.example.org",
        agency=replace(drafted.agency, contact="duty@police.example.org"),
    )


@pytest.mark.parametrize("key", sorted(destinations.registry()))
def test_no_canary_comes_out(cast: Cast, key: str) -> None:
    document = a_document(cast)
    payload = destinations.find(key).build(document)
    people = [cast.ana.email, cast.cleo.email, str(cast.ana.pk), cast.ana.pk.hex]
    for name, text in texts_of(payload).items():
        assert not [canary for canary in [*CANARIES, *people] if canary in text.lower()], name
    if key != "console":
        assert any(HOME.encode() in content for content in files_of(payload).values())
