"""How the cost of a text grows with its length: a ratio of two measures of the same run, so load does not matter."""

import time
from collections.abc import Callable

PARTS = 8
LINEAR, ROOM = PARTS, 3
"""Eight times the text may cost eight times as much, with room for noise; a quadratic cost is 64 times as much."""
TOO_SMALL = 0.0005


def grows_like_its_length(work: Callable[[str], object], text: str) -> bool:
    """Whether the whole text costs little more than its parts together."""
    part = max(_cost(work, text[: len(text) // PARTS]), TOO_SMALL)
    return _cost(work, text) < part * LINEAR * ROOM


def _cost(work: Callable[[str], object], text: str) -> float:
    """Processor seconds, the best of five."""
    spent = []
    for _ in range(5):
        begin = time.process_time()
        work(text)
        spent.append(time.process_time() - begin)
    return min(spent)
