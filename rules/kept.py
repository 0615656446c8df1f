"""What a compiled move keeps of each criterion, turned into the finding's operands when somebody reads it.

In the ordinary case the facts themselves are kept, with the windows that were chosen among them, and nothing is
copied; in any other the evaluator's own tuple.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

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
from rules.fact import Score
from rules.finding import Raw, Status
from rules.register import noted, stated
from rules.view import FactView


def raws(
    criteria: Sequence[Criterion], held: tuple[Any, ...], view: FactView, as_of: date
) -> tuple[Raw, ...]:
    """Returns each criterion's bare tuple from what was kept: statuses, the windows chosen, what is not ordinary."""
    found: list[Raw] = []
    at = 0
    for one in criteria:
        raw, at = _raw(one, held, at, view, as_of)
        found.append(raw)
    return tuple(found)


def _raw(one: Criterion, held: tuple[Any, ...], at: int, view: FactView, as_of: date) -> tuple[Raw, int]:
    n, status = at, held[at]
    at += 1
    if isinstance(one, Group | Not):
        inside: list[Raw] = []
        for part in one.parts if isinstance(one, Group) else (one.part,):
            raw, at = _raw(part, held, at, view, as_of)
            inside.append(raw)
        return (one, status, (), tuple(inside)), at
    chosen, odd = held[-2:]
    if odd is not None and n in odd:
        return odd[n], at
    return (one, status, _operands(one, chosen.get(n), view, as_of), ()), at


def _operands(one: Criterion, window: slice | None, view: FactView, as_of: date) -> tuple[Any, ...]:
    match one:
        case Attainment():
            assert window is not None
            return (view.figures[one.metric][window], one.over.last, "")
        case Competency():
            rows = tuple([view.scores[name, one.level][-one.cycles :] for name in one.names])
            names = tuple([cycle.name for cycle in view.cycles[-one.cycles :]])
            return (names, rows, tuple([_scored(one, row) for row in rows]))
        case Register():
            return (tuple(noted(one, view, as_of)), ())
        case Track():
            own = [mark for mark in view.marks.get("commitment", ()) if mark.by == view.person]
            return (own[-1] if own else None,)
        case Tenure():
            stay = view.spans[one.span][-1]
            return ((stay,), (as_of - stay.start).days, 0)
        case Training():
            done = tuple([mark for mark in view.marks.get("training", ()) if mark.kind in one.codes])
            return (
                done,
                () if done else one.codes,
                stated(view, "training", timedelta(days=one.stale_days), as_of),
            )
        case NoneOf():
            return ((), stated(view, "standing", timedelta(days=one.stale_days), as_of))
        case _:
            raise TypeError(f"{type(one).__name__} has no ordinary case")


def _scored(one: Competency, row: tuple[Score, ...]) -> Status:
    least = one.bound.micros + (1 if one.bound.strict else 0)
    held = all(score.value is not None and score.value >= least for score in row)
    return Status.MET if held else Status.NOT_MET
