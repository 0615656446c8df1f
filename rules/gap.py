"""The smallest changes to known figures that would meet a criterion: what each period lacked.

One search serves every form: figures are raised without limit, one after the other, until the criterion holds;
then each raise is cut back to the least that still holds. So applying the gap meets the criterion, and a gap
smaller in any one place does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rules.attainment import judging, weighing
from rules.criterion import Attainment, Weighted
from rules.fact import Figure
from rules.finding import Status
from rules.window import Chosen
from terms.canonical import Json
from terms.quantity import LARGEST, SCALE, plain


def amounts_short(criterion: Attainment, held: Chosen) -> Json:
    """Returns by how much which periods of a metric were short (or off, for a variance); None where nothing helps."""
    judge = judging(criterion)
    if criterion.form == "variance":
        return _off(criterion, held)

    def holds(raises: Sequence[int]) -> bool:
        return judge(held._replace(figures=_raised(held.figures, raises))) is Status.MET

    size = len(held.figures)
    order = list(reversed(range(size)))
    if criterion.form == "trend":
        order = order[: criterion.over.last]
    if criterion.form in ("count", "max"):
        order.sort(key=lambda n: _alone(criterion, held.figures[n]))
    found = smallest(size, order, holds)
    return None if found is None else _told(held.figures, found)


def components_short(criterion: Weighted, held: tuple[Chosen, ...]) -> Json:
    """Returns by how much which periods of which components were short; None where nothing helps."""
    judge, size = weighing(criterion), len(held[0].figures)

    def rows(raises: Sequence[int]) -> tuple[Chosen, ...]:
        return tuple(
            one._replace(figures=_raised(one.figures, raises[n * size : (n + 1) * size]))
            for n, one in enumerate(held)
        )

    order = [n * size + period for period in reversed(range(size)) for n in range(len(held))]
    found = smallest(size * len(held), order, lambda raises: judge(rows(raises)) is Status.MET)
    if found is None:
        return None
    short: list[Json] = []
    for n, (one, row) in enumerate(zip(criterion.components, held, strict=True)):
        told = _told(row.figures, found[n * size : (n + 1) * size])
        assert isinstance(told, dict) and isinstance(told["short"], list)
        short += [{**line, "metric": one.metric} for line in told["short"] if isinstance(line, dict)]
    return {"short": short}


def smallest(
    size: int, order: Sequence[int], holds: Callable[[Sequence[int]], bool], most: int = LARGEST
) -> list[int] | None:
    """Returns raises, tried in an order, that hold together and of which none can be smaller; None where none do."""
    raises = [0] * size
    raised: list[int] = []
    for n in order:
        if holds(raises):
            break
        raises[n] = most
        raised.append(n)
    if not holds(raises):
        return None
    for n in reversed(raised):
        low, high = 0, raises[n]
        while low < high:
            middle = (low + high) // 2
            raises[n] = middle
            low, high = (low, middle) if holds(raises) else (middle + 1, high)
        raises[n] = low
    return raises


def _raised(figures: tuple[Figure, ...], raises: Sequence[int]) -> tuple[Figure, ...]:
    return tuple(
        replace(one, actual=one.actual + more) if more and one.actual is not None else one
        for one, more in zip(figures, raises, strict=True)
    )


def _alone(criterion: Attainment, one: Figure) -> int:
    """Returns what a period would have needed more, for itself; at scale 10^12 for a ratio."""
    held, limit = one.actual or 0, criterion.bound.micros
    return limit * (one.target or 0) - held * SCALE if criterion.ratio else limit - held


def _off(criterion: Attainment, held: Chosen) -> Json:
    """Returns the least signed changes that bring enough periods within the variance."""
    limit, strict = criterion.bound.micros, criterion.bound.strict
    changes: list[tuple[int, int]] = []
    for n, one in enumerate(held.figures):
        assert one.actual is not None and one.target is not None
        away = abs(one.actual - one.target)
        most = (limit * one.target - (1 if strict else 0)) // SCALE
        if away * SCALE > limit * one.target or (strict and away * SCALE == limit * one.target):
            by = away - most
            changes.append((by, n))
    need = (criterion.count or held.wanted) - (len(held.figures) - len(changes))
    found = [0] * len(held.figures)
    for by, n in sorted(changes)[: max(0, need)]:
        one = held.figures[n]
        assert one.actual is not None and one.target is not None
        found[n] = by if one.actual < one.target else -by
    return _told(held.figures, found)


def _told(figures: tuple[Figure, ...], raises: Sequence[int]) -> Json:
    short: list[Json] = [
        {"period": f"[{one.start}, {one.end})", "by": plain(more), "unit": one.unit}
        for one, more in zip(figures, raises, strict=True)
        if more
    ]
    return {"short": short}
