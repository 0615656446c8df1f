"""Criteria on figures as SQL: the same comparisons as `rules.attainment`, over a window's slots."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from rules.criterion import Attainment, Threshold, Weighted
from rules.sql.sheet import (
    FALSE,
    NULL,
    Sheet,
    Sql,
    absent,
    bit,
    both,
    case,
    dec,
    either,
    greatest,
    least,
    num,
    present,
    total,
)
from rules.sql.slot import Cell, Picked, Slots
from terms.quantity import SCALE


@dataclass(frozen=True, slots=True)
class Told:
    """Holds a criterion's two columns: its status (null: undetermined) and what was observed."""

    status: Sql
    observed: Sql


def holds(value: Sql, limit: Sql, *, strict: bool) -> Sql:
    """Returns whether a value reaches a bound."""
    kind = exp.GT if strict else exp.GTE
    return kind(this=exp.paren(value), expression=exp.paren(limit))


def attainment(criterion: Attainment, slots: Slots) -> Told:
    """Returns a criterion on one metric as columns."""
    n = criterion.over.last * (2 if criterion.form == "trend" else 1)
    return _Figures(criterion, slots.pick(criterion.metric, criterion.over, n), slots.sheet).told()


class _Figures:
    """Holds one criterion's window while its columns are written."""

    def __init__(self, criterion: Attainment, picked: Picked, sheet: Sheet) -> None:
        self.criterion, self.picked, self.sheet = criterion, picked, sheet
        self.known = [sheet.put(self._known(one)) for one in picked.cells]
        self.blank = sheet.put(
            total(
                bit(both(one.inside, exp.not_(known)))
                for one, known in zip(picked.cells, self.known, strict=True)
            )
        )
        self.whole = both(self.blank.eq(num(0)), picked.size >= picked.wanted, picked.size > num(0))

    def _known(self, one: Cell) -> Sql:
        if self.criterion.ratio:
            return both(present(one.actual), present(one.target), _or_false(one.target > dec(0)))
        if self.criterion.form == "trend":
            return present(one.actual)
        unit = self.sheet.bind(self.criterion.bound.unit)
        return both(present(one.actual), present(one.unit), _or_false(one.unit.eq(unit)))

    def alike(self) -> Sql:
        """Returns whether all figures of the window are in one unit."""
        units = [case((one.inside, one.unit)) for one in self.picked.cells]
        if not units:
            return FALSE
        return self.sheet.put(_or_false(least(*units).eq(greatest(*units))))

    def told(self) -> Told:
        form = self.criterion.form
        if form == "trend":
            status, observed = self._trend()
        elif form in ("cumulative", "mean"):
            status, observed = self._together()
        else:
            need = {"max": num(1), "count": num(self.criterion.count)}.get(form, self.picked.wanted)
            status = self._counted(self.criterion.bound, need, variance=form == "variance")
            observed = self._single()
        if self.criterion.floor is not None:
            floor = self._counted(self.criterion.floor, self.picked.wanted)
            status = both(self.sheet.put(status), self.sheet.put(floor))
        return Told(self.sheet.put(status), self.sheet.put(observed))

    def _counted(self, bound: Threshold, need: Sql, *, variance: bool = False) -> Sql:
        met = self.sheet.put(
            total(
                bit(both(one.inside, known, self._reaches(one, bound, variance=variance)))
                for one, known in zip(self.picked.cells, self.known, strict=True)
            )
        )
        if self.criterion.count and bound is self.criterion.bound:
            need = num(self.criterion.count)
        short = exp.Sub(this=self.picked.wanted, expression=self.picked.size)
        unknown = short if self.criterion.over.missing else total([self.blank, short])
        return self.sheet.enough(need, met, unknown)

    def _reaches(self, one: Cell, bound: Threshold, *, variance: bool) -> Sql:
        if not self.criterion.ratio:
            return holds(one.actual, dec(bound.micros), strict=bound.strict)
        limit = one.target * dec(bound.micros)
        if variance:
            off = exp.Abs(this=one.actual - one.target) * dec(SCALE)
            return holds(limit, off, strict=bound.strict)
        return holds(self._capped(one), limit, strict=bound.strict)

    def _capped(self, one: Cell) -> Sql:
        """Returns an actual at scale 10^12, capped."""
        left = one.actual * dec(SCALE)
        cap = self.criterion.cap
        return left if cap is None else least(left, one.target * dec(cap))

    def _settle(self, known: Sql, status: Sql) -> Sql:
        fails = [(self.blank > num(0), FALSE)] if self.criterion.over.missing else []
        return case((known, status), *fails, default=NULL)

    def _sides(self, cells: tuple[Cell, ...], known: list[Sql], *, capped: bool = True) -> tuple[Sql, Sql]:
        """Returns capped actuals at scale 10^12 and targets, both summed."""
        above, below = [], []
        for one, sure in zip(cells, known, strict=True):
            inside = both(one.inside, sure)
            left = self._capped(one) if capped else one.actual * dec(SCALE)
            above.append(case((inside, left), default=dec(0)))
            below.append(case((inside, one.target), default=dec(0)))
        return self.sheet.put(total(above, dec(0))), self.sheet.put(total(below, dec(0)))

    def _together(self) -> tuple[Sql, Sql]:
        held, sheet, bound = self.criterion, self.sheet, self.criterion.bound
        cells = self.picked.cells
        if not held.ratio:
            sure = self.sheet.put(self.whole)
            sums = sheet.put(
                total(
                    (
                        case((both(one.inside, known), one.actual), default=dec(0))
                        for one, known in zip(cells, self.known, strict=True)
                    ),
                    dec(0),
                )
            )
            size: Sql = exp.cast(self.picked.size, "DECIMAL(38, 0)")
            mean = held.form == "mean"
            limit: Sql = size * dec(bound.micros) if mean else dec(bound.micros)
            shown = sheet.rounded(sums, sheet.put(case((sure, size)))) if mean else sums
            status = self._settle(sure, holds(sums, limit, strict=bound.strict))
            return status, case((sure, shown))
        sure = sheet.put(both(self.whole, self.alike()))
        if held.form == "mean":
            values = [self._quantised(one, known) for one, known in zip(cells, self.known, strict=True)]
            sums = sheet.put(
                total(
                    (
                        case((one.inside, value), default=dec(0))
                        for one, value in zip(cells, values, strict=True)
                    )
                )
            )
            size = sheet.put(case((sure, exp.cast(self.picked.size, "DECIMAL(38, 0)"))))
            shown = sheet.rounded(sums, size)
            return self._settle(sure, holds(sums, size * dec(bound.micros), strict=bound.strict)), case(
                (sure, shown)
            )
        above, below = self._sides(cells, self.known)
        limit = sheet.put(below * dec(bound.micros))
        shown = self.honest(sheet.rounded(above, sheet.put(case((sure, below)))), above, limit)
        return self._settle(sure, holds(above, limit, strict=bound.strict)), case((sure, shown))

    def _quantised(self, one: Cell, known: Sql) -> Sql:
        """Returns a period's ratio in millionths, capped after rounding; null where it is not known."""
        value = self.sheet.ratio(one.actual, self.sheet.put(case((known, one.target))))
        cap = self.criterion.cap
        return value if cap is None else self.sheet.put(case((value > dec(cap), dec(cap)), default=value))

    def honest(self, shown: Sql, above: Sql, limit: Sql) -> Sql:
        """Returns a rounded ratio, moved by one place where rounding put it on the wrong side of the bound."""
        bound = self.criterion.bound.micros
        return self.sheet.put(
            case(
                (both(shown >= dec(bound), above < limit), dec(bound - 1)),
                (both(shown <= dec(bound), above > limit), dec(bound + 1)),
                default=shown,
            )
        )

    def _single(self) -> Sql:
        """Returns the figure of the period by which a finding is told: the lowest, highest, or farthest off."""
        held, sheet = self.criterion, self.sheet
        values: list[Sql] = []
        for one, known in zip(self.picked.cells, self.known, strict=True):
            sure = both(one.inside, known)
            if not held.ratio:
                values.append(sheet.put(case((sure, one.actual))))
                continue
            value = sheet.ratio(one.actual, sheet.put(case((sure, one.target))))
            if held.form != "variance":
                limit = sheet.put(one.target * dec(held.bound.micros))
                value = self.honest(value, sheet.put(one.actual * dec(SCALE)), limit)
                if held.cap is not None:
                    value = sheet.put(case((value > dec(held.cap), dec(held.cap)), default=value))
            values.append(value)
        if not values:
            return exp.cast(NULL, "DECIMAL(38, 0)")
        if held.form == "variance":
            farthest: Sql = values[0]
            for other in values[1:]:
                off, held_off = (exp.Abs(this=v - dec(SCALE)) for v in (other, farthest))
                further = either(absent(farthest), off > held_off)
                farthest = sheet.put(case((both(present(other), further), other), default=farthest))
            return farthest
        return greatest(*values) if held.form == "max" else least(*values)

    def _trend(self) -> tuple[Sql, Sql]:
        held, sheet, bound = self.criterion, self.sheet, self.criterion.bound
        n = held.over.last
        sure = sheet.put(both(self.whole, self.alike()))
        # the newest n that are in are those of which fewer than n newer ones are in
        after: Sql = num(0)
        lasts: list[Sql] = []
        for one in reversed(self.picked.cells):
            lasts.append(sheet.put(both(one.inside, after < num(n))))
            after = sheet.put(total([after, bit(one.inside)]))
        lasts.reverse()
        halves = []
        for new in (False, True):
            cells = tuple(
                one._replace(inside=both(one.inside, last if new else exp.not_(last)))
                for one, last in zip(self.picked.cells, lasts, strict=True)
            )
            if held.ratio:
                halves.append(self._sides(cells, self.known, capped=False))
            else:
                parts = (
                    case((both(one.inside, known), one.actual), default=dec(0))
                    for one, known in zip(cells, self.known, strict=True)
                )
                halves.append((sheet.put(total(parts, dec(0))), dec(0)))
        (before, before_below), (last, last_below) = halves
        if held.ratio:
            ratios = [
                sheet.rounded(above, sheet.put(case((both(sure, below > dec(0)), below))))
                for above, below in ((before, before_below), (last, last_below))
            ]
            growth = sheet.put(ratios[1] - ratios[0])
            return self._settle(sure, holds(growth, dec(bound.micros), strict=bound.strict)), case(
                (sure, growth)
            )
        grown = both(sure, before > dec(0))
        rise = sheet.put(last - before)
        status = case(
            (grown, holds(rise * dec(SCALE), before * dec(bound.micros), strict=bound.strict)),
            (sure, NULL),
            default=self._settle(sure, FALSE),
        )
        shown = sheet.ratio(rise, sheet.put(case((grown, before))))
        return status, case((grown, shown))


