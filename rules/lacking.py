"""How a finding names a figure or a score that it lacks; and reads such a name again, so that a late fact finds it."""

from __future__ import annotations

import re
from typing import NamedTuple

FIGURE = re.compile(
    r"(actual|target) of (.+) for \[([0-9]{4}-[0-9]{2}-[0-9]{2}), ([0-9]{4}-[0-9]{2}-[0-9]{2})\)\Z"
)
SCORE = re.compile(r"score of (.+) \((current|next) level\) in (.+)\Z")


class LackingFigure(NamedTuple):
    """Holds a side (actual or target) of a metric's period [start, end), as ISO dates."""

    side: str
    metric: str
    start: str
    end: str

    def __str__(self) -> str:
        return f"{self.side} of {self.metric} for [{self.start}, {self.end})"


class LackingScore(NamedTuple):
    """Holds a competency's score on a level (current or next) in a cycle."""

    competency: str
    level: str
    cycle: str

    def __str__(self) -> str:
        return f"score of {self.competency} ({self.level} level) in {self.cycle}"


def lacking(text: str) -> LackingFigure | LackingScore | None:
    """Returns what a line of a finding's `missing` names; None where it names no single figure or score."""
    if found := FIGURE.match(text):
        return LackingFigure(*found.groups())
    if found := SCORE.match(text):
        return LackingScore(*found.groups())
    return None
