"""An assessment says all that it must, supersedes and never edits; after agencies were told, a correction."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from audit import log
from audit.acts import Refusal
from intake.models import Assessment, Case
from intake.schemes import SCHEME, HostKnownBy, UnmappedValue, Verdict
from intake.services import assessing, corrections, house
from intake.services.assessing import Judgement
from intake.states import CaseState, PolicyCode, PolicyValue
from tests import line
from tests.cast import Cast
from tests.proof import assert_verified

if TYPE_CHECKING:
    from project.models import User

pytestmark = pytest.mark.django_db
PAGE = "https://forum.example.org/t/1"


@pytest.fixture
def case(cast: Cast) -> Case:
    return line.a_taken_case(cast, PAGE)


@pytest.fixture
def referred(cast: Cast) -> Case:
    return Case.objects.get(pk=line.a_referral(cast).case_id)


def whole(case: Case) -> Judgement:
    """Everything is said."""
    return Judgement(
        item_id=case.items.addresses()[0].id,
        verdict=Verdict.NATIONAL_CSAM,
        hosting_country="RO",
        host_known_by=HostKnownBy.LOOKUP,
        reason="Seen.",
        age="pubescent",
        sex="female",
        site_type="forum",
        commercial="yes",
        payment_methods=("card", "cryptocurrency"),
        flags=("self_generated",),
    )


def assess(case: Case, who: "User", judgement: Judgement) -> Case:
    return assessing.assess_case(actor=who.actor, case_id=case.id, judgements=[judgement])


def test_everything_that_was_said_is_kept_with_the_scheme_it_was_said_in(cast: Cast, case: Case) -> None:
    assess(case, cast.ana, whole(case))
    kept = case.assessments.get()
    assert kept.scheme == SCHEME
    assert (kept.age, kept.sex, kept.site_type, kept.commercial) == ("pubescent", "female", "forum", "yes")
    assert (kept.payment_methods, kept.flags) == (["card", "cryptocurrency"], ["self_generated"])
    assert_verified()


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"age": ""}, "Item 1: choose the age"),
        ({"sex": ""}, "Item 1: choose the sex"),
        ({"site_type": ""}, "Item 1: choose the type of site"),
        ({"commercial": "", "payment_methods": ()}, "Item 1: say whether it is commercial"),
        ({"commercial": "no"}, "Item 1: you named a way of paying"),
        ({"reason": " "}, "Item 1: say why"),
        ({"hosting_country": ""}, "Item 1: give the host country"),
    ],
)
def test_an_unfinished_judgement_of_something_illegal_is_refused_by_name(
    cast: Cast, case: Case, missing: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refusal, match=said):
        assess(case, cast.ana, replace(whole(case), **missing))
    assert not Assessment.objects.exists()


def test_every_missing_thing_of_every_item_is_named_at_once(cast: Cast) -> None:
    case = line.a_taken_case(cast, PAGE, "https://forum.example.org/t/2")
    first = replace(whole(case), age="", sex="")
    with pytest.raises(Refusal) as refused:
        assess(case, cast.ana, first)
    for said in ("Item 1: choose the age", "Item 1: choose the sex", "Item 2 has no verdict"):
        assert said in str(refused.value)


def test_what_is_not_illegal_needs_no_age(cast: Cast, case: Case) -> None:
    nothing = Judgement(whole(case).item_id, Verdict.NOT_FOUND, "", HostKnownBy.UNKNOWN, "It is gone.")
    assert assess(case, cast.ana, nothing).state == CaseState.ASSESSED


@pytest.mark.parametrize(
    "wrong",
    [{"age": "adult"}, {"sex": "x"}, {"site_type": "?"}, {"commercial": "maybe"}, {"flags": ("odd",)}],
)
def test_a_value_of_no_scheme_is_an_error_and_nothing_is_kept(
    cast: Cast, case: Case, wrong: dict[str, Any]
) -> None:
    with pytest.raises(UnmappedValue):
        assess(case, cast.ana, replace(whole(case), **wrong))
    assert not Assessment.objects.exists()


def test_before_agencies_were_told_there_is_nothing_to_correct(cast: Cast, case: Case) -> None:
    with pytest.raises(Refusal, match="No agency was told"):
        line.reassess(cast, case)
    closed = line.a_closed_case(cast)
    with pytest.raises(Refusal, match="No agency was told"):
        line.reassess(cast, closed)


def test_a_correction_supersedes_and_the_first_stays_as_it_was(cast: Cast, referred: Case) -> None:
    before = referred.assessments.values_list("pk", "verdict", "last_event")[0]
    corrected = line.reassess(cast, referred)
    assert corrected.state == CaseState.REFERRED
    current = referred.assessments.current().get()
    assert (current.verdict, current.supersedes_id) == ("not_illegal", before[0])
    assert referred.assessments.filter(pk=before[0]).values_list("pk", "verdict", "last_event")[0] == before
    assert log.entries_for(object_id=referred.id, action="case:correct").count() == 1
    assert_verified()


def test_a_correction_owes_a_review_unless_the_policy_waives_it(cast: Cast, referred: Case) -> None:
    assert line.reassess(cast, referred).review_owed_at is not None
    other = Case.objects.get(pk=line.a_referral(cast).case_id)
    house.set_policy(
        actor=cast.cleo.actor, code=PolicyCode.SECOND_REVIEW, value=PolicyValue.WAIVED, reason="Two of us."
    )
    assert line.reassess(cast, other).review_owed_at is None


def test_saying_the_same_again_is_no_correction(cast: Cast, referred: Case) -> None:
    with pytest.raises(Refusal, match="Item 1: this is what the assessment says already"):
        line.reassess(cast, referred, verdict="other_illegal")


def test_an_unfinished_correction_and_one_of_another_case_are_refused(
    cast: Cast, referred: Case, case: Case
) -> None:
    unfinished = replace(whole(referred), age="")
    for judgements, said in (
        ([unfinished], "choose the age"),
        ([whole(case)], "item of this case"),
        ([], "item"),
    ):
        with pytest.raises(Refusal, match=said):
            corrections.reassess(actor=cast.ana.actor, case_id=referred.id, judgements=judgements)


def test_a_case_closed_with_referrals_can_still_be_corrected(cast: Cast) -> None:
    case = Case.objects.get(pk=line.a_concluded_referral(cast).case_id)
    _close(cast, case)
    corrected = line.reassess(cast, case)
    assert corrected.state == CaseState.CLOSED
    assert case.assessments.current().get().verdict == "not_illegal"


def _close(cast: Cast, case: Case) -> None:
    from intake.services import closing
    from referrals.services.referrals import close_reviewed_case

    close_reviewed_case(actor=cast.ana.actor, case_id=case.id, reason=line.REASON)
    if Case.objects.get(pk=case.pk).state != CaseState.CLOSED:
        closing.decide_closure(actor=cast.cleo.actor, case_id=case.id, agrees=True)
