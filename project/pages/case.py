"""The page of one case, put together from the panels of the packages that know something about it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from intake import panels as intake
from intake.policies import access_case
from referrals import panels as referrals


def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    person: Any = request.user
    found = access_case(person, case_id, to="intake.read_case")
    cards = referrals.case_panels(person, found, request)
    context = intake.case_page(person, found) | {
        "main_panels": [card.html for card in cards if card.place == "main"],
        "aside_panels": [card.html for card in cards if card.place == "aside"],
        "now": timezone.now(),
    }
    return render(request, "desk/case.html", context)
