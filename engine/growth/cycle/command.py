"""What somebody may ask of a scoring cycle, as values; cycles and people are given by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

SELF, MANAGER = "self", "manager"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCycle:
    """Asks for a cycle over the days [start, end), scored by the end of `due`; of one team where one is named.

    `remind` says how long before it is due whoever owes scores is reminded, such as `10 days`; empty: as usual.
    """

    name: str
    start: date
    end: date
    due: date | None = None
    team: str | None = None
    remind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskScores:
    """Asks everybody of a cycle, or some people, and their managers for scores."""

    cycle: str
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Holds one score: points, the note that says what was seen, and where that can be looked up."""

    points: int
    note: str
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSheet:
    """Asks to score a person: `scores` by item (`current:forecast-accuracy`), as `self` or `manager`.

    `because` is needed where the sheet is open already: the earlier score stays beside the later one.
    """

    cycle: str
    person: str
    scores: Mapping[str, Given]
    by: str | None = None
    because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindCycle:
    """Asks to remind whoever owes scores of a cycle."""

    cycle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCycle:
    """Asks to close a cycle: its scores become facts; `early` before it is due and with scores missing."""

    cycle: str
    early: bool = False


CycleCommand: TypeAlias = OpenCycle | AskScores | ScoreSheet | RemindCycle | CloseCycle
