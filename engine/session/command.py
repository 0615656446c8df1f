"""What somebody may ask of a calibration session, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    groups: Mapping[str, str] = field(default_factory=dict)


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
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attend:
    """Asks to note that a member attends the session: the acting one, or another whom the chair sees."""

    session: str
    member: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveScores:
    """Asks to record the acting member's scores on competencies (points), with an optional note each, sealed."""

    session: str
    case: str
    scores: Mapping[str, int]
    notes: Mapping[str, str]
    cites: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeNote:
    """Asks to note what was said of a case after the scores were revealed, with what of the file it cites."""

    session: str
    case: str
    text: str
    cite: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeScore:
    """Asks that the acting member's revealed scores change: new points, a code, and why."""

    session: str
    case: str
    scores: Mapping[str, int]
    code: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthoriseChange:
    """Asks that a change which a member asked for take effect."""

    session: str
    case: str
    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRevote:
    """Asks that a tied panel vote once more."""

    session: str
    case: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakTie:
    """Asks to break a tie by the chair's vote: yes or no, and why."""

    session: str
    case: str
    vote: str
    because: str


Discussing: TypeAlias = TakeNote | ChangeScore | AuthoriseChange | CallRevote | BreakTie
Judging: TypeAlias = GiveScores | CastVote | Recuse | Reveal | Discussing
SessionCommand: TypeAlias = OpenSession | BringCase | SeatMember | Attend | Judging | CloseSession
