"""Findings on figures as JSON: what was required and observed, each period's arithmetic, the gap, what is missing.

A ratio is rounded half to even at six places for show; where that would show a bound as reached that is not
(or the other way round) the last place tells the truth.
"""

from __future__ import annotations

from typing import Any

from rules.attainment import weigh
from rules.criterion import Attainment, Component, Threshold, Weighted
from rules.fact import Figure
from rules.finding import Status
from rules.lacking import LackingFigure
from rules.window import Chosen
from terms.canonical import Json
from terms.quantity import RATIO, SCALE, plain, ratio


def bound(held: Threshold) -> dict[str, Json]:
    """Returns a threshold as JSON."""
    return {"word": "above" if held.strict else "at_least", "value": plain(held.micros), "unit": held.unit}


def figures(criterion: Attainment, operands: Any, status: Status) -> dict[str, Json]:
    """Returns what a finding on one metric shows."""
    held = Chosen(*operands)
    inputs: list[Json] = []
    missing: list[Json] = [held.lacking] if held.lacking else []
    values: list[int | None] = []
    for one in held.figures:
        values.append(_value(criterion, one))
        inputs.append(_input(criterion.metric, one, values[-1] if criterion.ratio else None))
        missing += [_lacking(what, criterion.metric, one) for what in _lacks(criterion, one)]
    added = criterion.form in ("cumulative", "mean", "trend")
    if added and len({one.unit for one in held.figures if one.actual is not None}) > 1:
        missing.append(f"one unit for {criterion.metric}: unlike units never add")
    if criterion.form == "trend" and not criterion.ratio and not missing and status is Status.UNDETERMINED:
        missing.append(f"an amount of {criterion.metric} above 0 to grow from")
    shown, sums = _observed(criterion, held, values, whole=not missing)
    observed: dict[str, Json] = {
        "value": None if shown is None else plain(shown),
        "unit": RATIO if criterion.ratio or criterion.form == "trend" else criterion.bound.unit,
        "periods_met": sum(_reaches(criterion, one) for one in held.figures),
        "periods": len(held.figures),
    }
    return {
        "required": {"metric": criterion.metric, **_required(criterion)},
        "observed": observed,
        "inputs": inputs,
        "arithmetic": _lines(criterion, held.figures, values) + sums,
        "missing": missing,
    }


def _required(criterion: Attainment | Weighted) -> dict[str, Json]:
    over = criterion.over
    cap = criterion.cap if isinstance(criterion, Attainment) else None
    return {
        "form": criterion.form,
        "bound": bound(criterion.bound),
        "last": over.last,
        "unit": over.unit,
        "fiscal_year": over.year or None,
        "reach_back": over.reaches,
        "fully_ramped": over.fully_ramped,
        "count": criterion.count,
        "floor": bound(criterion.floor) if criterion.floor else None,
        "cap": plain(cap) if cap is not None else None,
    }


def _name(one: Figure) -> str:
    return f"[{one.start}, {one.end})"


def _lacking(what: str, metric: str, one: Figure) -> str:
    return str(LackingFigure(what, metric, one.start.isoformat(), one.end.isoformat()))


def _input(metric: str, one: Figure, value: int | None) -> dict[str, Json]:
    shown: dict[str, Json] = {
        "period": _name(one),
        "actual": None if one.actual is None else plain(one.actual),
        "target": None if one.target is None else plain(one.target),
        "unit": one.unit,
        "ratio": plain(value) if value is not None else None,
        "source": one.source,
    }
    if one.full is not None:
        shown["full_target"] = plain(one.full)
    if ":" in metric:
        shown["of"] = metric
    return shown


def _lacks(criterion: Attainment, one: Figure) -> list[str]:
    found = ["actual"] if one.actual is None else []
    if criterion.ratio:
        if one.target is None:
            found.append("target")
        elif one.target <= 0:
            found.append("a target above 0")
    elif one.actual is not None and criterion.form != "trend" and one.unit != criterion.bound.unit:
        found.append(f"a figure in {criterion.bound.unit}")
    elif one.actual is not None and criterion.floor is not None and one.unit != criterion.floor.unit:
        found.append(f"a figure in {criterion.floor.unit}")
    return found


