"""The smallest changes to known figures that would meet a criterion, or that would end one that is met.

One search serves every form: figures are moved without limit, one after the other, until the criterion turns;
then each move is cut back to the least that still turns it. So applying the changes turns the criterion, and
changes smaller in any one place do not. A period without a figure is left as it is: it stays missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from rules.attainment import judging, weighing
from rules.criterion import Attainment, Weighted, Window
from rules.fact import Figure
from rules.finding import Status
from rules.window import Chosen
from terms.canonical import Json
from terms.quantity import LARGEST, SCALE, plain


class Short(NamedTuple):
    """Holds signed changes of actuals, one line per period, and how far they go as a share of what is asked."""

    lines: tuple[dict[str, Json], ...]
    distance: Fraction


def amounts(criterion: Attainment, held: Chosen, turned: Status) -> Short | None:
    """Returns the changes of a metric's periods after which a finding is no longer `turned`; None where none are.

    None of them has any effect where only what is missing decides; then the changes are empty.
    """
    open_ = replace(criterion, over=_unknown(criterion.over))
    judge, sign = judging(open_), 1 if turned is Status.NOT_MET else -1
    if criterion.form == "variance":
        return _off(open_, held, turned)

    def turns(raises: Sequence[int]) -> bool:
        return judge(held._replace(figures=_raised(held.figures, raises, sign))) is not turned

    size = len(held.figures)
    order = list(reversed(range(size)))
    if criterion.form == "trend":
        order = order[: criterion.over.last]
    if criterion.form in ("count", "max") or (sign < 0 and criterion.form in ("each", "min")):
        order.sort(key=lambda n: sign * _alone(criterion, held.figures[n]))
    found = smallest(size, order, turns)
    return None if found is None else _told(criterion, held.figures, [sign * one for one in found])


def components(criterion: Weighted, held: tuple[Chosen, ...], turned: Status) -> Short | None:
    """Returns the changes of components' periods after which a finding is no longer `turned`; None where none are."""
    judge = weighing(replace(criterion, over=_unknown(criterion.over)))
    size, sign = len(held[0].figures), 1 if turned is Status.NOT_MET else -1

    def turns(raises: Sequence[int]) -> bool:
        rows = [
            one._replace(figures=_raised(one.figures, raises[n * size : (n + 1) * size], sign))
            for n, one in enumerate(held)
        ]
        return judge(tuple(rows)) is not turned

    order = [n * size + period for period in reversed(range(size)) for n in range(len(held))]
    found = smallest(size * len(held), order, turns)
    if found is None:
        return None
    lines: list[dict[str, Json]] = []
    distance = Fraction()
    for n, (one, row) in enumerate(zip(criterion.components, held, strict=True)):
        told = _told(criterion, row.figures, [sign * by for by in found[n * size : (n + 1) * size]])
        lines += [{**line, "metric": one.metric} for line in told.lines]
        distance += told.distance * Fraction(one.weight, SCALE)
    return Short(tuple(lines), distance)


def most(criterion: Attainment | Weighted) -> int | None:
    """Returns the highest ratio that caps leave to reach, in millionths; None where something has no cap."""
    if isinstance(criterion, Attainment):
        return criterion.cap
    total = 0
    for one in criterion.components:
        if one.cap is None:
            return None
        total += one.weight * one.cap
    return total // SCALE


def smallest(
    size: int, order: Sequence[int], turns: Callable[[Sequence[int]], bool], limit: int = LARGEST
) -> list[int] | None:
    """Returns raises, tried in an order, that turn together and of which none can be smaller; None where none do."""
    raises = [0] * size
    raised: list[int] = []
    for n in order:
        if turns(raises):
            break
        raises[n] = limit
        raised.append(n)
    if not turns(raises):
        return None
    for n in reversed(raised):
        low, high = 0, raises[n]
        while low < high:
            middle = (low + high) // 2
            raises[n] = middle
            low, high = (low, middle) if turns(raises) else (middle + 1, high)
        raises[n] = low
    return raises


def _unknown(over: Window) -> Window:
    """Returns a window in which a period without a figure is unknown, whatever the policy makes of it."""
    return replace(over, time=replace(over.time, missing=None))


def _raised(figures: tuple[Figure, ...], raises: Sequence[int], sign: int) -> tuple[Figure, ...]:
    return tuple(
        replace(one, actual=one.actual + sign * more) if more and one.actual is not None else one
        for one, more in zip(figures, raises, strict=True)
    )


def _alone(criterion: Attainment, one: Figure) -> int:
    """Returns what a period would have needed more, for itself; at scale 10^12 for a ratio."""
    held, limit = one.actual or 0, criterion.bound.micros
    return limit * (one.target or 0) - held * SCALE if criterion.ratio else limit - held


def _off(criterion: Attainment, held: Chosen, turned: Status) -> Short:
    """Returns the least signed changes that bring enough periods within the variance, or enough of them out of it."""
    limit, strict = criterion.bound.micros, criterion.bound.strict
    inward = turned is Status.NOT_MET
    changes: list[tuple[int, int]] = []
    known = within = 0
    for n, one in enumerate(held.figures):
        if one.actual is None or one.target is None or one.target <= 0:
            continue
        known += 1
        away, inside = abs(one.actual - one.target), (limit * one.target - (1 if strict else 0)) // SCALE
        within += away <= inside
        if inward and away > inside:
            changes.append((away - inside, n))
        if not inward and away <= inside:
            changes.append((inside + 1 - away, n))
    wanted = criterion.count or held.wanted
    unknown = held.wanted - known
    need = wanted - within - unknown if inward else within - wanted + 1
    found = [0] * len(held.figures)
    for by, n in sorted(changes)[: max(0, need)]:
        one = held.figures[n]
        assert one.actual is not None and one.target is not None
        found[n] = by if (one.actual < one.target) == inward else -by
    return _told(criterion, held.figures, found)


def _told(criterion: Attainment | Weighted, figures: tuple[Figure, ...], changes: Sequence[int]) -> Short:
    lines: list[dict[str, Json]] = []
    distance = Fraction()
    for one, by in zip(figures, changes, strict=True):
        if not by:
            continue
        lines.append({"period": f"[{one.start}, {one.end})", "by": plain(by), "unit": one.unit})
        asked = criterion.bound.micros
        if isinstance(criterion, Weighted) or criterion.ratio:
            asked = one.target or SCALE
        distance += Fraction(abs(by), abs(asked) or SCALE)
    return Short(tuple(lines), distance)
