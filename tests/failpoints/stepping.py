"""One step of a walk, and walking: each step reads from the database whether it still has to be done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    done: Callable[[], bool]
    do: Callable[[], object]


def walk(steps: Iterable[Step]) -> None:
    """Do what is not done yet, in order, each step at most once."""
    for step in steps:
        if not step.done():
            step.do()
            if not step.done():
                raise AssertionError(f"a step did not do what it says: {step}")
