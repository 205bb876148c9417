"""The parts of a case's page that intake knows: items, reporters' words, people, closings, and what happened."""

from collections.abc import Callable
from typing import Any

from audit.acts import Refusal
from intake.models import Case
from intake.panels.hands import closings_of, holders_of
from intake.panels.items import ItemLine, addresses_of, items_of, own_assessments
from intake.panels.reports import older_than_shown, reports_of
from intake.panels.second import reviews_of, second_person
from intake.panels.timeline import entries_of, trail_of
from intake.services import corrections
from intake.services.next_acts import action_bar
from intake.services.notes import notes_of
from intake.services.traces import may_trace

__all__ = ["ItemLine", "addresses_of", "case_page", "entries_of", "items_of", "own_assessments", "reviews_of"]


def case_page(person: Any, case: Case) -> dict[str, object]:
    """What the template of the case page shows."""
    assesses = person.has_perm("intake.assess_case")
    return {
        "case": case,
        "items": items_of(case),
        "may_reassess": assesses and _works(corrections.may_reassess, case),
        "may_trace": assesses and _works(may_trace, case),
        "reports": reports_of(case),
        "more_reports": older_than_shown(case),
        "notes": notes_of(case),
        "second": second_person(case, person.id),
        "holders": holders_of(case),
        "closings": closings_of(case),
        "trail": trail_of(case),
        "bar": action_bar(case, person.id),
    }


def _works(question: Callable[[Case], None], case: Case) -> bool:
    """Whether the page offers it: only what would not be refused."""
    try:
        question(case)
    except Refusal:
        return False
    return True
