"""Generates one function per move in which the ordinary case of every criterion is written out in line.

The source is made from the typed tree: names come from a fixed alphabet, every value of the policy is bound
as a constant, and no text of the policy is ever part of it. Whatever is not ordinary (a figure missing, a
leave, a cycle not yet ended) is left to the criterion's own evaluator, so the two can be held together.
The function returns one flat tuple: a status and what is kept (`rules.kept`) for every node, outer ones first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from math import gcd
from typing import Any, TypeAlias

from rules.attainment import grid, ordinary
from rules.criterion import (
    Attainment,
    Competency,
    Criterion,
    Group,
    NoneOf,
    Not,
    Register,
    Tenure,
    Track,
    Training,
)
from rules.fact import FactView
from rules.finding import Raw, Status, negation
from rules.salestime import Ramp
from terms.calendar import add_months, months_between
from terms.quantity import SCALE

Evaluator: TypeAlias = Callable[[FactView, date], Raw]
Run: TypeAlias = Callable[[FactView, date], tuple[Any, ...]]

LONGEST = 8
DATES = 400  # dates whose windows are kept ready at once


def inlined(criteria: Sequence[Criterion], make: Callable[[Criterion], Evaluator]) -> Run:
    """Returns a function that finds all criteria of a move at once."""
    source, constants = generate(criteria, make)
    scope: dict[str, Any] = dict(constants)
    exec(compile(source, "<move>", "exec"), scope)  # noqa: S102  # the one place; see the module's first lines
    found: Run = scope["run"]
    return found


def generate(
    criteria: Sequence[Criterion], make: Callable[[Criterion], Evaluator]
) -> tuple[str, dict[str, object]]:
    """Returns the source of a move's function, and the constants that it is bound to."""
    writer = Writer(make)
    body = [line for one in criteria for line in writer.node(one)]
    held = "".join(f"s{n}, o{n}, " for n in range(writer.size))
    lines = ["def run(view, on):"]
    if writer.dated:
        makers = tuple(writer.dated.values())
        writer.constants |= {
            "H": dict[date, tuple[object, ...]](),
            "make": lambda on: tuple(one(on) for one in makers),
        }
        lines += [
            " h = H.get(on)",
            " if h is None:",
            f"  if len(H) > {DATES}: H.clear()",
            "  h = H[on] = make(on)",
            f" {' '.join(f'{name},' for name in writer.dated)} = h",
        ]
    if writer.shapes:
        lines.append(" series = view.series; since = view.since; steady = view.steady; get = series.get")
    if writer.laid:
        lines.append(" names, over, current, ahead, entries, signed, stays, away = view.layout")
    return "\n".join([*lines, *body, f" return ({held})"]) + "\n", writer.constants


