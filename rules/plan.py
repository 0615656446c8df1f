"""What a compiled move works out once for a date and a shape of facts: days, and where the windows' values stand.

People of one shape (`rules.layout`) have the same periods and cycles, so a window is chosen for all of them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, TypeAlias

from rules.attainment import grid
from rules.criterion import Window
from rules.layout import NOTHING, Shape
from rules.salestime import Ramp
from terms.calendar import months_between

Planned: TypeAlias = Callable[[date, Shape], object]
Plan: TypeAlias = tuple[object, ...]
Plans: TypeAlias = dict[date, dict[Shape, Plan]]

DATES, SHAPES = 400, 4000  # dates, and shapes of each, whose plans are kept ready at once


def planner(
    makers: Sequence[Planned], windows: Mapping[int, Planned]
) -> Callable[[Plans, date, Shape], Plan]:
    """Returns what makes and keeps the plan of a date and a shape: what each maker gives, then each node's window."""

    def run(held: Plans, on: date, shape: Shape) -> Plan:
        if len(held) > DATES:
            held.clear()
        plans = held.setdefault(on, {})
        if len(plans) > SHAPES:
            plans.clear()
        chosen = {n: make(on, shape) for n, make in windows.items()}
        plans[shape] = found = (*[make(on, shape) for make in makers], chosen)
        return found

    return run


def chooser(metric: str, over: Window) -> Callable[[date, Shape], tuple[Any, ...]]:
    """Returns, by date and shape, where a window's values stand.

    The place of the number of sound periods; how many must be; the slice of the figures on file; then the places of
    each period's actual and target, newest first. Where the periods on file are not the calendar's, no number suffices.
    """
    windows = grid(over)

    @lru_cache(maxsize=SHAPES)
    def run(on: date, shape: Shape) -> tuple[Any, ...]:
        starts, end = windows(on)
        place, held = shape.metrics.get(metric, (NOTHING, ()))
        newest = held[:-1]
        for skip in range(len(newest) - over.last + 1):
            ends = newest[skip - 1] if skip else held[-1]
            if newest[skip : skip + over.last] == starts and ends == end:
                first = place + 1 + 2 * skip
                window = slice(-skip - over.last, -skip or None)
                return (place, skip + over.last, window, *range(first, first + 2 * over.last))
        return (NOTHING, 1, None, *[NOTHING] * (2 * over.last))

    return run


def scored(row: tuple[str, str], k: int) -> Planned:
    """Returns the place of a competency's number of sound scores, or of its k-th newest; none before a cycle's end."""

    def run(on: date, shape: Shape) -> int:
        at = shape.rows.get(row)
        return NOTHING if at is None or shape.over > on else at + k

    return run


def joined_by(ramp: Ramp, begins: date) -> date:
    """Returns the last day on which somebody fully ramped on a day may have joined."""
    found = begins
    while ramp.end(found) > begins:
        found -= timedelta(days=1)
    return found


def begun_by(months: int, on: date) -> date:
    """Returns the last day from which there are so many whole months up to a date."""
    found = on - timedelta(days=months * 28)
    while months_between(found, on) < months:
        found -= timedelta(days=1)
    return found
