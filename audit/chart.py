"""Entries a day as a drawing: where each bar stands. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

DAYS = 14
WIDTH, BASE, TALLEST = 308, 92, 66
STEP = WIDTH // DAYS
BAR = 14


@dataclass(frozen=True)
class Bar:
    day: date
    number: int
    x: int
    y: int
    height: int
    labelled: bool

    @property
    def middle(self) -> int:
        return self.x + BAR // 2

    @property
    def above(self) -> int:
        return self.y - 5


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    highest: Bar
    lowest: Bar
    width: int = WIDTH
    bar_width: int = BAR


def days_until(last: date) -> list[date]:
    """The days of the chart, oldest first."""
    return [last - timedelta(days=back) for back in reversed(range(DAYS))]


def draw(counts: dict[date, int], last: date) -> Chart:
    """One bar a day. Only the highest and the last carry their number, so that numbers never touch."""
    days = days_until(last)
    most = max(*(counts.get(day, 0) for day in days), 1)
    top = max(days, key=lambda day: counts.get(day, 0))
    bars = [_bar(place, day, counts.get(day, 0), most, day in {top, last}) for place, day in enumerate(days)]
    return Chart(bars, max(bars, key=_number), min(bars, key=_number))


def _bar(place: int, day: date, number: int, most: int, labelled: bool) -> Bar:
    height = round(TALLEST * number / most)
    return Bar(day, number, place * STEP + (STEP - BAR) // 2, BASE - height, height, labelled)


def _number(bar: Bar) -> int:
    return bar.number
