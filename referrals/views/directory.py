"""The desk's doors to the directory: agencies and their terms, routing rules and their versions."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.acts import Refusal
from referrals import policies
from referrals.forms.directory import AgencyForm, ReasonForm, RuleForm, TermsForm
from referrals.services import directory, listing, rules
from referrals.states import RuleState

if TYPE_CHECKING:
    from referrals.models import RoutingRule


def new_agency(request: HttpRequest) -> HttpResponse:
    form = AgencyForm(request.POST) if request.method == "POST" else AgencyForm(initial=listing.USUAL)
    made: list[Any] = []
    if _done(form, lambda: made.append(_open(request, form))):
        messages.success(request, _("The agency is entered, as a test."))
        return redirect("agency", made[0].pk)
    return _page(request, "agency_form", form, {"heading": _("New agency")})


@require_safe
def agency(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    found = policies.access_agency(request.user, agency_id, to="referrals.read_agency")
    shown = listing.terms_of(found, request.user)
    return render(request, "referrals/directory/agency.html", {"shown": shown, "pause": ReasonForm()})


def change_agency(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    found = policies.access_agency(request.user, agency_id, to="referrals.manage_agencies")
    form = TermsForm(request.POST) if request.method == "POST" else TermsForm.of(found)
    if _done(form, lambda: _change(request, agency_id, form)):
        messages.success(request, _("The terms are changed."))
        return redirect("agency", agency_id)
    return _page(request, "agency_form", form, {"heading": found.name, "agency": found})


@require_POST
def approve_contact(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    policies.access_agency(request.user, agency_id, to="referrals.manage_agencies")
    return _tried(
        request,
        agency_id,
        lambda: directory.approve_contact(actor=_actor(request), agency_id=agency_id),
        _("The contact is approved."),
    )


@require_POST
def pause_agency(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    policies.access_agency(request.user, agency_id, to="referrals.manage_agencies")
    return _tried(
        request,
        agency_id,
        lambda: directory.pause_agency(actor=_actor(request), agency_id=agency_id, reason=_reason(request)),
        _("Nothing more is sent to this agency."),
    )


@require_POST
def ask_live(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    policies.access_agency(request.user, agency_id, to="referrals.switch_live")
    to_live = request.POST.get("to") == "live"
    return _tried(
        request,
        agency_id,
        lambda: directory.ask_live(actor=_actor(request), agency_id=agency_id, to_live=to_live),
        _("Asked. Another person decides."),
    )


@require_POST
def decide_live(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    policies.access_agency(request.user, agency_id, to="referrals.switch_live")
    agrees = request.POST.get("agrees") == "yes"
    return _tried(
        request,
        agency_id,
        lambda: directory.decide_live(actor=_actor(request), agency_id=agency_id, agrees=agrees),
        _("The agency is switched.") if agrees else _("The switch is declined."),
    )


@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    return render(request, "referrals/directory/rules.html", {"shown": listing.rules_of(request.user)})


def new_rule(request: HttpRequest) -> HttpResponse:
    """A new rule, or with `?after=<rule>` the next version of one."""
    form = RuleForm(request.POST) if request.method == "POST" else RuleForm(initial=_former(request))
    if _done(form, lambda: rules.propose_rule(actor=_actor(request), rule=form.draft)):
        messages.success(request, _("The rule is proposed. Another person brings it into force."))
        return redirect("rules")
    return _page(request, "rule_form", form, {"questions": listing.questions()})


@require_POST
def activate_rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    policies.access_rule(request.user, rule_id)
    return _rule_tried(
        request,
        lambda: rules.activate_rule(actor=_actor(request), rule_id=rule_id),
        _("The rule is in force."),
    )


@require_POST
def retire_rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Drop a proposed rule, or ask a second person to take one out of force."""
    policies.access_rule(request.user, rule_id)
    return _rule_tried(
        request,
        lambda: rules.retire_rule(actor=_actor(request), rule_id=rule_id, reason=_reason(request)),
        _("Asked. Another person decides; until then the rule holds."),
    )


@require_POST
def decide_retire(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    policies.access_rule(request.user, rule_id)
    agrees = request.POST.get("agrees") == "yes"
    return _rule_tried(
        request,
        lambda: rules.decide_retire(actor=_actor(request), rule_id=rule_id, agrees=agrees),
        _("The rule stays in force."),
    )


def _open(request: HttpRequest, form: AgencyForm) -> Any:
    given = form.cleaned_data
    return directory.open_agency(
        actor=_actor(request),
        name=given["name"],
        kind=given["kind"],
        country=given["country"],
        terms=form.terms,
    )


def _change(request: HttpRequest, agency_id: UUID, form: TermsForm) -> Any:
    return directory.change_terms(actor=_actor(request), agency_id=agency_id, terms=form.terms)


def _former(request: HttpRequest) -> dict[str, Any]:
    return listing.version_after(request.GET.get("after", ""))


def _done(form: Any, act: Callable[[], Any]) -> bool:
    """Whether the form was well-formed and the verb agreed; otherwise the form says why not."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        act()
    except Refusal as refusal:
        form.add_error(None, str(refusal.sentence))
        return False
    return True


def _page(request: HttpRequest, name: str, form: Any, more: dict[str, Any]) -> HttpResponse:
    context = {"form": form, **more}
    status = 422 if form.is_bound else 200
    return render(request, f"referrals/directory/{name}.html", context, status=status)


def _tried(request: HttpRequest, agency_id: UUID, act: Callable[[], Any], done: str) -> HttpResponse:
    _say(request, act, done)
    return redirect("agency", agency_id)


def _rule_tried(request: HttpRequest, act: Callable[[], "RoutingRule"], holds: str) -> HttpResponse:
    """`holds` is said where the rule is in force afterwards."""
    try:
        rule = act()
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("rules")
    is_retired = rule.state == RuleState.RETIRED
    messages.success(request, _("The rule is not in force any more.") if is_retired else holds)
    return redirect("rules")


def _reason(request: HttpRequest) -> str:
    """Why, as it was typed; the verb says what it means where nothing was. Raises Refusal."""
    form = ReasonForm(request.POST)
    if form.is_valid() or not request.POST.get("reason", "").strip():
        return str(form.cleaned_data.get("reason", ""))
    raise Refusal(str(form.errors["reason"][0]))


def _say(request: HttpRequest, act: Callable[[], Any], done: str) -> None:
    try:
        act()
        messages.success(request, done)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))


def _actor(request: HttpRequest) -> Any:
    person: Any = request.user
    return person.actor
