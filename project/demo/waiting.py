"""Steps that take a moment, and how the demo says what has happened."""

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 45
T = TypeVar("T")
Say = Callable[[str, str, str], None]
"""Print one step: its name, the id it is about, what happened."""


class NotDone(RuntimeError):
    """A step did not happen; the message says which and what to look at."""


def wait(found: Callable[[], T | None], otherwise: str) -> T:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        value = found()
        if value is not None:
            return value
        time.sleep(0.1)
    raise NotDone(otherwise)
