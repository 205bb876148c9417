"""What this person can do with a case now, and what will happen then."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.acts import Refusal
from intake.models import Case
from intake.services import house, second, turns, undo
from intake.services.notices import Notice, notices_of
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
    notices: list[Notice] = field(default_factory=list)


TAKE = Act("take_case", gettext_lazy("Take this case"), "a", posts=True, main=True)
TAKE_OVER = Act("take_over", gettext_lazy("Take it over"))
ASSESS = Act("assess", gettext_lazy("Assess"), "e", main=True)
FORWARD = Act("forward_case", gettext_lazy("Forward without assessment"), "e", main=True)
REJECT = Act("reject_case", gettext_lazy("Spam or out of remit"))
GIVE_BACK = Act("release_case", gettext_lazy("Give it back"), posts=True)
START_REVIEW = Act("start_review", gettext_lazy("Start the review"), posts=True, main=True)
REVIEW = Act("review", gettext_lazy("Review"), "e", main=True)
CONFIRM_ALONE = Act("confirm_alone", gettext_lazy("Confirm alone"))
REVIEW_LATER = Act("review_later", gettext_lazy("Make the owed review"), main=True)
DECIDE_DISPUTE = Act("decide_dispute", gettext_lazy("Decide"), main=True)
CLOSE = Act("close_case", gettext_lazy("Close the case"), main=True)
DECIDE_CLOSURE = Act("decide_closure", gettext_lazy("Decide about closing"), main=True)
SEND_BACK = Act("send_back", gettext_lazy("Assess again"))
AGREE_AFTER_ALL = Act("agree_after_all", gettext_lazy("I agree after all"))
REOPEN = Act("reopen_case", gettext_lazy("Open it again"))
HEED = Act("heed", gettext_lazy("I have read it"), posts=True, main=True)

Question = Callable[[Case, UUID], None]


def action_bar(case: Case, person: UUID) -> ActionBar:
    """Exactly the acts that would work now; where none does, the sentence says why and who can."""
    bar = _SAY[case.state](case, person)
    late = [act for act, question in _AT_ANY_TIME if not _refusal(question, case, person)]
    return ActionBar(
        bar.sentence,
        [*_undo(case, person), *bar.acts, *late],
        notices_of(case, person),
    )


def _open(case: Case, person: UUID) -> ActionBar:
    sentence = _("Nobody has this case. If you take it, it is yours for 8 hours.")
    return ActionBar(sentence, [*_reject(case, person), *_forward(case, person), TAKE])


def _assigned(case: Case, person: UUID) -> ActionBar:
    if case.assignee_id == person and house.forward_only():
        sentence = _("Say whom it concerns. It goes on without anybody viewing the content.")
        return ActionBar(sentence, [GIVE_BACK, *_reject(case, person), FORWARD])
    if case.assignee_id == person:
        sentence = _("Say for each address what it is and where it is hosted. Nothing leaves the house yet.")
        return ActionBar(sentence, [GIVE_BACK, *_reject(case, person), ASSESS])
    refusal = _refusal(turns.may_take, case, person)
    return ActionBar(
        refusal or _("The time of the person who had it has run out. You can take it."),
        [*_if(TAKE_OVER, _refusal(turns.may_take_over, case, person)), *_if(TAKE, refusal)],
    )


def _assessed(case: Case, person: UUID) -> ActionBar:
    if second.asked_closure(case):
        return ActionBar(_("Nothing was found illegal. A second person decides about closing."))
    if not _refusal(turns.may_close, case, person):
        return ActionBar(_("Nothing was found illegal. The case can be closed."), [CLOSE])
    refusal = _refusal(turns.may_start_review, case, person)
    alone = _if(CONFIRM_ALONE, _refusal(second.may_confirm_alone, case, person))
    if alone and second.is_danger(case):
        refusal = _(
            "A child is in danger: if no second person is there, confirm alone. The review is then owed."
        )
    return ActionBar(
        refusal or _("A second person reviews it before anything leaves."),
        [*alone, *_if(START_REVIEW, refusal)],
    )


def _in_review(case: Case, person: UUID) -> ActionBar:
    if case.disputed:
        return ActionBar(_("Two people disagree about this case. A supervisor decides."))
    if case.assignee_id == person:
        return ActionBar(
            _("You review this case. Agree, or send it back with a reason."), [GIVE_BACK, REVIEW]
        )
    refusal = _refusal(turns.may_start_review, case, person)
    return ActionBar(
        refusal or _("Nobody reviews it now. You can."),
        [*_if(TAKE_OVER, _refusal(turns.may_take_over, case, person)), *_if(START_REVIEW, refusal)],
    )


def _confirmed(case: Case, person: UUID) -> ActionBar:
    return ActionBar(_("It is confirmed. Who should know stands above; nothing is sent yet."))


def _with_agencies(case: Case, person: UUID) -> ActionBar:
    if case.reported_again:
        sentence = _(
            "It was reported again since it was referred. Read what the reporters wrote. "
            "If a child is in danger, call the agency now."
        )
        return ActionBar(sentence, [HEED])
    return ActionBar(_("Who is told, and how far it is, stands at the referrals."))


def _closed(case: Case, person: UUID) -> ActionBar:
    sentence = _(
        "This case is closed. If an address of it is reported again, it opens again: once a day at most,"
        " and always when a child is in danger."
    )
    return ActionBar(sentence, [REOPEN])


_SAY: dict[str, Callable[[Case, UUID], ActionBar]] = {
    CaseState.OPEN: _open,
    CaseState.ASSIGNED: _assigned,
    CaseState.ASSESSED: _assessed,
    CaseState.IN_REVIEW: _in_review,
    CaseState.CONFIRMED: _confirmed,
    CaseState.REFERRED: _with_agencies,
    CaseState.MONITORING: _with_agencies,
    CaseState.CLOSED: _closed,
}

_AT_ANY_TIME: tuple[tuple[Act, Question], ...] = (
    (DECIDE_CLOSURE, second.may_decide_closure),
    (REVIEW_LATER, second.may_review_later),
    (SEND_BACK, turns.may_send_back),
    (AGREE_AFTER_ALL, second.may_agree_after_all),
    (DECIDE_DISPUTE, second.may_decide_dispute),
)


def _reject(case: Case, person: UUID) -> list[Act]:
    return _if(REJECT, _refusal(turns.may_reject, case, person))


def _forward(case: Case, person: UUID) -> list[Act]:
    return _if(FORWARD, _refusal(turns.may_forward, case, person))


def _undo(case: Case, person: UUID) -> list[Act]:
    offer = undo.offer(case, person)
    if offer is None:
        return []
    label = _("%(act)s (%(minutes)d min)") % {"act": offer.label, "minutes": offer.minutes}
    return [Act("undo_case", label, "z", posts=True)]


def _refusal(question: Question, case: Case, person: UUID) -> str:
    try:
        question(case, person)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _if(act: Act, refusal: str) -> list[Act]:
    return [] if refusal else [act]
