"""Generates one function per move in which the ordinary case of figures and scores is written out in line.

The source is made from the typed tree: names come from a fixed alphabet, every value of the policy is bound
as a constant, and no text of the policy is ever part of it. Whatever is not ordinary (a figure missing, a
leave, a cycle not yet ended) is left to the criterion's own evaluator, so the two can be held together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, TypeAlias

from rules.attainment import ramp
from rules.criterion import Attainment, Competency, Criterion
from rules.fact import FactView
from rules.finding import Raw, Status
from rules.window import LENGTHS
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
    constants: dict[str, object] = {
        "MET": Status.MET,
        "NOT_MET": Status.NOT_MET,
        "S": SCALE,
    }
    lines = [
        "def run(view, on):",
        " figures = view.figures; scores = view.scores; leave = view.spans.get('leave')",
        " names = view.cycle_names",
        " over = not names or view.cycles[-1].end > on",
    ]
    for n, (one, evaluator) in enumerate(zip(criteria, evaluators, strict=True)):
        constants[f"c{n}"], constants[f"e{n}"] = one, evaluator
        lines += _lines(n, one, constants)
    results = "".join(f"r{n}, " for n in range(len(criteria)))
    lines.append(f" return ({results})")
    return "\n".join(lines) + "\n", constants


def _lines(n: int, one: Criterion, constants: dict[str, object]) -> Iterator[str]:
    if isinstance(one, Attainment) and one.ratio and one.floor is None and one.over.last <= LONGEST:
        if one.form in ("each", "min", "latest") and one.cap is None:
            yield from _each(n, one, constants)
            return
        if one.form == "cumulative":
            yield from _cumulative(n, one, constants)
            return
    plain = isinstance(one, Competency) and not one.mean and not one.lower_is_better
    if plain and isinstance(one, Competency) and one.cycles * len(one.names) <= LONGEST:
        yield from _scores(n, one, constants)
        return
    yield f" r{n} = e{n}(view, on)"


def _window(n: int, one: Attainment, constants: dict[str, object]) -> Iterator[str]:
    """Yields the choice of the newest periods, and the condition under which they are the window."""
    over = one.over
    shortest, longest = LENGTHS.get(over.unit, (0, 1 << 30))
    constants |= {f"m{n}": one.metric, f"b{n}": one.bound.micros, f"x{n}": shortest, f"y{n}": longest}
    yield f" t = figures.get(m{n}, ())[-{over.last}:]"
    yield f" r{n} = None"
    checks = [f"len(t) == {over.last}", f"t[{over.last - 1}].end <= on"]
    if over.skip_leave:
        checks.append("not leave")
    yield f" if {' and '.join(checks)}:"
    yield f"  {' '.join(f'p{i},' for i in range(over.last))} = t"
    fits = []
    if over.fully_ramped:
        constants[f"w{n}"] = ramp(over)
        yield f"  z = w{n}(view, on)"
        fits.append("z is not None")
        fits += [f"p{i}.start >= z" for i in range(over.last)]
    if over.unit != "period":
        fits += [f"x{n} <= p{i}.days <= y{n}" for i in range(over.last)]
    for i in range(over.last):
        yield f"  a{i} = p{i}.actual; g{i} = p{i}.target"
        fits += [f"a{i} is not None", f"g{i} is not None", f"g{i} > 0"]
    if one.form == "cumulative":
        fits += [f"p{i}.unit == p0.unit" for i in range(1, over.last)]
    yield f"  if {' and '.join(fits)}:"


def _each(n: int, one: Attainment, constants: dict[str, object]) -> Iterator[str]:
    yield from _window(n, one, constants)
    sign = ">" if one.bound.strict else ">="
    holds = " and ".join(f"a{i} * S {sign} b{n} * g{i}" for i in range(one.over.last))
    yield f"   r{n} = (c{n}, MET if {holds} else NOT_MET, (t, ''), ())"
    yield f" if r{n} is None: r{n} = e{n}(view, on)"


def _cumulative(n: int, one: Attainment, constants: dict[str, object]) -> Iterator[str]:
    yield from _window(n, one, constants)
    periods = range(one.over.last)
    sign = ">" if one.bound.strict else ">="
    if one.cap is None:
        above = f"({' + '.join(f'a{i}' for i in periods)}) * S"
    else:
        constants[f"k{n}"] = one.cap
        above = " + ".join(f"(a{i} * S if a{i} * S < k{n} * g{i} else k{n} * g{i})" for i in periods)
    below = " + ".join(f"g{i}" for i in periods)
    yield f"   r{n} = (c{n}, MET if {above} {sign} b{n} * ({below}) else NOT_MET, (t, ''), ())"
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
