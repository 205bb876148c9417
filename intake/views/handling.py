"""Pages at which people hand a case on or decide about it, each one form with its reason; and the policies."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.acts import Refusal
from intake import panels
from intake.forms import handling as forms
from intake.forms.desk import DeskForm
from intake.policies import access_case
from intake.services import cases, closing, house, notes, reviewing, second, turns, undo
from intake.services.next_acts import action_bar
from intake.states import CaseState, PolicyCode
from intake.views.acting import act, actor_of, posted, refusal_of


@dataclass(frozen=True)
class Sheet:
    """A page with one form about a case. `touches`: the policy whose waiver must be seen here."""

    title: str
    lead: str
    button: str
    touches: str = ""
    items: bool = True
    reviews: bool = False


@dataclass(frozen=True)
class Deed:
    """What the form does: whether it may be done now, the doing, and what is said afterwards."""

    question: Callable[[Any, UUID], None]
    verb: Callable[..., Any]
    done: Callable[[Any], str]


def take_over(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.assign_case")
    sheet = Sheet(
        title=_("Take over %(number)s") % {"number": case.number},
        lead=_("%(name)s has this case until %(time)s, and reads why you take it.") % turns.holder_of(case),
        button=_("Take it over"),
    )
    deed = Deed(
        turns.may_take_over,
        cases.take_over_case,
        lambda case: (
            _("%(number)s is yours until %(time)s.")
            % {"number": case.number, "time": turns.time_of(case.lease_until)}
        ),
    )
    return _page(request, case, forms.ReasonForm(posted(request)), sheet, deed)


def confirm_alone(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.assess_case")
    waived = house.policy(PolicyCode.SECOND_REVIEW).waived
    sheet = Sheet(
        title=_("Confirm %(number)s alone") % {"number": case.number},
        lead=_("The policy that waives the second person is cited in the log.")
        if waived
        else _("A child is in danger now. Another person reviews it within 4 hours."),
        button=_("Confirm alone"),
        touches=PolicyCode.SECOND_REVIEW,
    )
    done = _("%(number)s is confirmed.")
    deed = Deed(
        second.may_confirm_alone, reviewing.confirm_alone, lambda case: done % {"number": case.number}
    )
    return _page(request, case, forms.AloneForm(posted(request), waived=waived), sheet, deed)


def review_later(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.review_assessment")
    sheet = Sheet(
        title=_("Review %(number)s afterwards") % {"number": case.number},
        lead=_("It went on without a second person. Look at it now as if it had waited for you."),
        button=_("Record the review"),
        touches=PolicyCode.SECOND_REVIEW,
    )
    deed = Deed(second.may_review_later, reviewing.review_later, _always(_("Your review is recorded.")))
    return _page(request, case, forms.LaterForm(posted(request)), sheet, deed)


def decide_dispute(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.decide_dispute")
    sheet = Sheet(
        title=_("Decide about %(number)s") % {"number": case.number},
        lead=_("Two people disagree about the assessment. Your word ends it."),
        button=_("Decide"),
        reviews=True,
    )
    deed = Deed(second.may_decide_dispute, reviewing.decide_dispute, _always(_("Your decision is recorded.")))
    return _page(request, case, forms.DisputeForm(posted(request)), sheet, deed)


def agree_after_all(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.review_assessment")
    sheet = Sheet(
        title=_("Agree about %(number)s after all") % {"number": case.number},
        lead=_("You did not agree. If the assessment convinces you now, the disagreement ends."),
        button=_("I agree after all"),
    )
    done = _always(_("Your review is recorded."))
    deed = Deed(second.may_agree_after_all, reviewing.agree_after_all, done)
    return _page(request, case, forms.ReasonForm(posted(request)), sheet, deed)


def send_back(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.assess_case")
    sheet = Sheet(
        title=_("Assess %(number)s again") % {"number": case.number},
        lead=_("Nothing was sent. You get the case, and a second person looks at the new assessment."),
        button=_("Assess again"),
    )
    done = _("%(number)s is yours. Assess it again.")
    deed = Deed(turns.may_send_back, cases.send_back, lambda case: done % {"number": case.number})
    return _page(request, case, forms.ReasonForm(posted(request)), sheet, deed)


def close_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.close_case")
    sheet = Sheet(
        title=_("Close case %(number)s") % {"number": case.number},
        lead=_("A new report of the same address opens the case again."),
        button=_button(_("Close the case"), _("Ask to close it")),
        touches=PolicyCode.CLOSURE,
    )
    deed = Deed(turns.may_close, closing.close_case, _closed_or_asked)
    return _page(request, case, forms.CloseForm(posted(request)), sheet, deed)


def reject_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.close_case")
    sheet = Sheet(
        title=_("Reject %(number)s") % {"number": case.number},
        lead=_("The reports are kept and counted. If this was wrong, the case can be opened again."),
        button=_button(_("Reject it"), _("Ask to reject it")),
        touches=PolicyCode.CLOSURE,
    )
    deed = Deed(turns.may_reject, closing.reject_case, _closed_or_asked)
    return _page(request, case, forms.RejectForm(posted(request)), sheet, deed)


def decide_closure(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.close_case")
    sheet = Sheet(
        title=_("Decide about closing %(number)s") % {"number": case.number},
        lead=_("Read what was found, and why the case shall be closed."),
        button=_("Decide"),
    )
    deed = Deed(second.may_decide_closure, closing.decide_closure, _always(_("Your decision is recorded.")))
    return _page(request, case, forms.ClosureForm(posted(request)), sheet, deed)


def reopen_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.close_case")
    sheet = Sheet(
        title=_("Open %(number)s again") % {"number": case.number},
        lead=_("It goes back to the queue, due as if it came in now."),
        button=_("Open it again"),
    )
    done = _("%(number)s is back in the queue.")
    deed = Deed(turns.may_reopen, closing.reopen_case, lambda case: done % {"number": case.number})
    return _page(request, case, forms.ReasonForm(posted(request)), sheet, deed)


def write_note(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.assess_case")
    sheet = Sheet(
        title=_("Note on %(number)s") % {"number": case.number},
        lead=_("Do not describe what was seen. Write what the next person must know."),
        button=_("Keep the note"),
        items=False,
    )
    deed = Deed(_whenever, notes.write_note, _always(_("The note is kept.")))
    return _page(request, case, forms.NoteForm(posted(request)), sheet, deed)


@require_POST
def undo_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = access_case(request.user, case_id, to="intake.assess_case")
    return act(
        request,
        lambda: undo.undo(actor=actor_of(request), case_id=case.id),
        _always(_("It is undone. The log keeps both: the step, and that it was undone.")),
        case,
    )


def policies(request: HttpRequest) -> HttpResponse:
    form = forms.PolicyForm(posted(request))
    if request.method != "POST":
        return _policies(request, form, HTTPStatus.OK)
    if not form.is_valid():
        return _policies(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        house.set_policy(actor=actor_of(request), **form.cleaned_data)
    except Refusal as refusal:
        return _policies(request, form, HTTPStatus.CONFLICT, refusal.sentence)
    messages.success(request, _("The policy is settled."))
    return redirect("policies")


def _policies(
    request: HttpRequest, form: forms.PolicyForm, status: HTTPStatus, refusal: str | Promise = ""
) -> HttpResponse:
    context = {"form": form, "lines": house.settled(), "refusal": refusal, "kept": bool(refusal)}
    return render(request, "desk/handling/policies.html", context, status=status)


def _page(request: HttpRequest, case: Any, form: DeskForm, sheet: Sheet, deed: Deed) -> HttpResponse:
    """Show the form, or why it would be refused; do what it asks, or show it again with all that was typed."""
    if request.method != "POST":
        return _show(request, case, form, sheet, HTTPStatus.OK, refusal_of(deed.question, request, case))
    if not form.is_valid():
        return _show(request, case, form, sheet, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        changed = deed.verb(actor=actor_of(request), case_id=case.id, **form.cleaned_data)
    except Refusal as refusal:
        return _show(request, case, form, sheet, HTTPStatus.CONFLICT, refusal.sentence)
    messages.success(request, deed.done(changed))
    return redirect("case", case_id=case.id)


def _show(
    request: HttpRequest,
    case: Any,
    form: DeskForm,
    sheet: Sheet,
    status: HTTPStatus,
    refusal: str | Promise = "",
) -> HttpResponse:
    context = {
        "case": case,
        "form": form,
        "sheet": sheet,
        "refusal": refusal,
        "kept": request.method == "POST" and refusal,
        "bar": action_bar(case, actor_of(request).person),
        "items": panels.items_of(case) if sheet.items else [],
        "reviews": panels.reviews_of(case) if sheet.reviews else [],
        "now": timezone.now(),
    }
    return render(request, "desk/handling/form.html", context, status=status)


def _always(sentence: str) -> Callable[[Any], str]:
    return lambda _changed: sentence


def _whenever(case: Any, person: UUID) -> None:
    """Nothing refuses it."""


def _button(alone: str, asked: str) -> str:
    """One person closes only where the policy waives the second one."""
    return alone if house.policy(PolicyCode.CLOSURE).waived else asked


def _closed_or_asked(case: Any) -> str:
    if case.state == CaseState.CLOSED:
        return _("The case is closed.")
    return _("You asked to close %(number)s. A second person decides.") % {"number": case.number}
