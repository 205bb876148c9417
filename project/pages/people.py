"""The administrator's pages: who may sign in, adding a person, ending a person's access."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.acts import Refusal
from project import people
from project.forms import AddPerson


@require_safe
def everybody(request: HttpRequest) -> HttpResponse:
    return render(request, "people/list.html", {"people": people.everybody()})


def add(request: HttpRequest) -> HttpResponse:
    """The form; once it is sent, the first password, which no later page can show."""
    form = AddPerson(request.POST or None)
    if not form.is_valid():
        return render(request, "people/add.html", {"form": form}, status=422 if form.is_bound else 200)
    password = people.first_password()
    try:
        person = people.add_person(
            actor=people.actor_of(request),
            email=form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            role=form.cleaned_data["role"],
            password=password,
            groups=form.groups,
            organisation=form.cleaned_data["organisation"],
        )
    except Refusal as refusal:
        form.add_error("email", str(refusal.sentence))
        return render(request, "people/add.html", {"form": form}, status=422)
    return render(request, "people/added.html", {"person": person, "password": password})


def leave(request: HttpRequest, person: UUID) -> HttpResponse:
    """Ask first, because it takes effect at once; then end the access."""
    found = people.find(person)
    if found is None:
        raise Http404
    if request.method != "POST":
        return render(request, "people/leave.html", {"person": found})
    try:
        people.let_go(actor=people.actor_of(request), person=person)
    except Refusal as refusal:
        context = {"person": found, "refusal": refusal.sentence}
        return render(request, "people/leave.html", context, status=422)
    messages.success(request, _("%(name)s can no longer sign in.") % {"name": found.name})
    return redirect("people")
