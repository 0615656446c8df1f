"""What the rules may know about one person: values already chosen for one date and one known-at.

Whoever builds a view has applied known-at (the latest figure known by then) and nothing else: windows,
ramp, leave and transfers are the policy's business. Amounts are millionths of `unit`; None is unknown.
Every `source` names the fact that a value came from, so that a finding can cite it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Figure:
    """Holds one expected period [start, end) of one metric: what was done against what was asked."""

    start: date
    end: date
    actual: int | None
    target: int | None
    unit: str
    source: str = ""
    days: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "days", (self.end - self.start).days)


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


@dataclass(frozen=True, slots=True)
class FactView:
    """Holds all that evaluation reads of one person.

    `figures`: metric -> expected periods, ascending by end. `scores`: (competency, "current" or "next" level)
    -> ascending by cycle end. `spans`: "level", "function", "team", "manager", "employment", "leave".
    `marks`: "evidence", "endorsement", "attestation", "training", "standing", "commitment".
    `complete`: closed register -> the latest day for which an import states that it is complete; the
    registers that Rung itself keeps (evidence, endorsement, attestation, commitment) need no statement.
    """

    person: str
    figures: Mapping[str, tuple[Figure, ...]] = field(default_factory=dict)
    cycles: tuple[Cycle, ...] = ()
    scores: Mapping[tuple[str, str], tuple[Score, ...]] = field(default_factory=dict)
    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    marks: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)
    complete: Mapping[str, date] = field(default_factory=dict)
    cycle_names: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cycle_names", tuple(one.name for one in self.cycles))
