"""The reference evaluator's reckoning of figures: exact fractions, no shortcuts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from rules.criterion import Attainment, Threshold, Weighted
from rules.fact import Figure
from rules.finding import Finding, Status, at_least, conjunction
from rules.view import FactView
from rules.window import Chosen, periods
from terms.quantity import SCALE, ratio


def holds(value: Fraction | None, bound: Threshold) -> Status:
    """Returns whether a value reaches a bound; undetermined where it is not known."""
    if value is None:
        return Status.UNDETERMINED
    limit = Fraction(bound.micros, SCALE)
    return Status.MET if value > limit or (value == limit and not bound.strict) else Status.NOT_MET


def _value(figure: Figure, criterion: Attainment) -> Fraction | None:
    """Returns what a period counts: actual over target, capped; or the actual amount; None where unknown."""
    if figure.actual is None:
        return None
    if not criterion.ratio:
        fits = criterion.form == "trend" or figure.unit == criterion.bound.unit
        return Fraction(figure.actual, SCALE) if fits else None
    if figure.target is None or figure.target <= 0:
        return None
    value = Fraction(figure.actual, figure.target)
    return value if criterion.cap is None else min(value, Fraction(criterion.cap, SCALE))


def attainment(criterion: Attainment, view: FactView, as_of: date) -> Finding:
    """Returns the finding of a criterion on one metric."""
    if criterion.form == "trend":
        return _trend(criterion, view, as_of)
    chosen = periods(view, criterion.metric, criterion.over, as_of)
    values = [_value(one, criterion) for one in chosen.figures]
    if criterion.form == "variance":
        each = [_within(one, criterion) for one in chosen.figures]
        status = _counted(criterion, chosen, each, criterion.count or chosen.wanted)
    elif criterion.form in ("cumulative", "mean"):
        whole = _whole(criterion, chosen, values)
        status = _settled(criterion, chosen, holds(whole, criterion.bound), None in values)
    else:
        need = {"max": 1, "count": criterion.count}.get(criterion.form, chosen.wanted)
        each = [holds(one, criterion.bound) for one in values]
        status = _counted(criterion, chosen, each, need)
    if criterion.floor is not None:
        fits = [criterion.ratio or one.unit == criterion.floor.unit for one in chosen.figures]
        known = [one if fit else None for one, fit in zip(values, fits, strict=True)]
        above = [holds(one, criterion.floor) for one in known]
        status = conjunction((status, _counted(criterion, chosen, above, chosen.wanted)))
    return Finding(criterion, status, chosen)


def _counted(criterion: Attainment | Weighted, chosen: Chosen, each: list[Status], need: int) -> Status:
    """Returns the status of `need` periods; one without a figure is unknown, or fails where the policy says so."""
    met = sum(one is Status.MET for one in each)
    unknown = sum(one is Status.UNDETERMINED for one in each)
    if criterion.over.missing:
        unknown = 0
    return at_least(need, met, unknown + chosen.wanted - len(each))


def _settled(criterion: Attainment | Weighted, chosen: Chosen, status: Status, blank: bool) -> Status:
    fails = criterion.over.missing and blank and status is Status.UNDETERMINED
    return Status.NOT_MET if fails else status


def _within(figure: Figure, criterion: Attainment) -> Status:
    if figure.actual is None or figure.target is None or figure.target <= 0:
        return Status.UNDETERMINED
    off = abs(Fraction(figure.actual, figure.target) - 1)
    limit = Fraction(criterion.bound.micros, SCALE)
    return Status.MET if off < limit or (off == limit and not criterion.bound.strict) else Status.NOT_MET


def _trend(criterion: Attainment, view: FactView, as_of: date) -> Finding:
    n = criterion.over.last
    chosen = periods(view, criterion.metric, replace(criterion.over, last=2 * n), as_of)
    values = [_value(one, criterion) for one in chosen.figures]
    halves = [
        _whole(criterion, Chosen(chosen.figures[at], n, ""), values[at])
        for at in (slice(0, n), slice(n, 2 * n))
    ]
    if None in halves or len({one.unit for one in chosen.figures}) > 1:
        return Finding(criterion, _settled(criterion, chosen, Status.UNDETERMINED, None in values), chosen)
    before, last = (one or Fraction() for one in halves)
    if not criterion.ratio:
        growth = (last - before) / before if before > 0 else None
    else:
        growth = Fraction(_quantised(last) - _quantised(before), SCALE)
    return Finding(criterion, holds(growth, criterion.bound), chosen)


def _quantised(value: Fraction) -> int:
    return ratio(value.numerator, value.denominator)


def _whole(criterion: Attainment, chosen: Chosen, values: list[Fraction | None]) -> Fraction | None:
    known = [one for one in values if one is not None]
    held = chosen.figures
    if len(known) < chosen.wanted or not known or len({one.unit for one in held}) > 1:
        return None
    if criterion.form == "mean":
        if criterion.ratio:
            return Fraction(sum(_quantised(one) for one in known), len(known) * SCALE)
        return sum(known, Fraction()) / len(known)
    if not criterion.ratio:
        return sum(known, Fraction())
    targets = [one.target or 0 for one in held]
    return sum((v * t for v, t in zip(known, targets, strict=True)), Fraction()) / sum(targets)


def weighted(criterion: Weighted, view: FactView, as_of: date) -> Finding:
    """Returns the finding of a criterion on weighted components."""
    rows = tuple(periods(view, one.metric, criterion.over, as_of) for one in criterion.components)
    wanted = max(one.wanted for one in rows)
    size = len(rows[0].figures)
    columns = [
        [_part(one.cap, figure) for figure in row.figures]
        for one, row in zip(criterion.components, rows, strict=True)
    ]
    weights = [Fraction(one.weight, SCALE) for one in criterion.components]
    values = [_weigh(weights, parts) for parts in zip(*columns, strict=True)]
    lacking = next((one.lacking for one in rows if one.lacking), "")
    every = Chosen(rows[0].figures, wanted, lacking)
    if criterion.form == "cumulative":
        total: Fraction | None = None
        if None not in values and size == wanted:
            held = zip(criterion.components, rows, strict=True)
            total = _weigh(weights, tuple(_together(one.cap, row.figures) for one, row in held))
        status = _settled(criterion, every, holds(total, criterion.bound), None in values)
    elif criterion.form == "mean":
        known = [one for one in values if one is not None]
        mean = sum(known, Fraction()) / size if size == wanted and len(known) == size and size else None
        status = _settled(criterion, every, holds(mean, criterion.bound), None in values)
    else:
        need = {"max": 1, "count": criterion.count}.get(criterion.form, wanted)
        status = _counted(criterion, every, [holds(one, criterion.bound) for one in values], need)
    if criterion.floor is not None:
        above = [holds(one, criterion.floor) for one in values]
        status = conjunction((status, _counted(criterion, every, above, wanted)))
    return Finding(criterion, status, (rows, wanted, lacking))


def _weigh(weights: list[Fraction], parts: tuple[Fraction | None, ...]) -> Fraction | None:
    """Returns components' ratios, each quantised, weighted and added; None where one is not known."""
    total = Fraction()
    for weight, part in zip(weights, parts, strict=True):
        if part is None:
            return None
        total += weight * Fraction(_quantised(part), SCALE)
    return total


def _part(cap: int | None, figure: Figure) -> Fraction | None:
    if figure.actual is None or figure.target is None or figure.target <= 0:
        return None
    value = Fraction(figure.actual, figure.target)
    return value if cap is None else min(value, Fraction(cap, SCALE))


def _together(cap: int | None, figures: tuple[Figure, ...]) -> Fraction:
    """Returns capped actuals over targets, both summed."""
    held = [(_part(cap, one) or Fraction(), one.target or 0) for one in figures]
    return sum((value * target for value, target in held), Fraction()) / sum(target for _, target in held)
