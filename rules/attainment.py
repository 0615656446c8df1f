"""The fast evaluator of figures: the ordinary window recognised at once, ratios compared by cross-multiplication."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeAlias

from rules.criterion import Attainment, Threshold, Weighted, Window
from rules.fact import Figure
from rules.finding import Raw, Status
from rules.salestime import on_leave
from rules.view import FactView
from rules.window import Chosen, periods, summed
from terms.quantity import SCALE, ratio

MET, NOT_MET, UNDETERMINED = Status.MET, Status.NOT_MET, Status.UNDETERMINED
Figures: TypeAlias = tuple[Figure, ...]
Tally: TypeAlias = tuple[int, int]
REACH = 12


def enough(need: int, met: int, failed: int, of: int) -> Status:
    """Returns the status of `need of`, given how many parts are met and how many have failed."""
    if met >= need:
        return MET
    return NOT_MET if failed > of - need else UNDETERMINED


def ordinary(window: Window) -> bool:
    """Returns whether a window is the newest n periods of the calendar for everybody long enough employed."""
    time = window.time
    bounded = window.year or not window.reaches
    return window.unit != "period" and not bounded and time.plain and time.joined_by_day is None


def grid(window: Window) -> Callable[[date], tuple[tuple[date, ...], date]]:
    """Returns, by date, where the window's periods begin on the calendar, newest first; and where the newest ends."""
    fiscal, unit, due = window.time.fiscal, window.unit, timedelta(days=window.time.due_after)

    def run(as_of: date) -> tuple[tuple[date, ...], date]:
        held = fiscal.last(unit, window.last, as_of - due)
        assert held[-1].end is not None
        return tuple([one.start for one in reversed(held)]), held[-1].end

    return run


def chooser(metric: str, window: Window) -> Callable[[FactView, date], Chosen]:
    """Returns the window's own selection: back along the calendar, passing over leave and ramp alone."""
    if not ordinary(window):
        return lambda view, as_of: periods(view, metric, window, as_of)
    size, time = window.last, window.time
    newest, begun = calendar(window), ramp(window)
    transfers, excludes = time.transfer is not None, time.leave == "exclude"

    def run(view: FactView, as_of: date) -> Chosen:
        figures = view.figures.get(metric)
        since = view.since
        if figures is None or since > as_of or (transfers and len(view.spans.get("team", ())) > 1):
            return periods(view, metric, window, as_of)
        begins = {one.start: one for one in figures}
        ramped = date.min if begun is None else begun(view, as_of)
        if ramped == date.max:
            return periods(view, metric, window, as_of)
        leave = excludes and bool(view.spans.get("leave"))
        chosen: list[Figure] = []
        for start, end in newest(as_of):
            if end <= since or start < ramped:
                told = (
                    f"{size - len(chosen)} more expected {window.unit}{'s' if size - len(chosen) > 1 else ''}"
                )
                return Chosen(tuple(chosen[::-1]), size, f"{told} of {metric}")
            one = begins.get(start)
            if one is None or one.end != end:
                one = summed(figures, start, end)
            if leave and on_leave(view, start, end):
                continue
            chosen.append(one)
            if len(chosen) == size:
                return Chosen(tuple(chosen[::-1]), size, "")
        return periods(view, metric, window, as_of)

    return run


def calendar(window: Window) -> Callable[[date], tuple[tuple[date, date], ...]]:
    """Returns the calendar's periods that have ended, newest first, by date: more than windows mostly reach back."""
    fiscal, unit, due = window.time.fiscal, window.unit, timedelta(days=window.time.due_after)
    known: dict[date, tuple[tuple[date, date], ...]] = {}

    def run(as_of: date) -> tuple[tuple[date, date], ...]:
        found = known.get(as_of)
        if found is None:
            held = fiscal.last(unit, window.last + REACH, as_of - due)
            found = known[as_of] = tuple(
                (one.start, one.end) for one in reversed(held) if one.end is not None
            )
        return found

    return run


def ramp(window: Window) -> Callable[[FactView, date], date] | None:
    """Returns from which day somebody is fully ramped (never, where it is not known), or None where none asks."""
    if not window.fully_ramped:
        return None
    time, ends = window.time, dict[date, date]()
    held = time.ramp
    assert held is not None

    def run(view: FactView, as_of: date) -> date:
        since = view.since
        if held.since != "employment" or since > as_of:
            return time.ramped(view, as_of) or date.max
        end = ends.get(since)
        if end is None:
            end = ends[since] = held.end(since)
        return end

    return run


