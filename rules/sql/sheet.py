"""A sheet of named columns, each made of those before it: what a statement is built up from, layer by layer.

A column that others use is worked out once and named, in the layer after the last one it reads. Policy text is
never part of a statement: it is bound as a parameter, and every name comes from a fixed alphabet.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeAlias

from sqlglot import exp

from terms.quantity import SCALE

Sql: TypeAlias = exp.Expr
DIALECTS = ("duckdb", "postgres", "spark")
WHOLE = "DECIMAL(38, 0)"
TRUE, FALSE, NULL = exp.true(), exp.false(), exp.null()


def dec(number: int) -> Sql:
    """Returns a whole number as DECIMAL(38, 0)."""
    return exp.cast(exp.Literal.string(str(number)), WHOLE)


def num(number: int) -> Sql:
    """Returns a small whole number."""
    return exp.Literal.number(number) if number >= 0 else exp.Neg(this=exp.Literal.number(-number))


def day(held: date) -> Sql:
    """Returns a date."""
    return exp.cast(exp.Literal.string(held.isoformat()), "DATE")


def col(name: str, table: str | None = None) -> Sql:
    """Returns a column by name."""
    return exp.column(name, table=table)


def case(*branches: tuple[Sql, Sql], default: Sql | None = None) -> Sql:
    """Returns the value of the first branch whose condition holds."""
    found = exp.Case()
    for condition, value in branches:
        found = found.when(condition, value, copy=False)
    return found if default is None else found.else_(default, copy=False)


def bit(condition: Sql) -> Sql:
    """Returns 1 where a condition holds, else 0."""
    return case((condition, num(1)), default=num(0))


def both(*parts: Sql) -> Sql:
    """Returns `and` of all parts; true of none."""
    return exp.and_(*parts) if parts else TRUE


def either(*parts: Sql) -> Sql:
    """Returns `or` of all parts; false of none."""
    return exp.or_(*parts) if parts else FALSE


def absent(part: Sql) -> Sql:
    """Returns whether a value is null."""
    return exp.Is(this=exp.paren(part), expression=exp.null())


def present(part: Sql) -> Sql:
    """Returns whether a value is not null."""
    return exp.not_(absent(part))


def total(parts: Iterable[Sql], zero: Sql | None = None) -> Sql:
    """Returns the sum of all parts; zero of none."""
    found: Sql | None = None
    for one in parts:
        found = exp.paren(one) if found is None else exp.Add(this=found, expression=exp.paren(one))
    return found if found is not None else (zero or num(0))


def or_else(part: Sql, default: Sql) -> Sql:
    """Returns a value, or a default where it is null."""
    return exp.Coalesce(this=part, expressions=[default])


def least(*parts: Sql) -> Sql:
    """Returns the smallest of the known parts."""
    return (
        parts[0]
        if len(parts) == 1
        else exp.Least(this=parts[0], expressions=list(parts[1:]), ignore_nulls=True)
    )


def greatest(*parts: Sql) -> Sql:
    """Returns the largest of the known parts."""
    return (
        parts[0]
        if len(parts) == 1
        else exp.Greatest(this=parts[0], expressions=list(parts[1:]), ignore_nulls=True)
    )


def newest(partition: list[str], order: list[tuple[str, bool]]) -> Sql:
    """Returns the number of a row within its partition, in an order of columns (true: falling)."""
    return exp.Window(
        this=exp.RowNumber(),
        partition_by=[col(one) for one in partition],
        order=exp.Order(expressions=[ordered(name, falling) for name, falling in order]),
    )


def ordered(name: str, falling: bool) -> Sql:
    """Returns a column as an order; no engine's own place for nulls is asked for, as keys are never null."""
    return exp.Ordered(this=col(name), desc=falling, nulls_first=False)


