"""Whether a second person is needed, who it is, or who it may be; and what second people said."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from audit import log
from intake.models import Case, Review
from intake.services import house, second, turns
from intake.states import CaseState, PolicyCode

UNASSESSED = frozenset({CaseState.OPEN, CaseState.ASSIGNED})


@dataclass(frozen=True)
class SecondPerson:
    """One sentence, and a note to it."""

    sentence: str
    note: str = ""


@dataclass(frozen=True)
class Said:
    """One word of a second person, with its reason unsealed."""

    name: str
    agrees: bool
    at: datetime
    reason: str


def reviews_of(case: Case) -> list[Said]:
    """For who decides about it or assesses anew: newest first."""
    rows = list(second.reviews_of(case).select_related("reviewer"))
    texts = log.payloads(row.last_event_id for row in rows)
    return [
        Said(
            row.reviewer.name,
            row.agrees,
            row.reviewed_at,
            str(texts.get(row.last_event_id, {}).get("reason", "")),
        )
        for row in rows
    ]


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
    if review and case.state not in {CaseState.OPEN, CaseState.ASSESSED} and not _is_past(case, review):
        return SecondPerson(_said(case, review), _review_reason(review.last_event_id))
    if case.state != CaseState.ASSESSED:
        return _without_a_word(case)
    if not case.assessments.current().illegal().exists():
        return SecondPerson(_("Nothing was found illegal, so no review is needed."))
    if _is_waived() and (review is None or review.agrees):
        return SecondPerson(
            _("The second review is waived: the assessor may confirm alone."), _who_can(case, person)
        )
    return SecondPerson(_("A second person must review."), _who_can(case, person))


def _is_past(case: Case, review: Review) -> bool:
    """Agreed to what is being assessed again now."""
    return review.agrees and case.state == CaseState.ASSIGNED


def _said(case: Case, review: Review) -> str:
    name = {"name": review.reviewer.name}
    if review.agrees:
        return _("%(name)s agreed.") % name
    if case.disputed:
        return _("%(name)s did not agree. A supervisor decides.") % name
    return _("%(name)s did not agree.") % name


def _without_a_word(case: Case) -> SecondPerson:
    """What will hold, while nobody has assessed it; later, why no second person has said anything."""
    if case.state in UNASSESSED and house.forward_only():
        return SecondPerson(_("Nothing is assessed in forward-only mode, so there is nothing to review."))
    if case.state not in UNASSESSED and not case.assessments.exists():
        return SecondPerson(_("Nobody assessed this case, so there was nothing to review."))
    if case.state in {CaseState.CONFIRMED, CaseState.REFERRED, CaseState.MONITORING}:
        return SecondPerson(_("One person confirmed this case alone."))
    if _is_waived():
        return SecondPerson(_("The second review is waived: the assessor may confirm alone."))
    return SecondPerson(_("Every verdict “illegal” is reviewed by a second person, never by the assessor."))


def _is_waived() -> bool:
    return house.policy(PolicyCode.SECOND_REVIEW).waived


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