def attainment(criterion: Attainment) -> Callable[[FactView, date], Raw]:
    """Returns the fast evaluator of a criterion on figures."""
    over = criterion.over
    twice = replace(over, last=2 * over.last) if criterion.form == "trend" else over
    choose, judge = chooser(criterion.metric, twice), judging(criterion)

    def run(view: FactView, as_of: date) -> Raw:
        held = choose(view, as_of)
        return (criterion, judge(held), held, ())

    return run


def judging(criterion: Attainment) -> Callable[[Chosen], Status]:
    """Returns what tells a criterion's status from the periods chosen."""
    if criterion.form == "trend":
        judge = _trend(criterion)
    else:
        judge = _whole(criterion) if criterion.form in ("cumulative", "mean") else _counted(criterion)
    if criterion.floor is None:
        return judge
    below = _tally(criterion, criterion.floor)

    def floored(held: Chosen) -> Status:
        met, failed = below(held.figures)
        return both(judge(held), enough(held.wanted, met, failed, held.wanted))

    return floored


def both(left: Status, right: Status) -> Status:
    """Returns Kleene's `and` of two statuses."""
    if left is NOT_MET or right is NOT_MET:
        return NOT_MET
    return MET if left is MET and right is MET else UNDETERMINED


def _tally(criterion: Attainment, bound: Threshold) -> Callable[[Figures], Tally]:
    """Returns a counter of the periods that reach a bound and of those that do not."""
    micros, strict = bound.micros, bound.strict
    unit = bound.unit if bound.unit == criterion.bound.unit else None
    blank = 1 if criterion.over.missing else 0
    if not criterion.ratio:

        def amounts(chosen: Figures) -> Tally:
            met = failed = 0
            for one in chosen:
                actual = one.actual
                if actual is None or one.unit != unit:
                    failed += blank
                elif actual > micros or (actual == micros and not strict):
                    met += 1
                else:
                    failed += 1
            return met, failed

        return amounts
    capped = criterion.cap is not None and (criterion.cap < micros or (strict and criterion.cap == micros))
    variance = criterion.form == "variance" and bound is criterion.bound

    def ratios(chosen: Figures) -> Tally:
        met = failed = 0
        for one in chosen:
            actual, target = one.actual, one.target
            if actual is None or target is None or target <= 0:
                failed += blank
                continue
            left, right = (abs(actual - target) if variance else actual) * SCALE, micros * target
            if variance:
                left, right = right, left
            if not capped and (left > right or (left == right and not strict)):
                met += 1
            else:
                failed += 1
        return met, failed

    return ratios


def _counted(criterion: Attainment) -> Callable[[Chosen], Status]:
    count = _tally(criterion, criterion.bound)
    fixed = 1 if criterion.form == "max" else criterion.count

    def run(held: Chosen) -> Status:
        met, failed = count(held.figures)
        return enough(fixed or held.wanted, met, failed, held.wanted)

    return run


def _ratios(chosen: Figures, cap: int | None) -> tuple[int, int] | None:
    """Returns capped actuals at scale 10^12 over targets at 10^6, both summed; None where a side is not known."""
    above = below = 0
    for one in chosen:
        actual, target = one.actual, one.target
        if actual is None or target is None or target <= 0:
            return None
        left = actual * SCALE
        above += left if cap is None else min(left, cap * target)
        below += target
    return above, below


def _alike(chosen: Figures) -> bool:
    return all(one.unit == chosen[0].unit for one in chosen)


def _blank(criterion: Attainment, chosen: Figures) -> Status:
    """Returns what a whole that is not known comes to: a blank fails where the policy says so."""
    if not criterion.over.missing:
        return UNDETERMINED
    for one in chosen:
        if criterion.ratio:
            known = one.actual is not None and one.target is not None and one.target > 0
        else:
            known = (one.actual is not None and criterion.form in ("trend",)) or (
                one.actual is not None and one.unit == criterion.bound.unit
            )
        if not known:
            return NOT_MET
    return UNDETERMINED


def _compare(left: int, right: int, strict: bool) -> Status:
    return MET if left > right or (left == right and not strict) else NOT_MET


