"""The figures, scores and ratings that are still to come, as they are assumed when a date is looked for.

Figures come in at what a criterion asks, period by period; a target on file is kept, else the newest one goes on.
Scores come in at the bound, in cycles as long as the last one. Nothing is assumed of what is missing today.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rules.criterion import Attainment, Rating, Weighted
from rules.fact import Cycle, Figure, Mark
from rules.salestime import SalesTime
from rules.view import FactView
from rules.window import summed
from terms.calendar import add_months, months_between
from terms.fiscal import MONTHS_IN
from terms.quantity import SCALE, amount, plain

MARGIN = 2  # millionths above a bound: what rounding half to even may take away


@dataclass(frozen=True, slots=True)
class Level:
    """Holds what each coming period of a metric is assumed to come to: a ratio, or an amount in a unit."""

    metric: str
    unit: str
    time: SalesTime
    micros: int
    ratio: bool
    money: str
    exact: bool = False

    @property
    def key(self) -> tuple[str, str, SalesTime]:
        """Returns what two criteria share that read the same periods."""
        return self.metric, self.unit, self.time

    def told(self, first: Figure) -> str:
        """Returns the assumption in words, its first period named."""
        held = amount(plain(self.micros), "ratio" if self.ratio else self.money)
        noun = self.unit
        return f"{self.metric} at {held} in each coming {noun}, the next one [{first.start}, {first.end})"


def levels(criterion: Attainment | Weighted, view: FactView, as_of: date) -> Iterator[Level]:
    """Yields at what level each metric of a criterion must come in so that the window fills with enough."""
    over, bound = criterion.over, criterion.bound
    least = bound.micros + bound.strict * MARGIN
    if criterion.floor is not None:
        least = max(least, criterion.floor.micros + criterion.floor.strict * MARGIN)
    if isinstance(criterion, Weighted):
        for one, micros in zip(criterion.components, _shares(criterion, least), strict=True):
            yield Level(one.metric, over.unit, over.time, micros, True, "")
        return
    ratio = criterion.ratio
    if criterion.form == "variance":
        yield Level(criterion.metric, over.unit, over.time, SCALE, True, "", exact=True)
        return
    if criterion.form == "trend":
        grown = _grown(criterion, view, as_of)
        if grown is not None:
            yield Level(criterion.metric, over.unit, over.time, grown, ratio, _money(view, criterion.metric))
        return
    if not ratio and criterion.form == "cumulative":
        least = (
            max(-(-bound.micros // over.last), criterion.floor.micros if criterion.floor else 0)
            + 1 * bound.strict
        )
    yield Level(criterion.metric, over.unit, over.time, least, ratio, bound.unit)


def _shares(criterion: Weighted, least: int) -> list[int]:
    """Returns each component's level: the bound, and more of those without a cap where a cap lies below it."""
    caps = [one.cap for one in criterion.components]
    low = [cap is not None and cap < least for cap in caps]
    taken = sum(
        one.weight * (one.cap or 0) for one, short in zip(criterion.components, low, strict=True) if short
    )
    rest = sum(one.weight for one, short in zip(criterion.components, low, strict=True) if not short)
    more = -(-(least * SCALE - taken) // rest) if rest else least
    return [
        cap if short and cap is not None else max(least, more) for cap, short in zip(caps, low, strict=True)
    ]


def _grown(criterion: Attainment, view: FactView, as_of: date) -> int | None:
    """Returns the level that lies a trend's bound above the last periods; None where they are not known."""
    n, bound = criterion.over.last, criterion.bound.micros + criterion.bound.strict
    by = as_of - timedelta(days=criterion.over.time.due_after)
    held = [one for one in view.figures.get(criterion.metric, ()) if one.end <= by][-n:]
    known = [one.actual for one in held if one.actual is not None]
    if len(known) < n:
        return None
    if not criterion.ratio:
        return -(-sum(known) * (SCALE + bound) // (SCALE * n)) + MARGIN
    below = sum(one.target or 0 for one in held)
    return None if below <= 0 else sum(known) * SCALE // below + bound + MARGIN


def _money(view: FactView, metric: str) -> str:
    held = view.figures.get(metric, ())
    return held[-1].unit if held else "count"


def figures(
    view: FactView, wanted: Sequence[Level], as_of: date, until: date
) -> tuple[FactView, list[tuple[date, str]]]:
    """Returns a person's facts with the figures that are to come, up to a day; and each assumption in words."""
    best: dict[tuple[str, str, SalesTime], Level] = {}
    for one in wanted:
        held = best.get(one.key)
        if held is None or one.micros > held.micros:
            best[one.key] = one
    finest = {
        (one.metric, one.time.fiscal): min(
            MONTHS_IN.get(two.unit, 99) for two in best.values() if two.metric == one.metric
        )
        for one in best.values()
    }
    found, told = dict(view.figures), list[tuple[date, str]]()
    for one in best.values():
        level = one
        if MONTHS_IN.get(one.unit, 99) > finest[one.metric, one.time.fiscal]:
            continue
        same = [two for two in best.values() if two.metric == one.metric and two.ratio == one.ratio]
        if one.ratio:
            level = replace(one, micros=max(two.micros for two in same))
        more = list(_figures(view.figures.get(one.metric, ()), level, as_of, until))
        if not more:
            continue
        told.append((more[0].end, level.told(more[0])))
        taken = {(two.start, two.end) for two in more}
        kept = [two for two in found.get(one.metric, ()) if (two.start, two.end) not in taken]
        found[one.metric] = tuple(sorted([*kept, *more], key=lambda two: (two.end, two.start)))
    return replace(view, figures=found), told


def _figures(held: tuple[Figure, ...], level: Level, as_of: date, until: date) -> Iterator[Figure]:
    exact = {(one.start, one.end): one for one in held}
    newest = next((one for one in reversed(held) if one.target and one.target > 0), None)
    for start, end in _periods(held, level, as_of, until):
        there = exact.get((start, end)) or summed(held, start, end)
        if end <= as_of and there.actual is not None:
            continue
        target: int | None
        if level.ratio:
            target = there.target if there.target and there.target > 0 else _target(newest, start, end)
            reached = -(-level.micros * (target or 0) // SCALE)
            unit = there.unit or (newest.unit if newest else "count")
        else:
            target, reached, unit = there.target, level.micros, level.money
        if there.actual is not None and there.unit == unit and not level.exact:
            reached = max(reached, there.actual)
        yield Figure(start, end, reached, target, unit)


def _target(newest: Figure | None, start: date, end: date) -> int:
    """Returns the newest target on file, in proportion where the period is longer or shorter."""
    if newest is None or newest.target is None:
        return 100 * SCALE
    days, before = (end - start).days, (newest.end - newest.start).days
    return newest.target if abs(days - before) * 10 <= before else max(1, newest.target * days // before)


def _periods(held: tuple[Figure, ...], level: Level, as_of: date, until: date) -> Iterator[tuple[date, date]]:
    """Yields the periods that are not due on a day, up to another."""
    if level.unit != "period":
        fiscal, index = level.time.fiscal, 0
        index = fiscal.ended(level.unit, as_of - timedelta(days=level.time.due_after)) + 1
        while True:
            one = fiscal.period(level.unit, index)
            assert one.end is not None
            if one.end > until:
                return
            yield one.start, one.end
            index += 1
    past = [one for one in held if one.end <= as_of]
    if not past:
        return
    start, end = past[-1].start, past[-1].end
    months = months_between(start, end)
    whole = months > 0 and add_months(start, months) == end
    while True:
        start, end = end, add_months(end, months) if whole else end + (end - start)
        if end > until:
            return
        if end > as_of:
            yield start, end


def cycles(view: FactView, as_of: date, until: date) -> tuple[Cycle, ...]:
    """Returns the scoring cycles that end after a day, up to another: those known, then as long as the last one."""
    if not view.cycles:
        return ()
    found = [one for one in view.cycles if one.end > as_of]
    last = view.cycles[-1]
    months = months_between(last.start, last.end)
    while True:
        end = add_months(last.end, months) if months > 0 else last.end + (last.end - last.start)
        last = Cycle(f"the cycle that ends {end}", last.end, end)
        if end > until or end <= last.start:
            return tuple(found)
        if end > as_of:
            found.append(last)


def ratings(criterion: Rating, view: FactView, as_of: date, until: date) -> list[Mark]:
    """Returns the coming ratings: as far apart as the last two, or a year; none where none was ever given."""
    held = [one for one in view.marks.get("rating", ()) if one.on <= as_of]
    if not held:
        return []
    apart = (held[-1].on - held[-2].on).days if len(held) > 1 else 0
    found: list[Mark] = []
    on = held[-1].on
    while True:
        on = on + timedelta(days=apart) if apart > 27 else add_months(on, 12)
        if on > until:
            return found
        if on > as_of:
            found.append(Mark(criterion.words[0], on))
