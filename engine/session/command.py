"""What somebody may ask of a calibration session, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

PROMOTE, DO_NOT, ABSTAIN = "yes", "no", "abstain"
VOTES = (PROMOTE, DO_NOT, ABSTAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """Asks for a session: a title, its day, who chairs, who sits, who could step in, how many must judge."""

    title: str
    held_on: date
    chair: str
    members: tuple[str, ...]
    alternates: tuple[str, ...] = ()
    quorum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BringCase:
    """Asks to put a case before a session."""

    session: str
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatMember:
    """Asks to seat an alternate, or somebody new, on a session and all its open cases."""

    session: str
    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveScores:
    """Asks to record the acting member's scores on competencies (points), with an optional note each, sealed."""

    session: str
    case: str
    scores: Mapping[str, int]
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CastVote:
    """Asks to record the acting member's vote, sealed: yes, no or abstain, and why."""

    session: str
    case: str
    vote: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recuse:
    """Asks that the acting member step back from a case."""

    session: str
    case: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """Asks to open what is sealed on a case: scores first, then votes; `early` without waiting for all."""

    session: str
    case: str
    early: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSession:
    """Asks to end a session and conclude calibration of each of its cases."""

    session: str


Judging: TypeAlias = GiveScores | CastVote | Recuse | Reveal
SessionCommand: TypeAlias = OpenSession | BringCase | SeatMember | Judging | CloseSession