def _whole(criterion: Attainment) -> Callable[[Chosen], Status]:
    cap, bound = criterion.cap, criterion.bound
    micros, strict = bound.micros, bound.strict

    def amounts(held: Chosen) -> Status:
        chosen = held.figures
        if len(chosen) < held.wanted or any(one.actual is None or one.unit != bound.unit for one in chosen):
            return _blank(criterion, chosen)
        total = sum(one.actual for one in chosen if one.actual is not None)
        return _compare(total, micros * (held.wanted if criterion.form == "mean" else 1), strict)

    def ratios(held: Chosen) -> Status:
        sides = _ratios(held.figures, cap)
        if sides is None or len(held.figures) < held.wanted or not _alike(held.figures):
            return _blank(criterion, held.figures)
        return _compare(sides[0], micros * sides[1], strict)

    def means(held: Chosen) -> Status:
        chosen = held.figures
        values = [_ratios((one,), cap) for one in chosen]
        if None in values or len(chosen) < held.wanted or not _alike(chosen):
            return _blank(criterion, chosen)
        total = sum(ratio(one[0], one[1] * SCALE) for one in values if one is not None)
        return _compare(total, micros * held.wanted, strict)

    if not criterion.ratio:
        return amounts
    return ratios if criterion.form == "cumulative" else means


def _trend(criterion: Attainment) -> Callable[[Chosen], Status]:
    n, cap, bound = criterion.over.last, criterion.cap, criterion.bound

    def ratios(held: Chosen) -> Status:
        chosen = held.figures
        before, last = _ratios(chosen[:n], cap), _ratios(chosen[n:], cap)
        if before is None or last is None or len(chosen) < 2 * n or not _alike(chosen):
            return _blank(criterion, chosen)
        growth = ratio(last[0], last[1] * SCALE) - ratio(before[0], before[1] * SCALE)
        return _compare(growth, bound.micros, bound.strict)

    def amounts(held: Chosen) -> Status:
        chosen = held.figures
        if len(chosen) < 2 * n or not _alike(chosen) or any(one.actual is None for one in chosen):
            return _blank(criterion, chosen)
        actuals = [one.actual or 0 for one in chosen]
        before, last = sum(actuals[:n]), sum(actuals[n:])
        if before <= 0:
            return UNDETERMINED
        return _compare((last - before) * SCALE, bound.micros * before, bound.strict)

    return ratios if criterion.ratio else amounts


def weighted(criterion: Weighted) -> Callable[[FactView, date], Raw]:
    """Returns the fast evaluator of weighted components."""
    choosers = tuple(chooser(one.metric, criterion.over) for one in criterion.components)
    judge = weighing(criterion)

    def run(view: FactView, as_of: date) -> Raw:
        rows = tuple([choose(view, as_of) for choose in choosers])
        return (criterion, judge(rows), (rows, rows[0].wanted, rows[0].lacking), ())

    return run


def weigh(criterion: Weighted, columns: tuple[Figures, ...]) -> int | None:
    """Returns each component's ratio over some periods, capped, quantised and weighted, at scale 10^12."""
    total = 0
    for one, held in zip(criterion.components, columns, strict=True):
        sides = _ratios(held, one.cap)
        if sides is None:
            return None
        total += one.weight * ratio(sides[0], sides[1] * SCALE)
    return total


def weighing(criterion: Weighted) -> Callable[[tuple[Chosen, ...]], Status]:
    """Returns what tells a weighted criterion's status from the periods chosen of each component."""
    bound, form, fails = criterion.bound, criterion.form, criterion.over.missing

    def tally(values: list[int | None], held: Threshold) -> Tally:
        met = failed = 0
        for one in values:
            if one is None:
                failed += fails
            elif one > held.micros * SCALE or (one == held.micros * SCALE and not held.strict):
                met += 1
            else:
                failed += 1
        return met, failed

    def main(rows: tuple[Chosen, ...], values: list[int | None], wanted: int) -> Status:
        if form not in ("cumulative", "mean"):
            met, failed = tally(values, bound)
            return enough(1 if form == "max" else criterion.count or wanted, met, failed, wanted)
        if None in values or len(values) < wanted or not values:
            return NOT_MET if fails and None in values else UNDETERMINED
        if form == "mean":
            total = sum(one for one in values if one is not None)
            return _compare(total, bound.micros * SCALE * wanted, bound.strict)
        together = weigh(criterion, tuple([one.figures for one in rows]))
        assert together is not None
        return _compare(together, bound.micros * SCALE, bound.strict)

    def run(rows: tuple[Chosen, ...]) -> Status:
        wanted = rows[0].wanted
        values = [
            weigh(criterion, tuple([(row.figures[n],) for row in rows])) for n in range(len(rows[0].figures))
        ]
        status = main(rows, values, wanted)
        if criterion.floor is not None:
            met, failed = tally(values, criterion.floor)
            status = both(status, enough(wanted, met, failed, wanted))
        return status

    return run