class Sheet:
    """Holds the columns made so far, the parameters bound, and the dialect they are for."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.layers: list[list[tuple[str, Sql]]] = []
        self.params: dict[str, str] = {}
        self._bound: dict[str, str] = {}
        self._depth: dict[str, int] = {}
        self._same: dict[str, str] = {}

    def bind(self, text: str) -> Sql:
        """Returns the parameter that stands for a text of the policy."""
        if text not in self._bound:
            self._bound[text] = f"p{len(self._bound)}"
            self.params[self._bound[text]] = text
        return exp.cast(exp.Placeholder(this=self._bound[text]), "TEXT")

    def put(self, made: Sql) -> Sql:
        """Returns the column that holds a value, made once."""
        if isinstance(made, exp.Column):
            return made
        text = made.sql()
        name = self._same.get(text)
        if name is None:
            name = self._same[text] = f"x{len(self._same)}"
            depth = 1 + max((self._depth.get(one.name, 0) for one in made.find_all(exp.Column)), default=0)
            self._depth[name] = depth
            while len(self.layers) < depth:
                self.layers.append([])
            self.layers[depth - 1].append((name, made))
        return col(name)

    def divided(self, above: Sql, below: Sql) -> Sql:
        """Returns a whole quotient, cut off towards zero; exact in every dialect."""
        above, below = exp.paren(above), exp.paren(below)
        if self.dialect == "postgres":
            return exp.cast(exp.Anonymous(this="DIV", expressions=[above, below]), WHOLE)
        if self.dialect == "spark":
            rest = exp.paren(exp.Sub(this=above, expression=exp.Mod(this=above, expression=below)))
            return exp.cast(exp.Div(this=rest, expression=below), WHOLE)
        wide = [exp.cast(one, "INT128") for one in (above, below)]
        return exp.cast(exp.IntDiv(this=wide[0], expression=wide[1]), WHOLE)

    def rounded(self, above: Sql, below: Sql) -> Sql:
        """Returns above / below rounded half to even; `below` is above 0."""
        below = self.put(below)
        if self.dialect == "duckdb":
            return self._corrected(self.put(above), below)
        size = self.put(exp.Abs(this=above))
        whole = self.put(self.divided(size, below))
        twice = self.put((size - whole * below) * dec(2))
        odd = whole - self.divided(whole, dec(2)) * dec(2)
        near = self.put(case((twice > below, whole + dec(1)), (twice < below, whole), default=whole + odd))
        return self.put(case((above < dec(0), exp.Neg(this=near)), default=near))

    def _corrected(self, above: Sql, below: Sql) -> Sql:
        """Returns a rounded quotient from a guess in floating point, put right exactly.

        DuckDB divides 128-bit integers fifty times more slowly than it multiplies them. Below 10^15 a guess is less
        than one off (three roundings of at most 2^-53 each), so twice the rest tells which neighbour is nearest.
        """
        guess = self.put(exp.Div(this=above, expression=below))
        low = exp.Abs(this=guess) < exp.Literal.number("1e15")
        near = self.put(case((low, exp.cast(guess, WHOLE)), default=self.divided(above, below)))
        twice = self.put((above - near * below) * dec(2))
        odd = exp.NEQ(this=near, expression=self.divided(near, dec(2)) * dec(2))
        up, down = near + dec(1), near - dec(1)
        tie = twice.eq(below), twice.eq(exp.Neg(this=below))
        return self.put(
            case(
                (twice > below, up),
                (twice < exp.Neg(this=below), down),
                (both(tie[0], odd), up),
                (both(tie[1], odd), down),
                default=near,
            )
        )

    def ratio(self, above: Sql, below: Sql) -> Sql:
        """Returns above / below in millionths, rounded half to even; `below` is above 0, or null for null."""
        return self.rounded(self.put(above * dec(SCALE)), below)

    def days(self, last: Sql, first: Sql) -> Sql:
        """Returns how many days lie between two dates."""
        if self.dialect == "spark":
            return exp.Anonymous(this="DATEDIFF", expressions=[last, first])
        return exp.paren(exp.Sub(this=last, expression=first))

    def enough(self, need: Sql, met: Sql, unknown: Sql) -> Sql:
        """Returns the status of at least `need`: true, false, or null where it is not known."""
        return case(
            (exp.GTE(this=exp.paren(met), expression=exp.paren(need)), TRUE),
            (exp.GTE(this=total([met, unknown]), expression=exp.paren(need)), NULL),
            default=FALSE,
        )
