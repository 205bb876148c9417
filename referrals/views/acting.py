"""What the desk's doors to referrals share: who acts, and whether a form was well-formed and its verb agreed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from audit.acts import Refusal
from audit.log import Actor


def actor_of(request: HttpRequest) -> Actor:
    person: Any = request.user
    actor: Actor = person.actor
    return actor


def done(form: Any, act: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether the form was well-formed and the verb agreed; otherwise the form says why not."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, str(refusal.sentence))
        return False
    return True


def tried(request: HttpRequest, act: Callable[[], Any], sentence: str) -> None:
    """Do it and say so, or say why not."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
        return
    messages.success(request, sentence)
