"""The desk's doors to a police hold: set, extended and released by a supervisor."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from intake.policies import access_case
from referrals.forms.routes import ExtendHoldForm, HoldForm, ReleaseHoldForm, SetHoldForm
from referrals.services import holds
from referrals.services.holds_shown import police_of
from referrals.views.acting import actor_of, done


@require_POST
def set_hold(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return _do(request, case_id, SetHoldForm, holds.set_hold, _("Set. Host and platform are not told."))


@require_POST
def extend_hold(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return _do(request, case_id, ExtendHoldForm, holds.extend_hold, _("The hold is extended."))


@require_POST
def release_hold(request: HttpRequest, case_id: UUID) -> HttpResponse:
    released = _("Released. What waited leaves as soon as nothing else stops it.")
    return _do(request, case_id, ReleaseHoldForm, holds.release_hold, released)


def _do(
    request: HttpRequest, case_id: UUID, form_of: type[HoldForm], verb: Callable[..., Any], sentence: str
) -> HttpResponse:
    case = access_case(request.user, case_id, to="referrals.set_hold")
    form = form_of(request.POST, police=police_of(case))
    if done(form, lambda given: verb(actor=actor_of(request), case_id=case_id, **given)):
        messages.success(request, sentence)
    else:
        messages.error(request, " ".join(str(line) for lines in form.errors.values() for line in lines))
    return redirect("case", case_id)
