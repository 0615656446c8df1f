"""The figures of slots: what is on file for exactly a period, or the sum of shorter ones that fill it exactly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlglot import exp

from rules.sql.sheet import (
    TRUE,
    Sql,
    bit,
    both,
    case,
    col,
    day,
    either,
    num,
    or_else,
)
from rules.sql.slot import Slots

Newest = Callable[..., exp.Select]
SIDES = (("actual", "a"), ("target", "t"), ("unit", "u"))


class Cells:
    """Holds the queries that put one row of figures per person together, and the columns they come to."""

    def __init__(self, slots: Slots, newest: Newest) -> None:
        self.slots, self.sheet = slots, slots.sheet
        self.figures = slots.figures
        self.metrics = list(dict.fromkeys(one for one, _, _ in self.figures))
        self.tables: dict[str, exp.Query] = {"placed": self._placed(newest)}
        self.joined: dict[str, exp.Query] = {}
        self.columns: list[Sql] = []
        self.short: list[Sql] = []
        if slots.thorough:
            self._thorough()
        else:
            self._quick()

    def _placed(self, newest: Newest) -> exp.Select:
        """Returns the figures known, each with the slot that it stands in exactly."""
        low, high = min(one[1] for one in self.figures), max(one[2] for one in self.figures)
        wanted = either(*(col("metric").eq(self.sheet.bind(one)) for one in self.metrics))
        near = (col("starts") >= day(low), col("ends") <= day(high))
        now = newest(
            "expected_period", ["person", "metric", "starts", "ends"], ["recorded_at"], wanted, *near
        )
        branches = [
            (both(self._of(metric), col("starts").eq(day(start)), col("ends").eq(day(end))), num(n))
            for (metric, start, end), n in self.figures.items()
        ]
        kept = ("person", "metric", "starts", "ends", "actual", "target", "unit")
        return exp.select(*kept, exp.alias_(case(*branches), "slot")).from_(now.subquery("n"))

    def _of(self, metric: str) -> Sql:
        return col("metric").eq(self.sheet.bind(metric)) if len(self.metrics) > 1 else TRUE

    def _exact(self, *, units: bool) -> exp.Select:
        query = exp.select("person").from_("placed").group_by("person")
        for n in self.figures.values():
            here = col("slot").eq(num(n))
            for side, short in SIDES[: 3 if units else 2]:
                query = query.select(
                    exp.alias_(exp.Max(this=case((here, col(side)))), f"{short}{n}"), copy=False
                )
            if units or self.slots.imported:
                query = query.select(exp.alias_(exp.Max(this=bit(here)), f"h{n}"), copy=False)
        return query

    def _quick(self) -> None:
        query = self._exact(units=False)
        for n, metric in enumerate(self.metrics):
            unit = case(
                (
                    both(self._of(metric), exp.not_(exp.Is(this=col("slot"), expression=exp.null()))),
                    col("unit"),
                )
            )
            query = query.select(
                exp.alias_(exp.Min(this=unit), f"lo{n}"), exp.alias_(exp.Max(this=unit), f"hi{n}"), copy=False
            )
            odd = either(*(self._odd(metric, one) for one in self.slots.grids if one[0] == metric))
            query = query.select(exp.alias_(exp.Max(this=bit(odd)), f"odd{n}"), copy=False)
            low, high, found = (col(f"{name}{n}", "figures") for name in ("lo", "hi", "odd"))
            self.short.append(or_else(exp.NEQ(this=low, expression=high), exp.false()))
            self.short.append(or_else(found.eq(num(1)), exp.false()))
        self.joined["figures"] = query
        for (metric, _, _), n in self.figures.items():
            self.columns += [exp.alias_(col(f"{short}{n}", "figures"), f"{short}{n}") for short in "at"]
            self.columns.append(exp.alias_(col(f"lo{self.metrics.index(metric)}", "figures"), f"u{n}"))
            if self.slots.imported:
                self.columns.append(exp.alias_(col(f"h{n}", "figures").eq(num(1)), f"h{n}"))

    def _odd(self, metric: str, grid: tuple[str, str]) -> Sql:
        """Returns whether a row lies among a calendar's slots without being one of them."""
        low, high = self.slots.grids[grid]
        held = self.slots.calendars[grid]
        mine = [n for key, n in self.figures.items() if key[0] == metric and key[1:] in held]
        others = len(mine) < len(self.figures)
        outside: Sql = exp.Is(this=col("slot"), expression=exp.null())
        if others:
            outside = exp.not_(or_else(either(*(col("slot").eq(num(n)) for n in mine)), exp.false()))
        return both(self._of(metric), col("starts") >= day(low), col("ends") <= day(high), outside)

    def _thorough(self) -> None:
        self.joined["figures"] = self._exact(units=True)
        held = {
            (one, *period)
            for grid, periods in self.slots.calendars.items()
            for one in [grid[0]]
            for period in periods
        }
        filled = {key: n for key, n in self.figures.items() if key in held}
        if filled:
            self.joined["filled"] = self._filled(filled)
        for key, n in self.figures.items():
            has = or_else(col(f"h{n}", "figures").eq(num(1)), exp.false())
            self.columns.append(exp.alias_(has, f"h{n}"))
            for _, short in SIDES:
                exact = col(f"{short}{n}", "figures")
                if key in filled:
                    exact = case((has, exact), default=col(f"{short}{n}", "filled"))
                self.columns.append(exp.alias_(exact, f"{short}{n}"))

    def _filled(self, wanted: dict[tuple[str, date, date], int]) -> exp.Query:
        """Returns, by person and slot, the sums of shorter periods that follow on one another and fill it."""
        grid: exp.Query | None = None
        for (metric, start, end), n in wanted.items():
            row = exp.select(
                exp.alias_(num(n), "number"),
                exp.alias_(self.sheet.bind(metric), "of"),
                exp.alias_(day(start), "first"),
                exp.alias_(day(end), "last"),
            )
            grid = row if grid is None else exp.union(grid, row, distinct=False)
        assert grid is not None
        self.tables["grid"] = grid
        begins, ends = col("starts", "p"), col("ends", "p")
        inside = both(
            col("of", "g").eq(col("metric", "p")), begins >= col("first", "g"), ends <= col("last", "g")
        )
        after = exp.Window(
            this=exp.Lead(this=begins),
            partition_by=[col("person", "p"), col("number", "g")],
            order=exp.Order(
                expressions=[exp.Ordered(this=one, desc=False, nulls_first=False) for one in (begins, ends)]
            ),
        )
        parts = exp.select(
            exp.alias_(col("person", "p"), "person"),
            *(exp.alias_(col(one, "g"), one) for one in ("number", "first", "last")),
            *(exp.alias_(col(one, "p"), one) for one in ("starts", "ends", "actual", "target", "unit")),
            exp.alias_(after, "following"),
        )
        parts = parts.from_(exp.to_table("placed").as_("p")).join(exp.to_table("grid").as_("g"), on=inside)
        follows = either(
            exp.Is(this=col("following"), expression=exp.null()), col("following").eq(col("ends"))
        )
        sums = {
            short: case((exp.Count(this=col(side)).eq(exp.Count(this=exp.Star())), exp.Sum(this=col(side))))
            for side, short in SIDES[:2]
        }
        low, high = exp.Min(this=col("unit")), exp.Max(this=col("unit"))
        sums["u"] = low
        whole = both(
            exp.Min(this=bit(follows)).eq(num(1)),
            low.eq(high),
            exp.Min(this=col("starts")).eq(exp.Min(this=col("first"))),
            exp.Max(this=col("ends")).eq(exp.Max(this=col("last"))),
        )
        each = exp.select("person", "number", *(exp.alias_(one, name) for name, one in sums.items()))
        each = each.from_(parts.subquery("i")).group_by("person", "number").having(whole)
        query = exp.select("person").from_(each.subquery("f")).group_by("person")
        for n in wanted.values():
            here = col("number").eq(num(n))
            query = query.select(
                *(exp.alias_(exp.Max(this=case((here, col(short)))), f"{short}{n}") for _, short in SIDES),
                copy=False,
            )
        return query
