"""Whether a second person is needed, who it is, or who it may be."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from audit import log
from intake.models import Case
from intake.services import second, turns
from intake.states import CaseState


@dataclass(frozen=True)
class SecondPerson:
    """One sentence, and a note to it."""

    sentence: str
    note: str = ""


def second_person(case: Case, person: UUID) -> SecondPerson:
    if case.state == CaseState.IN_REVIEW and case.assignee:
        return SecondPerson(_("%(name)s reviews this case.") % {"name": case.assignee.name})
    if case.review_owed_at:
        names = ", ".join(turns.reviewers(case, person)) or _("nobody else of this team")
        return SecondPerson(
            _("A second person has not yet read what counts now."),
            _("They can: %(names)s.") % {"names": names},
        )
    review = second.last_review(case)
    if review and case.state not in {CaseState.OPEN, CaseState.ASSESSED}:
        sentence = (
            _("%(name)s agreed.") if review.agrees else _("%(name)s did not agree and sent the case back.")
        )
        return SecondPerson(sentence % {"name": review.reviewer.name}, _review_reason(review.last_event_id))
    if case.state != CaseState.ASSESSED:
        return SecondPerson(
            _("Every verdict “illegal” is reviewed by a second person, never by the assessor.")
        )
    if not case.assessments.current().illegal().exists():
        return SecondPerson(_("Nothing was found illegal, so no review is needed."))
    return SecondPerson(_("A second person must review."), _who_can(case, person))


def _who_can(case: Case, person: UUID) -> str:
    names = ", ".join(turns.reviewers(case, person))
    if turns.is_assessor(case, person):
        return (
            _("%(names)s can; you cannot.") % {"names": names}
            if names
            else _("Nobody else of this team can.")
        )
    return _("You can, or %(names)s.") % {"names": names} if names else _("You can.")


def _review_reason(event_id: UUID) -> str:
    return str(log.payloads([event_id]).get(event_id, {}).get("reason", ""))
