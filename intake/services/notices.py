"""What stays on the page of a case while it is so: taken over, a review owed, a closing asked, confirmed alone."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from intake.actions import Action
from intake.models import Case
from intake.services import closures, leases, second, turns
from intake.states import WITH_AGENCIES, CaseState
from intake.steps import told
from intake.wording import CLOSING_OUTCOMES


@dataclass(frozen=True)
class Notice:
    """A sentence, and what a person wrote about it. `tone`: a class of the style sheet."""

    sentence: str
    words: str = ""
    tone: str = "i"


def notices_of(case: Case, person: UUID) -> list[Notice]:
    return [
        notice
        for notice in (
            _taken_over(case, person),
            _asked_to_close(case),
            _review_owed(case),
            _sent_back(case),
            _not_upheld(case),
        )
        if notice
    ]


def _taken_over(case: Case, person: UUID) -> Notice | None:
    taken = leases.taken_over_from(case, person)
    if taken is None:
        return None
    sentence = _("%(name)s took this case over from you at %(time)s.")
    return Notice(sentence % {"name": taken.by, "time": turns.time_of(taken.at)}, taken.reason)


def _asked_to_close(case: Case) -> Notice | None:
    asked = second.asked_closure(case)
    if asked is None:
        return None
    sentence = _("%(name)s asks to close this case: %(outcome)s. A second person decides.")
    said = {"name": asked.asked_by.name, "outcome": CLOSING_OUTCOMES[asked.outcome]}
    return Notice(sentence % said, closures.reason_of(asked), "w")


def _review_owed(case: Case) -> Notice | None:
    if case.review_owed_at is None:
        return None
    late = case.review_owed_at < timezone.now()
    owed = _("The review was owed by %(time)s.") if late else _("A review is owed by %(time)s.")
    sentence = f"{_why_owed(case)} {owed % {'time': turns.time_of(case.review_owed_at)}}"
    return Notice(sentence, tone="d" if late else "w")


def _why_owed(case: Case) -> str:
    alone_or_corrected = [Action.CASE_CONFIRM_ALONE, Action.CASE_CORRECT]
    acts = told(object_id=case.id, action__in=alone_or_corrected)
    if acts and acts[-1].action == Action.CASE_CORRECT:
        return _("An item was assessed again after agencies were told.")
    return _("One person confirmed this alone, because a child is in danger.")


def _sent_back(case: Case) -> Notice | None:
    """Why the case is to be assessed again: somebody declined its closing, or took it back before it was sent."""
    if case.state not in {CaseState.OPEN, CaseState.ASSIGNED}:
        return None
    acts = told(object_id=case.id, action__in=[Action.CASE_SEND_BACK, Action.CASE_ASSESS])
    if not acts or acts[-1].action != Action.CASE_SEND_BACK:
        return None
    last = acts[-1]
    by = get_user_model().objects.filter(pk=last.actor).values_list("name", flat=True).first()
    sentence = _("%(name)s sent this case back at %(time)s, to be assessed again.")
    reason = log.payloads([last.event_id]).get(last.event_id, {}).get("reason", "")
    return Notice(sentence % {"name": by or "", "time": turns.time_of(last.at)}, str(reason), "w")


def _not_upheld(case: Case) -> Notice | None:
    """A supervisor did not uphold what agencies already have; until somebody corrects it."""
    if case.state not in WITH_AGENCIES:
        return None
    acts = [Action.CASE_DECIDE_DISPUTE, Action.CASE_CORRECT]
    done = told(object_id=case.id, action__in=acts)
    if not done or done[-1].action != Action.CASE_DECIDE_DISPUTE or done[-1].facts["upholds"]:
        return None
    return Notice(
        _("A supervisor did not uphold the assessment. Correct it, so that the agencies hear."), tone="d"
    )
