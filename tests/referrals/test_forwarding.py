"""Forward-only mode: nobody assesses, only agencies that take unassessed reports are told, and the document says so."""

from typing import TYPE_CHECKING
from unittest.mock import patch
from urllib.parse import urlencode

import pytest

from audit import log
from audit.acts import Refusal
from referrals import documents
from referrals.destinations.file_export.destination import FileExport
from referrals.models import Agency, Referral
from referrals.services.choosing import Choice
from referrals.services.directory import Terms, change_terms
from referrals.services.forwarding import forward_case
from referrals.services.proposals import propose_routes
from referrals.services.rules import Draft, adopt_rule
from referrals.services.undo import undo_referrals
from referrals.states import Obligation
from tests import line
from tests.doors import DoorClient

if TYPE_CHECKING:
    from intake.models import Case
    from tests.cast import Cast

pytestmark = pytest.mark.django_db
WHY = "The reporter names a page with children on it."


@pytest.fixture
def case(cast: "Cast") -> "Case":
    """Taken by Ana, traced, in a house that refers without assessing; the police take that, others do not."""
    line.a_policy(cast, "forward_only", "on")
    terms = Terms(destination="file_export", agreement="A test's agreement", takes_unassessed=True)
    change_terms(actor=cast.cleo.actor, agency_id=cast.police.id, terms=terms)
    draft = Draft("FW-01", {"hosting": "home"}, Obligation.SUGGESTED, "hosted_at_home", cast.police.id)
    adopt_rule(actor=log.SYSTEM, rule=draft)
    case = line.a_taken_case(cast)
    line.a_trace(cast, case.id)
    return case


def choices(case: "Case", agency: Agency) -> list[Choice]:
    return [
        Choice(found.agency_id, found.rule_code, found.rule_version)
        for found in propose_routes(case)
        if found.agency_id == agency.id
    ]


def test_the_case_goes_to_agencies_unassessed_and_the_document_says_so(cast: "Cast", case: "Case") -> None:
    (referral,) = forward_case(
        actor=cast.ana.actor, case_id=case.id, reason=WHY, choices=choices(case, cast.police)
    )
    case.refresh_from_db()
    (item,) = documents.from_bytes(bytes(referral.document)).items
    assert (case.state, case.assignee) == ("referred", None)
    assert (item.verdict, item.assessed_by) == ("", "")


def test_an_agency_that_takes_only_assessed_reports_is_not_among_them(cast: "Cast", case: "Case") -> None:
    draft = Draft("FW-02", {"hosting": "home"}, Obligation.OBLIGATORY, "hosted_at_home", cast.clearing.id)
    adopt_rule(actor=log.SYSTEM, rule=draft)
    police, clearing = choices(case, cast.police), choices(case, cast.clearing)
    assert clearing
    with pytest.raises(Refusal, match="changed since you looked"):
        forward_case(actor=cast.ana.actor, case_id=case.id, reason=WHY, choices=[*police, *clearing])
    made = forward_case(actor=cast.ana.actor, case_id=case.id, reason=WHY, choices=police)
    assert [found.agency_id for found in made] == [cast.police.id]


def test_a_destination_that_takes_only_assessed_reports_is_not_used(cast: "Cast", case: "Case") -> None:
    with (
        patch.object(FileExport, "takes_unassessed", new=False),
        pytest.raises(Refusal, match="changed since you looked"),
    ):
        forward_case(actor=cast.ana.actor, case_id=case.id, reason=WHY, choices=choices(case, cast.police))


def test_the_person_says_why_and_where_it_is_hosted(cast: "Cast", case: "Case") -> None:
    with pytest.raises(Refusal, match="Say why this concerns them"):
        forward_case(actor=cast.ana.actor, case_id=case.id, reason=" ", choices=[])
    untraced = line.a_taken_case(cast)
    with pytest.raises(Refusal, match="Item 1: say first where it is hosted"):
        forward_case(actor=cast.ana.actor, case_id=untraced.id, reason=WHY, choices=[])


def test_a_house_that_assesses_does_not_forward(cast: "Cast") -> None:
    """T34: forwarding without assessment is the house's own, named exception."""
    case = line.a_taken_case(cast)
    with pytest.raises(Refusal, match="assesses before it refers"):
        forward_case(actor=cast.ana.actor, case_id=case.id, reason=WHY, choices=[])
    assert not Referral.objects.exists()


def test_it_can_be_undone_and_the_case_is_with_who_forwarded_it(cast: "Cast", case: "Case") -> None:
    forward_case(actor=cast.ana.actor, case_id=case.id, reason=WHY, choices=choices(case, cast.police))
    undone = undo_referrals(actor=cast.ana.actor, case_id=case.id)
    assert (undone.state, undone.assignee_id) == ("assigned", cast.ana.id)


def test_the_page_forwards_what_was_chosen(cast: "Cast", case: "Case", desk_client: DoorClient) -> None:
    ana = desk_client.sign_in(cast.ana)
    url = ana.url("forward_case", case_id=case.id)
    page = ana.get(url).content.decode()
    assert "Not assessed" in page
    key = page.split('name="choices" value="')[1].split('"')[0]
    fields = urlencode({"choices": key, "reason": WHY})
    answer = ana.post(url, fields, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 302
    assert Referral.objects.get().state == "queued"
