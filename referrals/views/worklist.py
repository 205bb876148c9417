"""The desk's door to everything that waits for a person after sending."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from referrals.services.worklist import worklist as waiting_for


@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    return render(request, "referrals/worklist.html", {"list": waiting_for(request.user)})
