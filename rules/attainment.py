"""The fast evaluator of figures: windows chosen backwards, ratios compared by cross-multiplication."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from rules.criterion import Attainment, Threshold, Window
from rules.fact import FactView, Figure
from rules.finding import Raw, Status
from rules.window import LENGTHS, on_leave, ramp_end
from terms.calendar import add_months
from terms.quantity import SCALE, ratio

MET, NOT_MET, UNDETERMINED = Status.MET, Status.NOT_MET, Status.UNDETERMINED


def enough(need: int, met: int, failed: int, of: int) -> Status:
    """Returns the status of `need of`, given how many parts are met and how many have failed."""
    if met >= need:
        return MET
    return NOT_MET if failed > of - need else UNDETERMINED


def _chooser(metric: str, window: Window) -> Callable[[FactView, date], tuple[tuple[Figure, ...], str]]:
    """Returns the window's own selection: the newest n periods where they all fit, else one by one backwards."""
    last, unit = window.last, window.unit
    shortest, longest = LENGTHS.get(unit, (0, 1 << 30))
    ramped, skip_leave = window.fully_ramped, window.skip_leave
    begin = ramp(window)

    def run(view: FactView, as_of: date) -> tuple[tuple[Figure, ...], str]:
        figures = view.figures.get(metric, ())
        begun = date.min
        if ramped:
            found = begin(view, as_of)
            if found is None:
                return (), f"when the ramp began: no {window.ramp_from} start is known"
            begun = found
        away = skip_leave and view.spans.get("leave")
        if not away and len(figures) >= last and figures[-1].end <= as_of:
            tail = figures[-last:]
            for one in tail:
                if one.start < begun or one.days > longest or one.days < shortest:
                    break
            else:
                return tail, ""
        chosen: list[Figure] = []
        for one in reversed(figures):
            if one.end > as_of or one.start < begun or not shortest <= one.days <= longest:
                continue
            if away and on_leave(view, one):
                continue
            chosen.append(one)
            if len(chosen) == last:
                return tuple(chosen[::-1]), ""
        lacking = last - len(chosen)
        told = f"{lacking} more expected {unit}{'s' if lacking > 1 else ''} of {metric}"
        return tuple(chosen[::-1]), told

    return run


def ramp(window: Window) -> Callable[[FactView, date], date | None]:
    """Returns from which day somebody is fully ramped; the end of a ramp is worked out once per start."""
    kind, months, ends = window.ramp_from, window.ramp_months, dict[date, date]()

    def run(view: FactView, as_of: date) -> date | None:
        spans = view.spans.get(kind)
        if not spans or len(spans) > 1 or spans[0].start > as_of:
            return ramp_end(view, window, as_of)
        first = spans[0].start
        end = ends.get(first)
        if end is None:
            end = ends[first] = add_months(first, months)
        return end

    return run


def attainment(criterion: Attainment) -> Callable[[FactView, date], Raw]:
    """Returns the fast evaluator of a criterion on figures."""
    choose = _chooser(criterion.metric, criterion.over)
    judge = _whole(criterion) if criterion.form in ("cumulative", "mean") else _counted(criterion)
    last = criterion.over.last
    if criterion.floor is None:

        def run(view: FactView, as_of: date) -> Raw:
            held = choose(view, as_of)
            return (criterion, judge(held[0]), held, ())

        return run
    below = _tally(criterion, criterion.floor)

    def run_floored(view: FactView, as_of: date) -> Raw:
        held = choose(view, as_of)
        status = judge(held[0])
        met, failed = below(held[0])
        floor = enough(last, met, failed, last)
        if status is NOT_MET or floor is NOT_MET:
            return (criterion, NOT_MET, held, ())
        if status is UNDETERMINED or floor is UNDETERMINED:
            return (criterion, UNDETERMINED, held, ())
        return (criterion, MET, held, ())

    return run_floored


def _tally(criterion: Attainment, bound: Threshold) -> Callable[[tuple[Figure, ...]], tuple[int, int]]:
    """Returns a counter of the periods that reach a bound and of those that do not."""
    micros, strict, unit = bound.micros, bound.strict, bound.unit
    if not criterion.ratio:

        def amounts(chosen: tuple[Figure, ...]) -> tuple[int, int]:
            met = failed = 0
            for one in chosen:
                actual = one.actual
                if actual is None or one.unit != criterion.bound.unit or one.unit != unit:
                    continue
                if actual > micros or (actual == micros and not strict):
                    met += 1
                else:
                    failed += 1
            return met, failed

        return amounts
    capped = criterion.cap is not None and (criterion.cap < micros or (strict and criterion.cap == micros))

    def ratios(chosen: tuple[Figure, ...]) -> tuple[int, int]:
        met = failed = 0
        for one in chosen:
            actual, target = one.actual, one.target
            if actual is None or target is None or target <= 0:
                continue
            left, right = actual * SCALE, micros * target
            if not capped and (left > right or (left == right and not strict)):
                met += 1
            else:
                failed += 1
        return met, failed

    return ratios


def _counted(criterion: Attainment) -> Callable[[tuple[Figure, ...]], Status]:
    count = _tally(criterion, criterion.bound)
    last = criterion.over.last
    need = {"max": 1, "count": criterion.count}.get(criterion.form, last)

    def run(chosen: tuple[Figure, ...]) -> Status:
        met, failed = count(chosen)
        return enough(need, met, failed, last)

    return run


def _whole(criterion: Attainment) -> Callable[[tuple[Figure, ...]], Status]:
    last, cap, bound = criterion.over.last, criterion.cap, criterion.bound
    micros, strict = bound.micros, bound.strict

    def compare(left: int, right: int) -> Status:
        return MET if left > right or (left == right and not strict) else NOT_MET

    def amounts(chosen: tuple[Figure, ...]) -> Status:
        if len(chosen) < last:
            return UNDETERMINED
        total = 0
        for one in chosen:
            if one.actual is None or one.unit != bound.unit:
                return UNDETERMINED
            total += one.actual
        return compare(total, micros * (last if criterion.form == "mean" else 1))

    def ratios(chosen: tuple[Figure, ...]) -> Status:
        if len(chosen) < last:
            return UNDETERMINED
        above = below = 0
        unit = chosen[0].unit
        for one in chosen:
            actual, target = one.actual, one.target
            if actual is None or target is None or target <= 0 or one.unit != unit:
                return UNDETERMINED
            left = actual * SCALE
            above += left if cap is None else min(left, cap * target)
            below += target
        return compare(above, micros * below)

    def means(chosen: tuple[Figure, ...]) -> Status:
        if len(chosen) < last:
            return UNDETERMINED
        total = 0
        unit = chosen[0].unit
        for one in chosen:
            actual, target = one.actual, one.target
            if actual is None or target is None or target <= 0 or one.unit != unit:
                return UNDETERMINED
            if cap is not None and actual * SCALE > cap * target:
                actual, target = cap, SCALE
            total += ratio(actual, target)
        return compare(total, micros * last)

    if not criterion.ratio:
        return amounts
    return ratios if criterion.form == "cumulative" else means
