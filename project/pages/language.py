"""The front of the public door: the language a browser asks for. The choice is in the path; nothing is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def pick(request: HttpRequest) -> HttpResponse:
    """Go to the start page in the language that Accept-Language names, by way of the locale middleware."""
    return redirect("start")
