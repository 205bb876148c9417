"""What a person judges of the addresses of a case, and how that is recorded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from intake.actions import Action
from intake.models import Assessment, Case, ReportedItem
from intake.schemes import HostKnownBy, Verdict
from intake.services import closures, scheme, turns
from intake.states import CaseState
from intake.steps import move_case


@dataclass(frozen=True)
class Judgement:
    """What a person found about one address, in the codes of the scheme in use.

    `hosting_country`: two letters, or empty if known by nobody. `age` is the youngest that was seen. `age`, `sex`,
    `site_type` and `commercial` must be given where the verdict means illegal; "not determined" is an answer.
    """

    item_id: UUID
    verdict: Verdict
    hosting_country: str
    host_known_by: HostKnownBy
    reason: str
    age: str = ""
    sex: str = ""
    site_type: str = ""
    commercial: str = ""
    payment_methods: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@verb(Action.ASSESSMENT_RECORD, Action.CASE_ASSESS, Action.CLOSURE_UNDO)
def assess_case(*, actor: Actor, case_id: UUID, judgements: Sequence[Judgement]) -> Case:
    """Record a judgement of every address of the case, all or none. Raises Refusal, naming what is missing."""
    case = Case.objects.locked(case_id)
    turns.may_assess(case, actor.person)
    addresses = list(case.items.addresses())
    by_item = {judgement.item_id: judgement for judgement in judgements}
    refuse_unfinished([(number, by_item.get(item.id)) for number, item in enumerate(addresses, 1)])
    closures.retire_asked(case, actor)
    for item in addresses:
        record(case, item, by_item[item.id], actor)
    return move_case(
        case,
        to=CaseState.ASSESSED,
        action=Action.CASE_ASSESS,
        actor=actor,
        facts={"addresses": len(addresses)},
    )


def refuse_unfinished(judged: Sequence[tuple[int, Judgement | None]]) -> None:
    """Raise Refusal naming each missing thing by the item's number; UnmappedValue for a code of no scheme."""
    problems = [
        problem % {"number": number} for number, judgement in judged for problem in _problems(judgement)
    ]
    if problems:
        raise Refusal(" ".join(problems))


def record(case: Case, item: ReportedItem, judgement: Judgement, actor: Actor) -> Assessment:
    """Write one assessment, which supersedes the one that counted so far. A step of verbs."""
    former = item.assessments.current().first()
    assessment = Assessment(
        case=case,
        item=item,
        scheme=scheme.current().name,
        verdict=judgement.verdict,
        hosting_country=judgement.hosting_country,
        host_known_by=judgement.host_known_by,
        assessor_id=actor.person,
        assessed_at=timezone.now(),
        supersedes=former,
        age=judgement.age,
        sex=judgement.sex,
        site_type=judgement.site_type,
        commercial=judgement.commercial,
        payment_methods=list(judgement.payment_methods),
        flags=list(judgement.flags),
    )
    log.add(
        assessment,
        Action.ASSESSMENT_RECORD,
        actor=actor,
        case=case.id,
        facts={
            "item": item.id,
            "verdict": judgement.verdict,
            "country": judgement.hosting_country,
            "known_by": judgement.host_known_by,
            "scheme": assessment.scheme,
            "age": judgement.age,
            "sex": judgement.sex,
            "site_type": judgement.site_type,
            "commercial": judgement.commercial,
            "supersedes": former.id if former else None,
        },
        payload={"reason": judgement.reason},
    )
    return assessment


def _problems(judgement: Judgement | None) -> Iterator[str]:
    if judgement is None:
        yield _("Item %(number)d has no verdict.")
        return
    _check_codes(judgement)
    if bool(judgement.hosting_country) == (judgement.host_known_by == HostKnownBy.UNKNOWN):
        yield _("Item %(number)d: give the host country and how you know it, or “unknown”.")
    if not judgement.reason.strip():
        yield _("Item %(number)d: say why.")
    if judgement.verdict.illegal:
        yield from _unsaid(judgement)
    if judgement.payment_methods and judgement.commercial != "yes":
        yield _("Item %(number)d: you named a way of paying, so say that it is commercial.")


def _unsaid(judgement: Judgement) -> Iterator[str]:
    """What must be said of something illegal."""
    if not judgement.age:
        yield _("Item %(number)d: choose the age, or “not determined”.")
    if not judgement.sex:
        yield _("Item %(number)d: choose the sex, or “not determined”.")
    if not judgement.site_type:
        yield _("Item %(number)d: choose the type of site, or “not determined”.")
    if not judgement.commercial:
        yield _("Item %(number)d: say whether it is commercial, or “not determined”.")


def _check_codes(judgement: Judgement) -> None:
    """Raise UnmappedValue for a code that the scheme in use does not hold."""
    given: dict[str, tuple[str, ...]] = {
        "outcome": (judgement.verdict,),
        "age": (judgement.age,),
        "sex": (judgement.sex,),
        "site_type": (judgement.site_type,),
        "commercial": (judgement.commercial,),
        "payment_methods": judgement.payment_methods,
        "flags": judgement.flags,
    }
    for dimension, codes in given.items():
        scheme.current().dimension(dimension).check(code for code in codes if code)
