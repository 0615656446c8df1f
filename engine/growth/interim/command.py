"""What somebody may ask of an interim role, as values; people and roles are given by id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

PROMOTED, RETURNED = "promoted", "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferInterim:
    """Asks that somebody work on a level for the days [start, until)."""

    person: str
    level: str
    start: date
    until: date
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerInterim:
    """Asks to accept or decline the acting person's own interim role."""

    interim: str
    accept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EndInterim:
    """Asks to end an interim role: `promoted` (by a decided case) or `returned`, without prejudice."""

    interim: str
    outcome: str
    because: str


InterimCommand: TypeAlias = OfferInterim | AnswerInterim | EndInterim
