"""Generates one function per move in which the ordinary case of every criterion is written out in line.

The source is made from the typed tree: names come from a fixed alphabet, every value of the policy is bound
as a constant, and no text of the policy is ever part of it. Whatever is not ordinary (a figure missing, a
leave, a cycle not yet ended) is left to the criterion's own evaluator, so the two can be held together.
Values are read from the person's flat tuple (`rules.layout`), by places that a plan tells for a date and a shape: the
windows are chosen there. The function returns each node's status, outer ones first; the windows; and, by node, what
those evaluators found (`rules.kept` reads them).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
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
from rules.finding import Raw, Status, negation
from rules.layout import (
    AWAY,
    CLEAR,
    CYCLES,
    ENTRIES,
    PERIODS,
    SHAPE,
    SIGNED,
    SINCE,
    STANDING,
    STAYS,
    STEADY,
    TRACK,
    TRAINED,
    same,
)
from rules.plan import Planned, Plans, begun_by, chooser, joined_by, planner, scored
from rules.view import FactView
from terms.calendar import add_months
from terms.quantity import SCALE

Evaluator: TypeAlias = Callable[[FactView, date], Raw]
Run: TypeAlias = Callable[[FactView, date], tuple[Any, ...]]

LONGEST = 8


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
    writer.constants |= {"H": Plans(), "plan": planner(tuple(writer.planned.values()), writer.chosen)}
    held = "".join(f"s{n}, " for n in range(writer.size))
    lines = [
        "def run(view, on):",
        " flat = view.flat; x = None",
        " p = H.get(on)",
        f" p = plan(H, on, flat[{SHAPE}]) if p is None else p.get(flat[{SHAPE}]) or plan(H, on, flat[{SHAPE}])",
        f" {''.join(f'{name}, ' for name in writer.planned)}chosen, = p",
    ]
    return "\n".join([*lines, *body, f" return ({held}chosen, x)"]) + "\n", writer.constants


class Writer:
    """Holds the lines' common ground: constants, and what follows from the date and a shape alone."""

    def __init__(self, make: Callable[[Criterion], Evaluator]) -> None:
        self.make = make
        self.size = 0
        self.constants: dict[str, object] = {
            "MET": Status.MET,
            "NOT_MET": Status.NOT_MET,
            "UNDETERMINED": Status.UNDETERMINED,
            "flip": negation,
            "odd": _odd,
            "left": bisect_left,
            "right": bisect_right,
        }
        self.planned: dict[str, Planned] = {}
        self.chosen: dict[int, Planned] = {}

    def node(self, one: Criterion) -> Iterator[str]:
        """Yields the lines that set `s` of a criterion and of every part of it, and keep in `x` what is odd."""
        n = self.size
        self.size += 1
        if isinstance(one, Group | Not):
            yield from self._parts(n, one)
            return
        self.constants[f"e{n}"] = self.make(one)
        match one:
            case Attainment() if _plain(one):
                yield from self._figures(n, one)
            case Competency() if _simple(one):
                yield from self._scores(n, one)
            case Register(by="", least_rank=None) if one.register in ENTRIES:
                yield from self._register(n, one)
            case Track():
                yield from self._track(n, one)
            case Tenure() if len(one.names) == 1:
                yield from self._tenure(n, one)
            case NoneOf():
                yield from self._none_of(n, one)
            case Training() if len(one.codes) == 1:
                yield from self._training(n, one)
            case _:
                yield f" {self._odd(n)}"

    def _odd(self, n: int) -> str:
        """Returns the statements that leave a criterion to its own evaluator."""
        return f"r = e{n}(view, on); s{n} = r[1]; x = odd(x, {n}, r)"

    def _parts(self, n: int, one: Group | Not) -> Iterator[str]:
        inside: list[int] = []
        for part in one.parts if isinstance(one, Group) else (one.part,):
            inside.append(self.size)
            yield from self.node(part)
        if isinstance(one, Not):
            yield f" s{n} = flip(s{inside[0]})"
            return
        met = " + ".join(f"(s{m} is MET)" for m in inside)
        failed = " + ".join(f"(s{m} is NOT_MET)" for m in inside)
        rest = len(inside) - one.need
        yield f" s{n} = MET if {met} >= {one.need} else NOT_MET if {failed} > {rest} else UNDETERMINED"

    def _day(self, name: str, day: Callable[[date], date]) -> None:
        """Plans a day that follows from the date alone, as an ordinal."""
        self.planned[name] = lambda on, shape: day(on).toordinal()

    def _figures(self, n: int, one: Attainment) -> Iterator[str]:
        over, last = one.over, one.over.last
        choose = chooser(one.metric, over)
        windows = grid(over)

        def at(n: int) -> Planned:
            return lambda on, shape: choose(on, shape)[n]

        self.chosen[n] = lambda on, shape: choose(on, shape)[2]
        self.planned |= {f"w{n}": at(0), f"v{n}": at(1)}
        self._day(f"f{n}", lambda on: windows(on)[0][-1])
        checks = f"flat[w{n}] >= v{n} and flat[{SINCE}] <= f{n}"
        if over.time.leave != "count":
            checks += f" and flat[{STEADY}]"
        if over.fully_ramped:
            ramp = over.time.ramp
            assert ramp is not None
            self._day(f"z{n}", lambda on: joined_by(ramp, windows(on)[0][-1]))
            checks += f" and flat[{SINCE}] <= z{n}"
        places = [(f"i{n}_{k}", f"j{n}_{k}") for k in range(last)]
        for k, (i, j) in enumerate(places):
            self.planned |= {i: at(3 + 2 * k), j: at(4 + 2 * k)}
        yield f" if {checks}:"
        p, q = self._fraction(f"p{n}", f"q{n}", one.bound.micros)
        sign = ">" if one.bound.strict else ">="
        if one.form != "cumulative":
            holds = " and ".join(f"flat[{i}]{p} {sign} flat[{j}]{q}" for i, j in places)
            yield f"  s{n} = MET if {holds} else NOT_MET"
        else:
            sides = [(f"a{k}", f"b{k}") for k in range(last)]
            yield f"  {'; '.join(f'a{k} = flat[{i}]; b{k} = flat[{j}]' for k, (i, j) in enumerate(places))}"
            above, below = " + ".join(a for a, _ in sides), " + ".join(b for _, b in sides)
            whole = f"s{n} = MET if ({above}){p} {sign} ({below}){q} else NOT_MET"
            if one.cap is None:
                yield f"  {whole}"
            else:
                t, c = self._fraction(f"t{n}", f"c{n}", one.cap)
                yield f"  if {' and '.join(f'{a}{t} <= {b}{c}' for a, b in sides)}: {whole}"
                self.constants |= {f"k{n}": one.cap, f"u{n}": one.bound.micros, "S": SCALE}
                capped = " + ".join(f"min({a} * S, k{n} * {b})" for a, b in sides)
                yield f"  else: s{n} = MET if {capped} {sign} u{n} * ({below}) else NOT_MET"
        yield f" else: {self._odd(n)}"

    def _fraction(self, left: str, right: str, micros: int) -> tuple[str, str]:
        """Returns the factors of the two sides of a comparison with a ratio, in its lowest terms; empty for 1."""
        shared = gcd(micros, SCALE) or 1
        self.constants |= {left: SCALE // shared, right: micros // shared}
        return ("" if shared == SCALE else f" * {left}"), ("" if micros == shared else f" * {right}")

    def _scores(self, n: int, one: Competency) -> Iterator[str]:
        cycles, size = one.cycles, len(one.names)
        self.constants[f"l{n}"] = one.bound.micros
        sign = ">" if one.bound.strict else ">="
        each: list[str] = []
        known: list[str] = []
        for i, name in enumerate(one.names):
            places = [f"y{n}_{i}_{k}" for k in range(1 + cycles)]
            for k, place in enumerate(places):
                self.planned[place] = scored((name, one.level), k)
            known.append(f"flat[{places[0]}] >= {cycles}")
            each.append(" and ".join(f"flat[{place}] {sign} l{n}" for place in places[1:]))
        if one.need == size:
            holds = " and ".join(each)
        elif one.need == 1:
            holds = " or ".join(f"({one})" for one in each)
        else:
            holds = f"{' + '.join(f'({one})' for one in each)} >= {one.need}"
        yield f" if {' and '.join(known)}: s{n} = MET if {holds} else NOT_MET"
        yield f" else: {self._odd(n)}"

    def _register(self, n: int, one: Register) -> Iterator[str]:
        within = one.within_months
        self.constants[f"n{n}"] = one.entry
        self._day(f"d{n}", lambda on: date.min if within is None else add_months(on, -within))
        self._day("day", lambda on: on)
        at = 4 if one.verified else 0
        yield f" g = flat[{ENTRIES[one.register]}]"
        yield f" q = None if g is None else g[0].get(n{n})"
        yield f" if q is None: s{n} = NOT_MET"
        yield " else:"
        every = f"g[q + {at + 1}] >= d{n} and g[q + {at + 2}] <= day"
        some = f"right(g[q + {at + 3}], day) - left(g[q + {at + 3}], d{n})"
        yield f"  s{n} = MET if (g[q + {at}] if {every} else {some}) >= {one.count} else NOT_MET"

    def _track(self, n: int, one: Track) -> Iterator[str]:
        self.constants[f"n{n}"] = same(one.track)
        self._day("day", lambda on: on)
        yield f" q = flat[{SIGNED}]"
        yield f" if q is None: s{n} = NOT_MET"
        yield f" elif q <= day: s{n} = MET if flat[{TRACK}] == n{n} else NOT_MET"
        yield f" else: {self._odd(n)}"

    def _tenure(self, n: int, one: Tenure) -> Iterator[str]:
        months, at = one.months, STAYS[one.span]
        self.constants[f"n{n}"] = same(one.names[0])
        self._day(f"d{n}", lambda on: begun_by(months, on))
        self._day("day", lambda on: on)
        yield f" if flat[{at}] == n{n} and flat[{at + 1}] < day and not flat[{AWAY}]:"
        yield f"  s{n} = MET if flat[{at + 1}] <= d{n} else NOT_MET"
        yield f" else: {self._odd(n)}"

    def _none_of(self, n: int, one: NoneOf) -> Iterator[str]:
        stale = timedelta(days=one.stale_days)
        self._day(f"d{n}", lambda on: on - stale)
        yield f" if flat[{STANDING}]: {self._odd(n)}"
        yield f" else: s{n} = MET if flat[{CLEAR}] >= d{n} else UNDETERMINED"

    def _training(self, n: int, one: Training) -> Iterator[str]:
        stale = timedelta(days=one.stale_days)
        self.constants[f"n{n}"] = one.codes[0]
        self._day(f"d{n}", lambda on: on - stale)
        self._day("day", lambda on: on)
        yield f" g = flat[{ENTRIES['training']}]"
        yield f" q = None if g is None else g[0].get(n{n})"
        yield f" if q is None: s{n} = NOT_MET if flat[{TRAINED}] >= d{n} else UNDETERMINED"
        yield f" elif g[q + 2] <= day: s{n} = MET"
        yield f" else: {self._odd(n)}"


def _odd(held: dict[int, Raw] | None, n: int, raw: Raw) -> dict[int, Raw]:
    """Returns what is kept of criteria that were left to their own evaluators, with one more."""
    if held is None:
        return {n: raw}
    held[n] = raw
    return held


def _plain(one: Attainment) -> bool:
    """Returns whether the ordinary case of a criterion on figures is written out."""
    over = one.over
    windowed = ordinary(over) and over.last <= PERIODS and over.time.transfer is None
    ramped = not over.fully_ramped or (over.time.ramp is not None and over.time.ramp.since == "employment")
    capless = one.form in ("each", "min", "latest") and one.cap is None
    return one.ratio and one.floor is None and windowed and ramped and (capless or one.form == "cumulative")


def _simple(one: Competency) -> bool:
    """Returns whether the ordinary case of a criterion on scores is written out."""
    return (
        not (one.mean or one.lower_is_better)
        and one.cycles <= CYCLES
        and one.cycles * len(one.names) <= LONGEST
    )
