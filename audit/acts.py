"""The one shape of a verb: one transaction, and in it the entries it declared."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction
from django.utils.functional import Promise

from audit import failpoints

P = ParamSpec("P")
R = TypeVar("R")

_declared: ContextVar[frozenset[str]] = ContextVar("declared", default=frozenset())
VERBS: dict[str, frozenset[str]] = {}
"""Every verb of the product, and what it may write to the log. Tests walk it."""


class Refusal(Exception):
    """A verb says no. `sentence` is shown to the person: what is so, and what they can do."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class Undeclared(RuntimeError):
    """An entry was appended outside a verb, or one that the verb did not declare."""


def verb(*actions: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Run the function in one durable transaction; it may append entries of these actions only."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        name = f"{function.__module__.split('.')[0]}.{function.__name__}"
        VERBS[name] = frozenset(actions)

        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            with act(name, VERBS[name]):
                return function(*args, **kwargs)

        return run

    return decorate


@contextmanager
def act(name: str, actions: frozenset[str]) -> Iterator[None]:
    """One durable transaction in which entries of these actions may be appended."""
    with transaction.atomic(durable=True), _declaring(actions):
        yield
        failpoints.hit(f"{name}.before_commit")
    failpoints.hit(f"{name}.after_commit")


def require_declared(action: str) -> None:
    if action not in _declared.get():
        raise Undeclared(f"{action} is not declared by the running verb")


@contextmanager
def _declaring(actions: frozenset[str]) -> Iterator[None]:
    token = _declared.set(actions)
    try:
        yield
    finally:
        _declared.reset(token)
