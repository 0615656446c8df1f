"""What a compiled move keeps of each criterion, turned into the finding's operands when somebody reads it.

In the ordinary case a reference to the facts is kept and nothing is copied; in any other the evaluator's own tuple.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from rules.criterion import Attainment, Competency, Criterion, Group, Not, Register, Tenure, Track, Training
from rules.finding import Raw, Status


def raws(criteria: Sequence[Criterion], held: tuple[Any, ...], as_of: date) -> tuple[Raw, ...]:
    """Returns each criterion's bare tuple from what was kept: a status and an operand for every node of the trees."""
    found: list[Raw] = []
    at = 0
    for one in criteria:
        raw, at = _raw(one, held, at, as_of)
        found.append(raw)
    return tuple(found)


def _raw(one: Criterion, held: tuple[Any, ...], at: int, as_of: date) -> tuple[Raw, int]:
    status, kept = held[at], held[at + 1]
    at += 2
    if isinstance(one, Group | Not):
        inside: list[Raw] = []
        for part in one.parts if isinstance(one, Group) else (one.part,):
            raw, at = _raw(part, held, at, as_of)
            inside.append(raw)
        return (one, status, (), tuple(inside)), at
    if type(kept) is tuple and kept and kept[0] is one:
        return kept, at
    return (one, status, _operands(one, kept, as_of), ()), at


def _operands(one: Criterion, kept: Any, as_of: date) -> tuple[Any, ...]:
    match one:
        case Attainment():
            return (kept.figures[-one.over.last :], one.over.last, "")
        case Competency():
            names, *rows = kept
            return (
                names[-one.cycles :],
                tuple([row[0][-one.cycles :] for row in rows]),
                tuple([_scored(one, row[2 : 2 + one.cycles]) for row in rows]),
            )
        case Register():
            return (kept, ())
        case Track():
            return (kept,)
        case Tenure():
            return ((kept,), (as_of - kept.start).days, 0)
        case Training():
            done, stated = kept
            return (done, () if done else one.codes, stated)
        case _:
            return ((), kept)


def _scored(one: Competency, values: tuple[int, ...]) -> Status:
    least = one.bound.micros + (1 if one.bound.strict else 0)
    return Status.MET if min(values) >= least else Status.NOT_MET