def _or_false(part: Sql) -> Sql:
    return exp.Coalesce(this=part, expressions=[FALSE])


def weighted(criterion: Weighted, slots: Slots) -> Told:
    """Returns a criterion on weighted components as columns."""
    sheet, bound, over = slots.sheet, criterion.bound, criterion.over
    rows = [slots.pick(one.metric, over, over.last) for one in criterion.components]
    first = rows[0]
    columns = [
        [
            sheet.put(both(present(c.actual), present(c.target), _or_false(c.target > dec(0))))
            for c in row.cells
        ]
        for row in rows
    ]
    known = [sheet.put(both(*(column[n] for column in columns))) for n in range(len(first.cells))]
    inside = [one.inside for one in first.cells]
    blank = sheet.put(total(bit(both(i, exp.not_(k))) for i, k in zip(inside, known, strict=True)))
    values: list[Sql] = []
    for n, sure in enumerate(known):
        parts: list[Sql] = []
        for one, row in zip(criterion.components, rows, strict=True):
            cell = row.cells[n]
            value = sheet.ratio(cell.actual, sheet.put(case((both(inside[n], sure), cell.target))))
            if one.cap is not None:
                value = sheet.put(case((value > dec(one.cap), dec(one.cap)), default=value))
            parts.append(value * dec(one.weight))
        values.append(sheet.put(total(parts)))
    whole = sheet.put(both(blank.eq(num(0)), first.size >= first.wanted, first.size > num(0)))
    sums: list[Sql] = []
    for one, row in zip(criterion.components, rows, strict=True):
        above, below = [], []
        for cell, sure, i in zip(row.cells, known, inside, strict=True):
            left: Sql = cell.actual * dec(SCALE)
            left = left if one.cap is None else least(left, cell.target * dec(one.cap))
            above.append(case((both(i, sure), left), default=dec(0)))
            below.append(case((both(i, sure), cell.target), default=dec(0)))
        under = sheet.put(case((whole, total(below, dec(0)))))
        sums.append(sheet.rounded(sheet.put(total(above, dec(0))), under) * dec(one.weight))
    together = sheet.put(total(sums))

    def counted(held: Threshold, need: Sql) -> Sql:
        limit = dec(held.micros * SCALE)
        met = sheet.put(
            total(
                bit(both(i, k, holds(v, limit, strict=held.strict)))
                for i, k, v in zip(inside, known, values, strict=True)
            )
        )
        short = exp.Sub(this=first.wanted, expression=first.size)
        return sheet.put(sheet.enough(need, met, short if over.missing else total([blank, short])))

    fails = [(blank > num(0), FALSE)] if over.missing else []
    if criterion.form in ("cumulative", "mean"):
        held: Sql = together
        limit: Sql = dec(bound.micros * SCALE)
        if criterion.form == "mean":
            held = total(case((i, v), default=dec(0)) for i, v in zip(inside, values, strict=True))
            limit = exp.cast(first.size, "DECIMAL(38, 0)") * limit
        status = sheet.put(case((whole, holds(held, limit, strict=bound.strict)), *fails, default=NULL))
    else:
        needs = {"max": num(1), "count": num(criterion.count)}
        status = counted(bound, needs.get(criterion.form, first.wanted))
    if criterion.floor is not None:
        status = sheet.put(both(status, counted(criterion.floor, first.wanted)))
    if criterion.form != "cumulative":
        return Told(status, exp.cast(NULL, "DECIMAL(38, 0)"))
    shown: Sql = sheet.rounded(together, dec(SCALE))
    edge = dec(bound.micros * SCALE)
    honest = case(
        (both(shown >= dec(bound.micros), together < edge), dec(bound.micros - 1)),
        (both(shown <= dec(bound.micros), together > edge), dec(bound.micros + 1)),
        default=shown,
    )
    return Told(status, sheet.put(case((whole, honest))))