class Writer:
    """Holds the lines' common ground: constants, what depends on the date alone, windows that several share."""

    def __init__(self, make: Callable[[Criterion], Evaluator]) -> None:
        self.make = make
        self.size = 0
        self.constants: dict[str, object] = {
            "MET": Status.MET,
            "NOT_MET": Status.NOT_MET,
            "UNDETERMINED": Status.UNDETERMINED,
            "flip": negation,
            "E": ((), 0),
            "N": {},
        }
        self.dated: dict[str, Callable[[date], object]] = {}
        self.shapes: dict[object, int] = {}
        self.laid = False

    def node(self, one: Criterion) -> Iterator[str]:
        """Yields the lines that set `s` and `o` of a criterion and of every part of it."""
        n = self.size
        self.size += 1
        if isinstance(one, Group | Not):
            yield from self._parts(n, one)
            return
        self.constants[f"e{n}"] = self.make(one)
        lines = list(self._ordinary(n, one))
        if lines:
            yield f" s{n} = None"
            yield from lines
            yield f" if s{n} is None: o{n} = e{n}(view, on); s{n} = o{n}[1]"
        else:
            yield f" o{n} = e{n}(view, on); s{n} = o{n}[1]"

    def _parts(self, n: int, one: Group | Not) -> Iterator[str]:
        inside: list[int] = []
        for part in one.parts if isinstance(one, Group) else (one.part,):
            inside.append(self.size)
            yield from self.node(part)
        yield f" o{n} = None"
        if isinstance(one, Not):
            yield f" s{n} = flip(s{inside[0]})"
            return
        met = " + ".join(f"(s{m} is MET)" for m in inside)
        failed = " + ".join(f"(s{m} is NOT_MET)" for m in inside)
        rest = len(inside) - one.need
        yield f" s{n} = MET if {met} >= {one.need} else NOT_MET if {failed} > {rest} else UNDETERMINED"

    def _ordinary(self, n: int, one: Criterion) -> Iterator[str]:
        match one:
            case Attainment() if _plain(one):
                yield from self._figures(n, one)
                return
            case Competency() if _simple(one):
                lines = self._scores(n, one)
            case Register(by="", least_rank=None) if one.register != "endorsement":
                lines = self._register(n, one)
            case Track():
                lines = self._track(n, one)
            case Tenure() if len(one.names) == 1:
                lines = self._tenure(n, one)
            case NoneOf():
                lines = self._none_of(n, one)
            case Training() if len(one.codes) == 1:
                lines = self._training(n, one)
            case _:
                return
        self.laid = True
        yield from lines

    def _figures(self, n: int, one: Attainment) -> Iterator[str]:
        over, last = one.over, one.over.last
        shape = (one.metric, over.unit, last, over.time.fiscal, over.time.due_after)
        if shape not in self.shapes:
            w = self.shapes[shape] = len(self.shapes)
            self.constants[f"m{w}"] = one.metric
            windows = grid(over, last)
            self.dated[f"k{w}"] = lambda on: windows(on)[0]
            self.dated[f"f{w}"] = lambda on: windows(on)[1]
            yield f" g{w} = get(m{w}); w{w} = False"
            yield f" if g{w} is not None and since <= f{w}:"
            yield f"  _, keys, actuals, targets, sound, _ = g{w}"
            yield f"  if sound >= {last} and keys[-{last + 1}:] == k{w}:"
            yield f"   w{w} = True"
            yield f"   {' '.join(f'a{w}_{i},' for i in range(last))} = actuals[-{last}:]"
            yield f"   {' '.join(f'b{w}_{i},' for i in range(last))} = targets[-{last}:]"
        w = self.shapes[shape]
        checks = f"w{w}" + (" and steady" if over.time.leave != "count" else "")
        if over.fully_ramped:
            assert over.time.ramp is not None
            self.dated[f"z{n}"] = _joined_by(over.time.ramp, grid(over, last))
            checks += f" and since <= z{n}"
        yield f" if {checks}:"
        yield f"  o{n} = g{w}"
        p, q = self._fraction(f"p{n}", f"q{n}", one.bound.micros)
        sign = ">" if one.bound.strict else ">="
        sides = [(f"a{w}_{i}", f"b{w}_{i}") for i in range(last)]
        if one.form != "cumulative":
            holds = " and ".join(f"{a}{p} {sign} {b}{q}" for a, b in sides)
            yield f"  s{n} = MET if {holds} else NOT_MET"
            return
        above, below = " + ".join(a for a, _ in sides), " + ".join(b for _, b in sides)
        whole = f"s{n} = MET if ({above}){p} {sign} ({below}){q} else NOT_MET"
        if one.cap is None:
            yield f"  {whole}"
            return
        t, c = self._fraction(f"t{n}", f"c{n}", one.cap)
        yield f"  if {' and '.join(f'{a}{t} <= {b}{c}' for a, b in sides)}: {whole}"
        self.constants |= {f"v{n}": one.cap, f"u{n}": one.bound.micros, "S": SCALE}
        capped = " + ".join(f"min({a} * S, v{n} * {b})" for a, b in sides)
        yield f"  else: s{n} = MET if {capped} {sign} u{n} * ({below}) else NOT_MET"

    def _fraction(self, left: str, right: str, micros: int) -> tuple[str, str]:
        """Returns the factors of the two sides of a comparison with a ratio, in its lowest terms; empty for 1."""
        shared = gcd(micros, SCALE) or 1
        self.constants |= {left: SCALE // shared, right: micros // shared}
        return ("" if shared == SCALE else f" * {left}"), ("" if micros == shared else f" * {right}")

    def _scores(self, n: int, one: Competency) -> Iterator[str]:
        cycles, size = one.cycles, len(one.names)
        self.constants[f"j{n}"] = one.bound.micros
        sign = ">" if one.bound.strict else ">="
        where = "ahead" if one.level == "next" else "current"
        yield " if over <= on:"
        for i, name in enumerate(one.names):
            self.constants[f"n{n}_{i}"] = name
            yield f"  x{i} = {where}.get(n{n}_{i}, E)"
        yield f"  if {' and '.join(f'x{i}[1] >= {cycles}' for i in range(size))}:"
        yield f"   o{n} = (names, {''.join(f'x{i}, ' for i in range(size))})"
        each = [" and ".join(f"x{i}[{j + 2}] {sign} j{n}" for j in range(cycles)) for i in range(size)]
        if one.need == size:
            holds = " and ".join(each)
        elif one.need == 1:
            holds = " or ".join(f"({one})" for one in each)
        else:
            holds = f"{' + '.join(f'({one})' for one in each)} >= {one.need}"
        yield f"   s{n} = MET if {holds} else NOT_MET"

    def _register(self, n: int, one: Register) -> Iterator[str]:
        within = one.within_months
        self.constants |= {f"r{n}": one.register, f"n{n}": one.entry}
        self.dated[f"d{n}"] = lambda on: date.min if within is None else add_months(on, -within)
        yield f" g = entries.get(r{n}, N).get(n{n})"
        yield f" if g is None: s{n} = NOT_MET; o{n} = ()"
        yield " else:"
        yield "  g, first, last, verified = g"
        whole = f"first >= d{n} and last <= on" + (" and verified" if one.verified else "")
        kept = "q.verified and " if one.verified else ""
        yield f"  o{n} = g if {whole} else tuple([q for q in g if {kept}d{n} <= q.on <= on])"
        yield f"  s{n} = MET if len(o{n}) >= {one.count} else NOT_MET"

    def _track(self, n: int, one: Track) -> Iterator[str]:
        self.constants[f"n{n}"] = one.track
        yield f" if signed is None: s{n} = NOT_MET; o{n} = None"
        yield f" elif signed.on <= on: s{n} = MET if signed.kind == n{n} else NOT_MET; o{n} = signed"

    def _tenure(self, n: int, one: Tenure) -> Iterator[str]:
        months = one.months
        self.constants |= {f"r{n}": one.span, f"n{n}": one.names[0]}
        self.dated[f"d{n}"] = lambda on: _begun_by(months, on)
        yield f" g = None if away else stays.get(r{n}, N).get(n{n})"
        yield " if g is not None and g.end is None:"
        yield "  q = g.start"
        yield f"  if q < on: s{n} = MET if q <= d{n} else NOT_MET; o{n} = g"

    def _none_of(self, n: int, one: NoneOf) -> Iterator[str]:
        stale = timedelta(days=one.stale_days)
        self.dated[f"d{n}"] = lambda on: on - stale
        yield " if not entries.get('standing'):"
        yield f"  o{n} = view.complete.get('standing')"
        yield f"  if o{n} is not None and o{n} >= d{n}: s{n} = MET"
        yield f"  else: s{n} = UNDETERMINED; o{n} = None"

    def _training(self, n: int, one: Training) -> Iterator[str]:
        stale = timedelta(days=one.stale_days)
        self.constants[f"n{n}"] = one.codes[0]
        self.dated[f"d{n}"] = lambda on: on - stale
        yield f" g = entries.get('training', N).get(n{n})"
        yield " q = view.complete.get('training')"
        yield f" if q is not None and q < d{n}: q = None"
        yield f" if g is None: s{n} = NOT_MET if q else UNDETERMINED; o{n} = ((), q)"
        yield f" elif g[2] <= on: s{n} = MET; o{n} = (g[0], q)"


def _plain(one: Attainment) -> bool:
    """Returns whether the ordinary case of a criterion on figures is written out."""
    over = one.over
    windowed = ordinary(over) and over.last <= LONGEST and over.time.transfer is None
    ramped = not over.fully_ramped or (over.time.ramp is not None and over.time.ramp.since == "employment")
    capless = one.form in ("each", "min", "latest") and one.cap is None
    return one.ratio and one.floor is None and windowed and ramped and (capless or one.form == "cumulative")


def _simple(one: Competency) -> bool:
    """Returns whether the ordinary case of a criterion on scores is written out."""
    return not one.mean and not one.lower_is_better and one.cycles * len(one.names) <= LONGEST


def _joined_by(ramp: Ramp, make: Callable[[date], tuple[tuple[date, ...], date]]) -> Callable[[date], date]:
    """Returns, by date, the last day on which somebody fully ramped over the whole window may have joined."""

    def run(on: date) -> date:
        begins = make(on)[1]
        found = begins
        while ramp.end(found) > begins:
            found -= timedelta(days=1)
        return found

    return run


def _begun_by(months: int, on: date) -> date:
    """Returns the last day from which there are so many whole months up to a date."""
    found = on - timedelta(days=months * 28)
    while months_between(found, on) < months:
        found -= timedelta(days=1)
    return found
