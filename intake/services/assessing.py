"""What a person judges of the addresses of a case, and how that is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from intake.actions import Action
from intake.models import Assessment, Case, ReportedItem
from intake.schemes import SCHEME, HostKnownBy, Verdict
from intake.services import turns
from intake.states import CaseState
from intake.steps import move_case


@dataclass(frozen=True)
class Judgement:
    """What a person found about one address. `hosting_country`: two letters, or empty if known by nobody."""

    item_id: UUID
    verdict: Verdict
    hosting_country: str
    host_known_by: HostKnownBy
    reason: str


@verb(Action.ASSESSMENT_RECORD, Action.CASE_ASSESS)
def assess_case(*, actor: Actor, case_id: UUID, judgements: Sequence[Judgement]) -> Case:
    """Record a judgement of every address of the case, all or none. Raises Refusal, naming what is missing."""
    case = Case.objects.locked(case_id)
    turns.may_assess(case, actor.person)
    addresses = list(case.items.addresses())
    by_item = {judgement.item_id: judgement for judgement in judgements}
    problems = [
        problem
        for number, item in enumerate(addresses, 1)
        for problem in _problems(number, by_item.get(item.id))
    ]
    if problems:
        raise Refusal(" ".join(problems))
    for item in addresses:
        _record(case, item, by_item[item.id], actor)
    return move_case(
        case,
        to=CaseState.ASSESSED,
        action=Action.CASE_ASSESS,
        actor=actor,
        facts={"addresses": len(addresses)},
    )


def _problems(number: int, judgement: Judgement | None) -> list[str]:
    if judgement is None:
        return [_("Item %(number)d has no verdict.") % {"number": number}]
    problems = []
    if bool(judgement.hosting_country) == (judgement.host_known_by == HostKnownBy.UNKNOWN):
        problems.append(_("Item %(number)d: give the host country and how you know it, or “unknown”."))
    if not judgement.reason.strip():
        problems.append(_("Item %(number)d: say why."))
    return [problem % {"number": number} for problem in problems]


def _record(case: Case, item: ReportedItem, judgement: Judgement, actor: Actor) -> None:
    former = item.assessments.current().first()
    assessment = Assessment(
        case=case,
        item=item,
        scheme=SCHEME,
        verdict=judgement.verdict,
        hosting_country=judgement.hosting_country,
        host_known_by=judgement.host_known_by,
        assessor_id=actor.person,
        assessed_at=timezone.now(),
        supersedes=former,
    )
    written = log.append(
        Action.ASSESSMENT_RECORD,
        actor=actor,
        kind=Assessment.audit_kind,
        id=assessment.id,
        row=assessment,
        case=case.id,
        facts={
            "item": item.id,
            "verdict": judgement.verdict,
            "country": judgement.hosting_country,
            "known_by": judgement.host_known_by,
            "supersedes": former.id if former else None,
        },
        payload={"reason": judgement.reason},
    )
    assessment.last_event_id = written.event_id
    assessment.save(force_insert=True)
