"""Generates one function per move in which the ordinary case of figures and scores is written out in line.

The source is made from the typed tree: names come from a fixed alphabet, every value of the policy is bound
as a constant, and no text of the policy is ever part of it. Whatever is not ordinary (a figure missing, a
leave, a cycle not yet ended) is left to the criterion's own evaluator, so the two can be held together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, TypeAlias

from rules.attainment import Grid, grid, ordinary
from rules.criterion import Attainment, Competency, Criterion
from rules.fact import FactView
from rules.finding import Raw, Status
from terms.quantity import SCALE

Evaluator: TypeAlias = Callable[[FactView, date], Raw]
Run: TypeAlias = Callable[[FactView, date], tuple[Raw, ...]]

LONGEST = 8


def inlined(criteria: Sequence[Criterion], evaluators: Sequence[Evaluator]) -> Run:
    """Returns a function that finds all criteria of a move at once."""
    source, constants = generate(criteria, evaluators)
    scope: dict[str, Any] = dict(constants)
    exec(compile(source, "<move>", "exec"), scope)  # noqa: S102  # the one place; see the module's first lines
    found: Run = scope["run"]
    return found


def generate(criteria: Sequence[Criterion], evaluators: Sequence[Evaluator]) -> tuple[str, dict[str, object]]:
    """Returns the source of a move's function, and the constants that it is bound to."""
    constants: dict[str, object] = {"MET": Status.MET, "NOT_MET": Status.NOT_MET, "S": SCALE}
    grids: dict[int, Callable[[date], Grid]] = {}
    body: list[str] = []
    for n, (one, evaluator) in enumerate(zip(criteria, evaluators, strict=True)):
        constants[f"c{n}"], constants[f"e{n}"] = one, evaluator
        body += _lines(n, one, constants, grids)
    lines = ["def run(view, on):"]
    if grids:
        makers = tuple(grids.values())
        constants["H"] = dict[date, tuple[Grid, ...]]()
        constants["make"] = lambda on: tuple(one(on) for one in makers)
        lines += [
            " series = view.series; since = view.since; steady = view.steady",
            " h = H.get(on)",
            " if h is None: h = H[on] = make(on)",
            f" {' '.join(f'(k{n}, f{n}),' for n in grids)} = h",
        ]
    if any(" l = names[" in line for line in body):
        lines += [
            " scores = view.scores; names = view.cycle_names",
            " over = not names or view.cycles[-1].end > on",
        ]
    results = "".join(f"r{n}, " for n in range(len(criteria)))
    return "\n".join([*lines, *body, f" return ({results})"]) + "\n", constants


def _lines(
    n: int, one: Criterion, constants: dict[str, object], grids: dict[int, Callable[[date], Grid]]
) -> Iterator[str]:
    if isinstance(one, Attainment) and _plain(one):
        grids[n] = grid(one.over, one.over.last)
        if one.form == "cumulative":
            yield from _cumulative(n, one, constants)
        else:
            yield from _each(n, one, constants)
        return
    plain = isinstance(one, Competency) and not one.mean and not one.lower_is_better
    if plain and isinstance(one, Competency) and one.cycles * len(one.names) <= LONGEST:
        yield from _scores(n, one, constants)
        return
    yield f" r{n} = e{n}(view, on)"


def _plain(one: Attainment) -> bool:
    """Returns whether the ordinary case of a criterion is written out."""
    over = one.over
    windowed = ordinary(over) and over.last <= LONGEST and over.time.transfer is None
    ramped = not over.fully_ramped or (over.time.ramp is not None and over.time.ramp.since == "employment")
    capless = one.form in ("each", "min", "latest") and one.cap is None
    return one.ratio and one.floor is None and windowed and ramped and (capless or one.form == "cumulative")


