"""Assessing an item again after its case went to agencies: a new assessment supersedes, nothing is edited.

What left the house is put right by referrals, which lists every document that says otherwise.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.acts import Refusal, verb
from audit.log import Actor
from intake.actions import Action
from intake.models import Assessment, Case, ReportedItem
from intake.services import assessing, closures, house, second, turns
from intake.services.assessing import Judgement
from intake.services.reviewing import OWED_WITHIN
from intake.states import WITH_AGENCIES, CaseState, PolicyCode
from intake.steps import change_case

SAID = ("verdict", "hosting_country", "host_known_by", "age", "sex", "site_type", "commercial")
LISTED = ("payment_methods", "flags")


@verb(Action.ASSESSMENT_RECORD, Action.CASE_CORRECT, Action.CLOSURE_UNDO)
def reassess(*, actor: Actor, case_id: UUID, judgements: Sequence[Judgement]) -> Case:
    """Supersede the assessment of these items of a case that went to agencies. Raises Refusal.

    Unless the policy waives the second person, a review is owed; what agencies were told is corrected after it.
    What two people disagreed about is superseded with it, and a second person sees it in any case.
    """
    case = Case.objects.locked(case_id)
    may_reassess(case)
    numbered = {item.id: (number, item) for number, item in enumerate(case.items.addresses(), 1)}
    if not judgements or any(judgement.item_id not in numbered for judgement in judgements):
        raise Refusal(_("Choose an item of this case to assess again."))
    judged = [(*numbered[judgement.item_id], judgement) for judgement in judgements]
    assessing.refuse_unfinished([(number, judgement) for number, _item, judgement in judged])
    closures.retire_asked(case, actor)
    for number, item, judgement in judged:
        _refuse_the_same(number, item, judgement)
        assessing.record(case, item, judgement, actor)
    owed = case.review_owed_at or _owed(case)
    return change_case(
        case,
        action=Action.CASE_CORRECT,
        actor=actor,
        facts={"addresses": len(judged), "review_owed": owed},
        changes={"review_owed_at": owed, "disputed": False},
    )


def may_reassess(case: Case, person: UUID | None = None) -> None:
    """Only what agencies were told is corrected here; before that, assessing and undoing do it.

    The first release closed only what agencies had, without an outcome.
    """
    if case.state in WITH_AGENCIES:
        return
    if case.state == CaseState.CLOSED and (not case.outcome or turns.was_with_agencies(case)):
        return
    raise Refusal(_("No agency was told of this case, so there is nothing to correct."))


def _refuse_the_same(number: int, item: ReportedItem, judgement: Judgement) -> None:
    current = item.assessments.current().first()
    if current and _as_recorded(current) == _as_judged(judgement):
        raise Refusal(
            _("Item %(number)d: this is what the assessment says already. Nothing was changed.")
            % {"number": number}
        )


def _as_recorded(assessment: Assessment) -> list[object]:
    lists = [sorted(getattr(assessment, name)) for name in LISTED]
    return [*(getattr(assessment, name) for name in SAID), *lists]


def _as_judged(judgement: Judgement) -> list[object]:
    lists = [sorted(getattr(judgement, name)) for name in LISTED]
    return [*(getattr(judgement, name) for name in SAID), *lists]


def _owed(case: Case) -> datetime | None:
    if house.policy(PolicyCode.SECOND_REVIEW).waived and not second.said_no(case):
        return None
    return timezone.now() + OWED_WITHIN
