"""Somebody's scores over cycles: per competency and level, what the manager gave in each, the person's own beside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.fact.view import view
from engine.store.transaction import Tx
from rules.view import FactView


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Holds one cycle's scores in millionths of a point; None where there is none."""

    cycle: str
    manager: int | None
    own: int | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Holds one competency on one level (`current` or `next`) over every cycle, oldest first."""

    competency: str
    level: str
    marks: tuple[Mark, ...]


def pattern_of(tx: Tx, person: str, on: date) -> tuple[Line, ...]:
    """Returns a person's scores over the cycles begun by a day, by competency."""
    return lines(view(tx, person, as_of=on), on)


def lines(known: FactView, on: date) -> tuple[Line, ...]:
    """Returns the scores that a view of somebody's facts holds, by level and competency."""
    names = [one.name for one in known.cycles if one.start <= on]
    found = []
    for (competency, level), scores in sorted(known.scores.items(), key=lambda one: (one[0][1], one[0][0])):
        marks = []
        for cycle in names:
            given = {("self" if one.by == "self" else "manager"): one for one in scores if one.cycle == cycle}
            by, own = given.get("manager"), given.get("self")
            marks.append(
                Mark(
                    cycle=cycle,
                    manager=by.value if by else None,
                    own=own.value if own else None,
                    source=by.source if by else "",
                )
            )
        found.append(Line(competency=competency, level=level, marks=tuple(marks)))
    return tuple(found)
