"""Time a thing many times, next to its ceiling, and say what came out."""

import json
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.db import connections

Act = Callable[[], None]
ROUNDS = 3


@dataclass(frozen=True)
class Sample:
    """Times of single acts in milliseconds, and how many were done a second by all threads together."""

    times: list[float]
    rate: float


@dataclass(frozen=True)
class Result:
    """One line of the bench. `ratio` is value / ceiling; p50, p95 and p99 are milliseconds of the value's acts."""

    name: str
    value: float
    unit: str
    ceiling: float
    ratio: float
    p50: float
    p95: float
    p99: float
    n: int

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    def as_line(self) -> str:
        return (
            f"{self.name:<26} {self.value:>9.1f} {self.unit:<10} ceiling {self.ceiling:>9.1f}  "
            f"ratio {self.ratio:.2f}  p50 {self.p50:.1f}  p95 {self.p95:.1f}  p99 {self.p99:.1f} ms  n {self.n}"
        )


def compare(
    name: str, act: Callable[[], Act], ceiling: Callable[[], Act], *, threads: int, each: int
) -> Result:
    """Alternate the act and its ceiling, and compare the best round of each: noise only ever slows down.

    `act` and `ceiling` make what one thread repeats, so that each thread has its own connection.
    """
    best, top = Sample([], 0.0), Sample([], 0.0)
    for _round in range(ROUNDS):
        best = max(best, sample(act, threads=threads, each=each), key=lambda found: found.rate)
        top = max(top, sample(ceiling, threads=threads, each=each), key=lambda found: found.rate)
    return result(name, "acts/s", best, top.rate)


def result(name: str, unit: str, found: Sample, ceiling: float) -> Result:
    cuts = statistics.quantiles(found.times, n=100) if len(found.times) > 1 else [found.times[0]] * 99
    return Result(
        name=name,
        value=round(found.rate, 2),
        unit=unit,
        ceiling=round(ceiling, 2),
        ratio=round(found.rate / ceiling, 3),
        p50=round(cuts[49], 3),
        p95=round(cuts[94], 3),
        p99=round(cuts[98], 3),
        n=len(found.times),
    )


def sample(make: Callable[[], Act], *, threads: int, each: int) -> Sample:
    """Let `threads` repeat the act `each` times; a failing act fails the bench."""
    times: list[float] = []
    failures: list[BaseException] = []
    ready = threading.Barrier(threads + 1)
    connections.close_all()  # each thread has one of its own, and the pool has few

    def work() -> None:
        try:
            act = make()
            act()
        except BaseException:
            ready.abort()
            raise
        ready.wait()
        try:
            times.extend([_timed(act) for _number in range(each)])
        except BaseException as error:  # noqa: BLE001 - carried to the caller below
            failures.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _number in range(threads)]
    for worker in workers:
        worker.start()
    ready.wait()
    began = time.perf_counter()
    for worker in workers:
        worker.join()
    if failures:
        raise failures[0]
    return Sample(times, len(times) / (time.perf_counter() - began))


def _timed(act: Act) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000
