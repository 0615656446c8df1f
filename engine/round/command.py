"""What somebody may ask of promotion rounds, as values; rounds are given by id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRounds:
    """Asks to plan the rounds that a file defines for a year; `text` is the file, `file` its name."""

    text: str
    file: str
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRound:
    """Asks that a round take nominations from today on, before its day, or once more until it closes."""

    round: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRound:
    """Asks that a round take no nomination any more, late or not; what is open in it goes on."""

    round: str
    because: str


RoundCommand: TypeAlias = PlanRounds | OpenRound | CloseRound
