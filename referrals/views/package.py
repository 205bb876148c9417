"""A package as the answer to a POST: a neutral name, kept by no cache, opened by no browser."""

from django.http import HttpResponse

from referrals.services.handover import Collected


def download(taken: Collected) -> HttpResponse:
    response = HttpResponse(taken.content, content_type=taken.content_type)
    response["Content-Disposition"] = f'attachment; filename="{taken.name}"'
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
