"""One thing known about a person: a figure, a score, a span of time, an entry of a register.

Amounts are millionths of `unit`; None is unknown. Every `source` names the fact that a value came from, so that a
finding can cite it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Figure:
    """Holds one period [start, end) of one metric: what was done against what was asked.

    `target` is what counts; where a policy lets only a share of it count, `full` is the target on file.
    """

    start: date
    end: date
    actual: int | None
    target: int | None
    unit: str
    source: str = ""
    full: int | None = None


@dataclass(frozen=True, slots=True)
class Cycle:
    """Holds one scoring cycle that the person was expected to be scored in."""

    name: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Score:
    """Holds one competency score of one cycle, in millionths of a point; None where the row was blank."""

    cycle: str
    value: int | None
    by: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Holds a name that was true of the person over [start, end); an end of None is still open."""

    name: str
    start: date
    end: date | None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """Holds one entry of a closed register: its kind, the day, who made it and whether it was verified."""

    kind: str
    on: date
    end: date | None = None
    by: str = ""
    verified: bool = False
    text: str = ""
    source: str = ""
    count: int = 1