def _value(criterion: Attainment, one: Figure) -> int | None:
    """Returns what a period counts, as it is shown."""
    if _lacks(criterion, one):
        return None
    assert one.actual is not None
    if not criterion.ratio:
        return one.actual
    assert one.target is not None
    value = ratio(one.actual, one.target)
    if criterion.form not in ("trend", "variance", "mean"):
        value = _honest(value, one.actual * SCALE, one.target, criterion.bound)
    return value if criterion.cap is None else min(value, criterion.cap)


def _honest(shown: int, above: int, below: int, held: Threshold) -> int:
    """Returns a rounded ratio, moved by one place where rounding put it on the wrong side of a bound."""
    exact = above - held.micros * below
    if shown >= held.micros and exact < 0:
        return held.micros - 1
    if shown <= held.micros and exact > 0:
        return held.micros + 1
    return shown


def _reaches(criterion: Attainment, one: Figure) -> bool:
    if _lacks(criterion, one):
        return False
    assert one.actual is not None
    limit, strict = criterion.bound.micros, criterion.bound.strict
    left, right = one.actual, limit
    if criterion.ratio:
        assert one.target is not None
        if criterion.form == "variance":
            return abs(one.actual - one.target) * SCALE <= limit * one.target
        left, right = one.actual * SCALE, limit * one.target
        if criterion.cap is not None:
            left = min(left, criterion.cap * one.target)
    return left > right or (left == right and not strict)


def _sides(chosen: tuple[Figure, ...], cap: int | None) -> tuple[int, int]:
    """Returns the capped actuals at scale 10^12 and the targets at 10^6, both summed."""
    above = below = 0
    for one in chosen:
        assert one.actual is not None and one.target is not None
        left = one.actual * SCALE
        above += left if cap is None else min(left, cap * one.target)
        below += one.target
    return above, below


def _observed(
    criterion: Attainment, held: Chosen, values: list[int | None], *, whole: bool
) -> tuple[int | None, list[Json]]:
    """Returns the figure that a finding is told by, and the line that works it out where one does."""
    known = [one for one in values if one is not None]
    match criterion.form:
        case "max":
            return (max(known) if known else None), []
        case "variance":
            return (max(known, key=lambda one: abs(one - SCALE)) if known else None), []
        case "cumulative" | "mean" | "trend" if not whole or not known:
            return None, []
        case "mean":
            mean = ratio(sum(known), len(known) * SCALE)
            terms = " + ".join(_said(criterion, one) for one in known)
            return mean, [f"({terms}) / {len(known)} = {_said(criterion, mean)}"]
        case "cumulative":
            return _together(criterion, held.figures, known)
        case "trend":
            return _growth(criterion, held.figures)
        case _:
            return (min(known) if known else None), []


def _together(criterion: Attainment, chosen: tuple[Figure, ...], known: list[int]) -> tuple[int, list[Json]]:
    if not criterion.ratio:
        return sum(known), [f"{' + '.join(plain(one) for one in known)} = {plain(sum(known))}"]
    above, below = _sides(chosen, criterion.cap)
    shown = _honest(ratio(above, below * SCALE), above, below, criterion.bound)
    return shown, [f"{plain(above // SCALE)} / {plain(below)} = {percent(shown)}"]


def _growth(criterion: Attainment, chosen: tuple[Figure, ...]) -> tuple[int, list[Json]]:
    n = criterion.over.last
    halves = (chosen[:n], chosen[n:])
    if criterion.ratio:
        before, last = (ratio(above, below * SCALE) for above, below in (_sides(one, None) for one in halves))
        told = f"{percent(last)} - {percent(before)} = {percent(last - before)}"
        return last - before, [told]
    before, last = (sum(one.actual or 0 for one in half) for half in halves)
    grown = ratio(last - before, before)
    return grown, [f"({plain(last)} - {plain(before)}) / {plain(before)} = {percent(grown)}"]