def _window(n: int, one: Attainment, constants: dict[str, object]) -> Iterator[str]:
    """Yields the choice of the newest periods, and the condition under which they are the window."""
    over, last = one.over, one.over.last
    constants |= {f"m{n}": one.metric, f"b{n}": one.bound.micros}
    yield f" r{n} = None"
    yield f" s = series.get(m{n})"
    leave = " and steady" if over.time.leave != "count" else ""
    yield f" if s is not None and since <= f{n}{leave}:"
    yield "  held, keys, actuals, targets, sound, _ = s"
    checks = f"sound >= {last} and keys[-{last + 1}:] == k{n}"
    if over.fully_ramped:
        assert over.time.ramp is not None
        constants[f"z{n}"], constants[f"y{n}"] = dict[date, date](), over.time.ramp.end
        yield f"  z = z{n}.get(since)"
        yield f"  if z is None: z = z{n}[since] = y{n}(since)"
        checks += f" and z <= f{n}"
    yield f"  if {checks}:"
    yield f"   {' '.join(f'a{i},' for i in range(last))} = actuals[-{last}:]"
    yield f"   {' '.join(f'g{i},' for i in range(last))} = targets[-{last}:]"


def _each(n: int, one: Attainment, constants: dict[str, object]) -> Iterator[str]:
    yield from _window(n, one, constants)
    last, sign = one.over.last, ">" if one.bound.strict else ">="
    holds = " and ".join(f"a{i} * S {sign} b{n} * g{i}" for i in range(last))
    yield f"   r{n} = (c{n}, MET if {holds} else NOT_MET, (held[-{last}:], {last}, ''), ())"
    yield f" if r{n} is None: r{n} = e{n}(view, on)"


def _cumulative(n: int, one: Attainment, constants: dict[str, object]) -> Iterator[str]:
    yield from _window(n, one, constants)
    last, sign = one.over.last, ">" if one.bound.strict else ">="
    periods = range(last)
    if one.cap is None:
        above = f"({' + '.join(f'a{i}' for i in periods)}) * S"
    else:
        constants[f"k{n}c"] = one.cap
        above = " + ".join(f"(a{i} * S if a{i} * S < k{n}c * g{i} else k{n}c * g{i})" for i in periods)
    below = " + ".join(f"g{i}" for i in periods)
    yield (
        f"   r{n} = (c{n}, MET if {above} {sign} b{n} * ({below}) else NOT_MET, (held[-{last}:], {last}, ''), ())"
    )
    yield f" if r{n} is None: r{n} = e{n}(view, on)"


def _scores(n: int, one: Competency, constants: dict[str, object]) -> Iterator[str]:
    cycles = one.cycles
    constants |= {f"b{n}": one.bound.micros, f"s{n}": one.level}
    sign = ">" if one.bound.strict else ">="
    yield f" r{n} = None"
    yield f" if not over and len(names) >= {cycles}:"
    yield f"  l = names[-{cycles}:]"
    fits: list[str] = []
    for i, name in enumerate(one.names):
        constants[f"k{n}_{i}"] = (name, one.level)
        yield f"  t{i} = scores.get(k{n}_{i}, ())[-{cycles}:]"
        fits.append(f"len(t{i}) == {cycles}")
    yield f"  if {' and '.join(fits)}:"
    ordinary: list[str] = []
    for i in range(len(one.names)):
        for j in range(cycles):
            yield f"   q = t{i}[{j}]; v{i}_{j} = q.value"
            yield f"   u{i}_{j} = q.cycle == l[{j}] and q.by != 'self' and v{i}_{j} is not None"
            ordinary.append(f"u{i}_{j}")
    yield f"   if {' and '.join(ordinary)}:"
    rows, statuses = "", ""
    for i in range(len(one.names)):
        holds = " and ".join(f"v{i}_{j} {sign} b{n}" for j in range(cycles))
        yield f"    h{i} = MET if {holds} else NOT_MET"
        rows, statuses = f"{rows}t{i}, ", f"{statuses}h{i}, "
    met = " + ".join(f"(h{i} is MET)" for i in range(len(one.names)))
    yield f"    r{n} = (c{n}, MET if {met} >= {one.need} else NOT_MET, (l, ({rows}), ({statuses})), ())"
    yield f" if r{n} is None: r{n} = e{n}(view, on)"
