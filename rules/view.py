"""What the rules may know about one person: values already chosen for one date and one known-at.

Whoever builds a view has applied known-at (the latest figure known by then) and nothing else: windows,
ramp, leave and transfers are the policy's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rules.fact import Cycle, Figure, Mark, Score, Span
from rules.layout import SINCE, Flat, lay


@dataclass(frozen=True, slots=True)
class Needs:
    """Holds what a move reads beyond the person's own facts: whose figures, the line above, makers' levels."""

    metrics: frozenset[str] = frozenset()
    line: bool = False
    ranks: bool = False

    def __or__(self, other: Needs) -> Needs:
        return Needs(self.metrics | other.metrics, self.line or other.line, self.ranks or other.ranks)


@dataclass(frozen=True, slots=True)
class FactView:
    """Holds all that evaluation reads of one person.

    `figures`: metric -> periods on file, ascending by end; `team:M` sums the people who report to the person,
    `coached:M` counts those they coached who had a figure of M (target) and who reached it (actual).
    `cycles`: those in which a score of the person is due. `scores`: (competency, "current" or "next" level)
    -> ascending by cycle end. `spans`: "level", "function", "team", "manager", "employment", "leave", "line"
    (everybody above the person, skip levels included).
    `marks`: "evidence", "endorsement", "attestation", "training", "standing", "commitment", "rating", "seat".
    `ranks`: person -> rank of the level they hold, for whoever made an entry; unknown where absent.
    `line_known`: whether everybody in the line above the person is known, up to somebody who reports to nobody.
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
    ranks: Mapping[str, int] = field(default_factory=dict)
    line_known: bool = False
    flat: Flat = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        held = self.person, self.figures, self.cycles, self.scores, self.spans, self.marks, self.complete
        object.__setattr__(self, "flat", lay(*held))

    @property
    def since(self) -> date:
        """Returns the day since which the person is employed without a break; the last day there is where unknown."""
        return date.fromordinal(self.flat[SINCE])