def _lines(criterion: Attainment, chosen: tuple[Figure, ...], values: list[int | None]) -> list[Json]:
    lines: list[Json] = []
    for one, value in zip(chosen, values, strict=True):
        if criterion.ratio and value is not None:
            lines.append(_line(one, value, criterion.cap))
    return lines


def _line(one: Figure, value: int, cap: int | None) -> str:
    capped = " (capped)" if cap is not None and value == cap else ""
    share = f" ({plain(one.target or 0)} of {plain(one.full)} counts)" if one.full is not None else ""
    return f"{plain(one.actual or 0)} / {plain(one.target or 0)} = {percent(value)}{capped}{share}"


def _said(criterion: Attainment, micros: int) -> str:
    return percent(micros) if criterion.ratio else plain(micros)


def percent(micros: int) -> str:
    """Returns a ratio as a percentage."""
    return f"{plain(micros * 100)}%"


def components(criterion: Weighted, rows: tuple[tuple[Any, ...], ...], lacking: str) -> dict[str, Json]:
    """Returns what a finding on weighted components shows."""
    held = tuple(Chosen(*one) for one in rows)
    inputs: list[Json] = []
    lines: list[Json] = []
    missing: list[Json] = [lacking] if lacking else []
    for one, row in zip(criterion.components, held, strict=True):
        known = True
        for figure in row.figures:
            lacks = [
                word for word, side in (("actual", figure.actual), ("target", figure.target)) if side is None
            ]
            if figure.target is not None and figure.target <= 0:
                lacks.append("a target above 0")
            missing += [_lacking(what, one.metric, figure) for what in lacks]
            known = known and not lacks
            value = None if lacks else min(ratio(figure.actual or 0, figure.target or 1), one.cap or 10**18)
            inputs.append({**_input(one.metric, figure, value), "metric": one.metric})
        if known and row.figures:
            lines.append(_share(one, row.figures))
    shown: int | None = None
    if not missing and criterion.form == "cumulative":
        total = sum(
            one.weight * _quota(one, row.figures) for one, row in zip(criterion.components, held, strict=True)
        )
        shown = _honest(ratio(total, SCALE * SCALE), total, SCALE, criterion.bound)
        lines.append(f"together {percent(shown)}")
    return {
        "required": {
            "metric": " + ".join(one.metric for one in criterion.components),
            "components": [
                {
                    "metric": one.metric,
                    "weight": plain(one.weight),
                    "cap": None if one.cap is None else plain(one.cap),
                }
                for one in criterion.components
            ],
            **_required(criterion),
        },
        "observed": {
            "value": None if shown is None else plain(shown),
            "unit": RATIO,
            "periods_met": _periods_met(criterion, held),
            "periods": len(held[0].figures),
        },
        "inputs": inputs,
        "arithmetic": lines,
        "missing": missing,
    }


def _periods_met(criterion: Weighted, held: tuple[Chosen, ...]) -> int:
    found = [weigh(criterion, tuple((row.figures[n],) for row in held)) for n in range(len(held[0].figures))]
    least = criterion.bound.micros * SCALE
    return sum(
        one is not None and (one > least or (one == least and not criterion.bound.strict)) for one in found
    )


def _quota(one: Component, chosen: tuple[Figure, ...]) -> int:
    above, below = _sides(chosen, one.cap)
    return ratio(above, below * SCALE)


def _share(one: Component, chosen: tuple[Figure, ...]) -> str:
    above, below = _sides(chosen, one.cap)
    held = _quota(one, chosen)
    capped = f" (each counted up to {percent(one.cap)})" if one.cap is not None else ""
    told = f"{plain(above // SCALE)} / {plain(below)} = {percent(held)}{capped}"
    return f"{one.metric}: {told}, times {percent(one.weight)}"
