"""What this person can do with a case now, and what will happen then."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.acts import Refusal
from intake.models import Case
from intake.services import turns
from intake.states import CaseState


@dataclass(frozen=True)
class Act:
    """A button or link: its route, its words, its key, and whether it acts at once (a POST)."""

    route: str
    label: str | Promise
    key: str = ""
    posts: bool = False
    main: bool = False


@dataclass(frozen=True)
class ActionBar:
    """One sentence on what happens next, and the acts that would work now."""

    sentence: str
    acts: list[Act] = field(default_factory=list)


TAKE = Act("take_case", gettext_lazy("Take this case"), "a", posts=True, main=True)
ASSESS = Act("assess", gettext_lazy("Assess"), "e", main=True)
GIVE_BACK = Act("release_case", gettext_lazy("Give it back"), posts=True)
START_REVIEW = Act("start_review", gettext_lazy("Start the review"), posts=True, main=True)
REVIEW = Act("review", gettext_lazy("Review"), "e", main=True)
CLOSE = Act("close_case", gettext_lazy("Close the case"), main=True)

HEED = Act("heed", gettext_lazy("I have read it"), posts=True, main=True)

Question = Callable[[Case, UUID], None]


def action_bar(case: Case, person: UUID) -> ActionBar:
    """Exactly the acts that would work now; where none does, the sentence says why and who can."""
    say = _SAY.get(case.state)
    return (
        say(case, person)
        if say
        else ActionBar(
            _(
                "This case is closed. If an address of it is reported again, it opens again: once a day at most,"
                " and always when a child is in danger."
            )
        )
    )


def _open(case: Case, person: UUID) -> ActionBar:
    return ActionBar(_("Nobody has this case. If you take it, it is yours for 8 hours."), [TAKE])


def _assigned(case: Case, person: UUID) -> ActionBar:
    if case.assignee_id == person:
        sentence = _("Say for each address what it is and where it is hosted. Nothing leaves the house yet.")
        return ActionBar(sentence, [GIVE_BACK, ASSESS])
    refusal = _refusal(turns.may_take, case, person)
    return ActionBar(
        refusal or _("The time of the person who had it has run out. You can take it."), _if(TAKE, refusal)
    )


def _assessed(case: Case, person: UUID) -> ActionBar:
    if not _refusal(turns.may_close, case, person):
        return ActionBar(_("Nothing was found illegal. The case can be closed."), [CLOSE])
    refusal = _refusal(turns.may_start_review, case, person)
    return ActionBar(
        refusal or _("A second person reviews it before anything leaves."), _if(START_REVIEW, refusal)
    )


def _in_review(case: Case, person: UUID) -> ActionBar:
    if case.assignee_id == person:
        return ActionBar(_("You review this case. Agree, or send it back with a reason."), [REVIEW])
    refusal = _refusal(turns.may_start_review, case, person)
    return ActionBar(
        refusal or _("The reviewer's time has run out. You can take over."), _if(START_REVIEW, refusal)
    )


def _confirmed(case: Case, person: UUID) -> ActionBar:
    return ActionBar(_("Two people agree. Who should know stands above; nothing is sent yet."))


def _with_agencies(case: Case, person: UUID) -> ActionBar:
    if case.reported_again:
        sentence = _(
            "It was reported again since it was referred. Read what the reporters wrote. "
            "If a child is in danger, call the agency now."
        )
        return ActionBar(sentence, [HEED])
    return ActionBar(_("The case is with those who should know. We wait for their answers."))


_SAY: dict[str, Callable[[Case, UUID], ActionBar]] = {
    CaseState.OPEN: _open,
    CaseState.ASSIGNED: _assigned,
    CaseState.ASSESSED: _assessed,
    CaseState.IN_REVIEW: _in_review,
    CaseState.CONFIRMED: _confirmed,
    CaseState.REFERRED: _with_agencies,
    CaseState.MONITORING: _with_agencies,
}


def _refusal(question: Question, case: Case, person: UUID) -> str:
    try:
        question(case, person)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _if(act: Act, refusal: str) -> list[Act]:
    return [] if refusal else [act]
