"""Periods as slots: one figure of one metric in one period is a column, and a window a flag on each slot.

The calendar is worked out here, so the statement compares dates with constants only. A slot counts or is passed
over by the same rules as `rules.window`; the window is the newest n that count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from sqlglot import exp

from rules.criterion import Window
from rules.salestime import Ramp, SalesTime, mean_step
from rules.sql.sheet import (
    FALSE,
    NULL,
    TRUE,
    Sheet,
    Sql,
    absent,
    bit,
    both,
    case,
    col,
    day,
    dec,
    either,
    num,
    or_else,
    present,
    total,
)
from terms.calendar import add_months
from terms.quantity import SCALE

TEAMS = 12
Period = tuple[date, date]


class Cell(NamedTuple):
    """Holds one slot of a window as columns: whether it is in, its figure, and the target that counts."""

    inside: Sql
    actual: Sql
    target: Sql
    unit: Sql


class Picked(NamedTuple):
    """Holds a window's slots, oldest first; how many are in, and how many should be."""

    cells: tuple[Cell, ...]
    size: Sql
    wanted: Sql


@dataclass(slots=True)
class Slots:
    """Holds which slots and which flags on spans the statement needs, while its windows are written."""

    sheet: Sheet
    as_of: date
    since: date | None
    thorough: bool
    periods: Mapping[str, Sequence[Period]]
    figures: dict[tuple[str, date, date], int] = field(default_factory=dict)
    flags: dict[str, Sql] = field(default_factory=dict)
    grids: dict[tuple[str, str], tuple[date, date]] = field(default_factory=dict)
    beyond: list[Sql] = field(default_factory=list)
    away: dict[Period, str] = field(default_factory=dict)
    calendars: dict[tuple[str, str], set[Period]] = field(default_factory=dict)
    numbered: bool = False
    imported: bool = False
    counts: dict[tuple[object, ...], tuple[Sql, Sql]] = field(default_factory=dict)
    _named: dict[str, str] = field(default_factory=dict)

    def pick(self, metric: str, window: Window, last: int) -> Picked:
        """Returns a window over a metric."""
        time = window.time
        by = self.as_of - timedelta(days=time.due_after)
        bounded = bool(window.year) or not window.reaches
        grid, older = self._grid(metric, window, by, last)
        on = by if bounded else self.as_of
        known = TRUE if not window.fully_ramped else present(self._ramped(time.ramp, self.as_of))
        ranks: list[Sql] = []
        found: list[Cell] = []
        before: Sql = num(0)
        for period in grid:  # newest first
            cell, counts = self._cell(metric, window, period, on)
            ranks.append(counts)
            inside = counts if bounded else self.sheet.put(both(counts, before < num(last)))
            found.append(cell._replace(inside=inside))
            before = self.sheet.put(total([before, bit(counts)]))
        size = before if bounded else self.sheet.put(case((before < num(last), before), default=num(last)))
        wanted: Sql = num(last)
        if bounded:
            wanted = case((both(known), case((size > num(1), size), default=num(1))), default=num(last))
            wanted = self.sheet.put(wanted)
        elif grid:
            settled = self._settled(window, grid[-1], older)
            self.beyond.append(both(size < num(last), exp.not_(settled)))
        return Picked(tuple(reversed(found)), size, wanted)

    def _grid(self, metric: str, window: Window, by: date, last: int) -> tuple[list[Period], Period | None]:
        """Returns a window's periods, newest first, as far as the statement reaches; and the next older one."""
        fiscal, unit = window.time.fiscal, window.unit
        if unit == "period":
            held = sorted(
                (one for one in self.periods.get(metric, ()) if one[1] <= by), key=lambda one: one[::-1]
            )
            held.reverse()
            size = last if self.since is None else last + sum(one[0] >= self.since for one in held)
            return held[:size], held[size] if len(held) > size else None
        newest = fiscal.ended(unit, by)
        if window.year:
            year = fiscal.period("year", fiscal.index("year", by) - (window.year == "last"))
            start, end = year.start, year.end or by
        elif not window.reaches:
            start, end = fiscal.last(unit, last, by)[0].start, by
        else:
            held = [self._period(window, newest - n) for n in range(last + 1)]
            while self.since is not None and held[-1 - last][0] >= self.since:
                held.append(self._period(window, newest - len(held)))
            return held[:-1], held[-1]
        found, index = [], newest
        while (one := self._period(window, index))[0] >= start:
            if one[1] <= end:
                found.append(one)
            index -= 1
        return found, None

    def _period(self, window: Window, index: int) -> Period:
        held = window.time.fiscal.period(window.unit, index)
        assert held.end is not None
        return held.start, held.end

    def _settled(self, window: Window, oldest: Period, older: Period | None) -> Sql:
        """Returns whether nothing older than the slots could count."""
        if older is None:
            return TRUE
        parts: list[Sql] = []
        if window.unit != "period":
            parts.append(or_else(self.flag(self._since("employment", None)) >= day(older[1]), FALSE))
        if window.fully_ramped:
            assert window.time.ramp is not None
            parts.append(exp.not_(self._begun(window.time.ramp, older[0])))
        return either(*parts)

    def _cell(self, metric: str, window: Window, period: Period, on: date) -> tuple[Cell, Sql]:
        """Returns a slot, and whether it counts."""
        start, end = period
        time, sheet = window.time, self.sheet
        number = self.figures.setdefault((metric, start, end), len(self.figures))
        key = (window.unit, start, end)
        if window.unit != "period":
            low, high = self.grids.get((metric, window.unit), (start, end))
            self.grids[metric, window.unit] = (min(low, start), max(high, end))
            self.calendars.setdefault((metric, window.unit), set()).add(period)
        else:
            self.imported = True
        actual, target, unit = col(f"a{number}"), col(f"t{number}"), col(f"u{number}")
        shared = (key, metric if window.unit == "period" else "", window.fully_ramped, window.time, on)
        if shared not in self.counts:
            due: Sql = (
                or_else(col(f"h{number}"), FALSE) if window.unit == "period" else self._due(time, start, end)
            )
            parts = [due]
            if window.fully_ramped:
                assert time.ramp is not None
                parts.append(self._begun(time.ramp, start))
                if time.transfer is not None:
                    parts.append(exp.not_(self._moved(time.transfer, start, end)))
            if time.leave == "exclude":
                parts.append(exp.not_(self._touched("leave", start, end)))
            share: Sql = NULL if time.plain else self._share(time, start, end, on)
            if not time.plain:
                parts.append(exp.NEQ(this=share, expression=dec(0)))
            self.counts[shared] = sheet.put(both(*parts)), share
        counts, share = self.counts[shared]
        if not time.plain:
            scaled = sheet.rounded(sheet.put(target * share), dec(SCALE))
            target = sheet.put(case((share.eq(dec(SCALE)), target), default=scaled))
        return Cell(TRUE, actual, target, unit), counts

    def flag(self, made: Sql) -> Sql:
        """Returns the column of `about` that is made of a person's spans."""
        text = made.sql()
        if text not in self._named:
            self._named[text] = f"s{len(self.flags)}"
            self.flags[self._named[text]] = made
        return col(self._named[text])

    def _since(self, kind: str, on: date | None) -> Sql:
        condition: Sql = col("kind").eq(exp.Literal.string(kind))
        if on is not None:
            condition = both(condition, col("starts") <= day(on))
        held = case((condition, col("starts")))
        return exp.Max(this=held) if kind == "level" else exp.Min(this=held)

    def _ramped(self, ramp: Ramp | None, on: date) -> Sql:
        assert ramp is not None
        return self.flag(self._since(ramp.since, on))

    def _begun(self, ramp: Ramp, start: date) -> Sql:
        """Returns whether somebody is fully ramped by a day."""
        last = newest_day(lambda one: ramp.end(one) <= start, start)
        return or_else(self._ramped(ramp, self.as_of) <= day(last), FALSE)

    def _due(self, time: SalesTime, start: date, end: date) -> Sql:
        employed = col("kind").eq(exp.Literal.string("employment"))
        conditions = [employed, col("starts") < day(end), self._open_after(start)]
        if time.joined_by_day is not None:
            conditions.append(col("starts") < day(start + timedelta(days=time.joined_by_day)))
        none = absent(self.flag(self._since("employment", None)))
        return either(none, self._any(*conditions))

    def _open_after(self, start: date) -> Sql:
        return either(absent(col("ends")), col("ends") > day(start))

    def _any(self, *conditions: Sql) -> Sql:
        made = exp.Max(this=bit(both(*conditions)))
        return or_else(self.flag(made).eq(num(1)), FALSE)

    def _touched(self, kind: str, start: date, end: date) -> Sql:
        return self._any(
            col("kind").eq(exp.Literal.string(kind)), col("starts") < day(end), self._open_after(start)
        )

    def _moved(self, ramp: Ramp, start: date, end: date) -> Sql:
        """Returns whether a period touches months in which somebody grows into another team's target."""
        self.numbered = True
        last = newest_day(lambda one: ramp.begin(one) < end, end)
        first = newest_day(lambda one: ramp.end(one) <= start, start)
        return self._any(
            col("kind").eq(exp.Literal.string("team")),
            col("nth") > num(1),
            col("starts") <= day(last),
            col("starts") > day(first),
        )

    def _share(self, time: SalesTime, start: date, end: date, on: date) -> Sql:
        """Returns the share of a period's target that counts, in millionths."""
        found: Sql = dec(SCALE)
        if time.ramp is not None and time.ramp.scaled:
            found = self._step(time.ramp, self._ramped(time.ramp, on), start, end)
        if time.transfer is not None and time.transfer.scaled:
            self.numbered = True
            team = col("kind").eq(exp.Literal.string("team"))
            for nth in range(2, TEAMS + 1):
                began = exp.Min(this=case((both(team, col("nth").eq(num(nth))), col("starts"))))
                step = self._step(time.transfer, self.flag(began), start, end)
                found = self._times(found, step)
            more = exp.Max(this=case((team, col("nth"))))
            self.beyond.append(or_else(self.flag(more) > num(TEAMS), FALSE))
        if time.leave == "prorate":
            days = (end - start).days
            name = self.away.setdefault((start, end), f"d{len(self.away)}")
            stayed = exp.cast(num(days) - exp.paren(or_else(col(name), num(0))), "DECIMAL(38, 0)")
            found = self._times(found, self.sheet.rounded(self.sheet.put(stayed * dec(SCALE)), dec(days)))
        return self.sheet.put(found)

    def _times(self, left: Sql, right: Sql) -> Sql:
        sheet = self.sheet
        left, right = sheet.put(left), sheet.put(right)
        both_ = sheet.rounded(sheet.put(left * right), dec(SCALE))
        return sheet.put(case((left.eq(dec(SCALE)), right), default=both_))

    def _step(self, ramp: Ramp, began: Sql, start: date, end: date) -> Sql:
        """Returns the mean share of a period's months for somebody who began on a day, as a ladder of constants."""
        branches: list[tuple[Sql, Sql]] = []
        day_ = end.replace(day=1)
        months = len(ramp.steps) + (end.year - start.year) * 12 + end.month - start.month + 3
        rungs: list[tuple[date, int]] = []
        for _ in range(months):
            starts = [day_] if ramp.late_day is None else _late(day_, ramp.late_day)
            rungs += [(one, mean_step(ramp, one, start, end)) for one in reversed(starts)]
            day_ = (day_ - timedelta(days=1)).replace(day=1)
        for n, (first, share) in enumerate(rungs):  # newest first; a run of equal rungs is told by its oldest
            if n + 1 == len(rungs) or rungs[n + 1][1] != share:
                branches.append((began >= day(first), dec(share)))
        later = began >= day(add_months(end.replace(day=1), 1))
        return case((absent(began), dec(SCALE)), (later, dec(SCALE)), *branches, default=dec(SCALE))


def _late(first: date, late_day: int) -> list[date]:
    try:
        return [first, first.replace(day=late_day)]
    except ValueError:
        return [first]


def newest_day(holds: Callable[[date], bool], near: date) -> date:
    """Returns the newest day for which something that holds for every earlier day holds."""
    high = near + timedelta(days=62)
    low = near - timedelta(days=62 * 31)
    while (high - low).days > 1:
        middle = low + (high - low) // 2
        if holds(middle):
            low = middle
        else:
            high = middle
    return low
