"""Which expected periods a window holds: the last n that were due by the date, whether or not a figure is on file.

A unit of the fiscal calendar says which periods are due: those in which the person was employed. Ramp, transfer
and leave pass periods over where the policy says so. A period that is due and has no figure stays in the window,
unknown; a window never reaches past it to an older row. With `period`, the periods of the facts are those expected
(`rules.continuation` fills their holes). A period without a figure of its own takes the sum of shorter ones that fill
it exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from rules.criterion import Window
from rules.fact import Figure
from rules.salestime import SalesTime, on_leave
from rules.view import FactView
from terms.fiscal import MONTHS_IN
from terms.quantity import SCALE, ratio


class Chosen(NamedTuple):
    """Holds a window's periods, oldest first; how many it should have; what keeps it short (empty: nothing)."""

    figures: tuple[Figure, ...]
    wanted: int
    lacking: str


def periods(view: FactView, metric: str, window: Window, as_of: date) -> Chosen:
    """Returns the periods of a window on a date."""
    time = window.time
    begun = date.min
    if window.fully_ramped:
        ramped = time.ramped(view, as_of)
        if ramped is None:
            assert time.ramp is not None
            return Chosen((), window.last, f"when the ramp began: no {time.ramp.since} start is known")
        begun = ramped
    by = as_of - timedelta(days=time.due_after)
    if window.year or not window.reaches:
        return _bounded(view, metric, window, by, begun)
    chosen: list[Figure] = []
    for one in _due(view, metric, window, by, begun):
        counted = _counted(view, one, window, begun, as_of)
        if counted is not None:
            chosen.append(counted)
        if len(chosen) == window.last:
            break
    short = window.last - len(chosen)
    told = f"{short} more expected {window.unit}{'s' if short > 1 else ''} of {metric}" if short else ""
    return Chosen(tuple(reversed(chosen)), window.last, told)


def _bounded(view: FactView, metric: str, window: Window, by: date, begun: date) -> Chosen:
    """Returns the periods of a fiscal year, or the last n without reaching back, that are not passed over."""
    fiscal = window.time.fiscal
    if window.year:
        year = fiscal.period("year", fiscal.index("year", by) - (window.year == "last"))
        start, end = year.start, year.end or by
        where = f"in the {window.year} fiscal year"
    else:
        start, end = fiscal.last(window.unit, window.last, by)[0].start, by
        where = f"in the last {window.last} {window.unit}s"
    chosen: list[Figure] = []
    for one in _due(view, metric, window, by, max(begun, start)):
        counted = _counted(view, one, window, begun, by) if one.end <= end else None
        if counted is not None:
            chosen.append(counted)
    told = "" if chosen else f"an expected {window.unit} of {metric} {where}"
    return Chosen(tuple(reversed(chosen)), max(1, len(chosen)), told)


def _due(view: FactView, metric: str, window: Window, by: date, begun: date) -> Iterator[Figure]:
    """Yields the periods in which a figure is due, newest first; a blank one where nothing is on file."""
    held = view.figures.get(metric, ())
    if window.unit == "period":
        yield from (one for one in reversed(held) if one.end <= by)
        return
    fiscal = window.time.fiscal
    employed = view.spans.get("employment", ())
    earliest = min((one.start for one in employed), default=date.min)
    exact = {(one.start, one.end): one for one in held}
    index = fiscal.ended(window.unit, by)
    while True:
        period = fiscal.period(window.unit, index)
        start, end = period.start, period.end
        assert end is not None
        if end <= earliest or start < begun:
            return
        if not employed or _employed(view, window.time, start, end):
            yield exact.get((start, end)) or summed(held, start, end)
        index -= 1
        if start.year < 1900:
            return


def _employed(view: FactView, time: SalesTime, start: date, end: date) -> bool:
    """Returns whether somebody was employed in a period, and had joined it by the policy's day."""
    for one in view.spans["employment"]:
        if one.start < end and (one.end is None or one.end > start):
            late = time.joined_by_day is not None and (one.start - start).days >= time.joined_by_day
            if not late:
                return True
    return False


def summed(held: tuple[Figure, ...], start: date, end: date) -> Figure:
    """Returns the sum of the shorter periods that fill [start, end) exactly; a blank where they do not.

    Amounts of unlike units are no sum, so they leave a blank too.
    """
    inside = sorted((one for one in held if start <= one.start and one.end <= end), key=lambda one: one.start)
    filled = inside and inside[0].start == start and inside[-1].end == end
    gap = any(one.end != after.start for one, after in pairwise(inside))
    if not filled or gap or len({one.unit for one in inside}) > 1:
        return Figure(start, end, None, None, "")
    sides = [[one.actual for one in inside], [one.target for one in inside]]
    actual, target = (None if None in side else sum(one for one in side if one is not None) for side in sides)
    return Figure(
        start, end, actual, target, inside[0].unit, "+".join(one.source for one in inside if one.source)
    )


def _counted(view: FactView, one: Figure, window: Window, begun: date, as_of: date) -> Figure | None:
    """Returns a period as it counts, its target scaled where the policy says so; None where it is passed over."""
    time = window.time
    if one.start < begun or (time.leave == "exclude" and on_leave(view, one.start, one.end)):
        return None
    if window.fully_ramped and time.transferred(view, one.start, one.end):
        return None
    if time.plain:
        return one
    share = time.share(view, one.start, one.end, as_of)
    if share == 0:
        return None
    if share == SCALE or one.target is None:
        return one
    return replace(one, target=ratio(one.target * share, SCALE * SCALE), full=one.target)


UNITS = (*MONTHS_IN, "period")
