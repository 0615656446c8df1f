"""What somebody may ask of a case, as values; people are given by id, cases by id, levels by ladder id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominate:
    """Asks for a case for one person and one move; a policy, a workflow or a round is named where several would fit."""

    person: str
    to: str
    because: str
    policy: str | None = None
    workflow: str | None = None
    round: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeStep:
    """Asks that a case take a transition of its workflow by name: open, freeze, return, conclude, withdraw."""

    case: str
    step: str
    because: str | None = None
    next_date: date | None = None


LARGEST_EXHIBIT = 5 << 20
"""Bytes of a file that is attached, at most."""
TOO_LARGE = "is larger than 5 MiB; attach an excerpt and say where the rest is."


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachEvidence:
    """Asks to put an exhibit of some kind in the file, for one criterion or for the case as a whole."""

    case: str
    kind: str
    text: str
    happened_on: date
    criterion: str | None = None
    content: bytes | None = None
    file_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyEvidence:
    """Asks to confirm that an exhibit is what it says."""

    case: str
    exhibit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Endorse:
    """Asks to put an endorsement of the candidate in the file."""

    case: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attest:
    """Asks to put a named human statement about the candidate in the file."""

    case: str
    statement: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareInterest:
    """Asks to record that the acting person has an interest in a case and so may not judge it."""

    case: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """Asks to decide a case: an outcome, the reason, reasons per criterion, what it cites, and dates."""

    case: str
    outcome: str
    because: str
    cite: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    effective: date | None = None
    next_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveEdition:
    """Asks that an open case be judged by another published edition, named by digest."""

    case: str
    edition: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitTrack:
    """Asks to sign a commitment to a track: the acting person's own."""

    track: str
    ladder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestException:
    """Asks for permission to go on although one required criterion is not met or undetermined, and why."""

    case: str
    criterion: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveException:
    """Asks to give the next approval of an exception (X1), and why."""

    case: str
    exception: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseException:
    """Asks to refuse an exception (X1) at the next approval, and why."""

    case: str
    exception: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve:
    """Asks to give, or withhold, an approval of a calibrated case, and why."""

    case: str
    because: str
    given: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseAppeal:
    """Asks that a decision be looked at again by others, on a ground that the definition names, and why."""

    case: str
    ground: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellCandidate:
    """Asks to note on which day, and how, the candidate was told of the decision."""

    case: str
    on: date
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitToRole:
    """Asks to note the acting candidate's commitment to the new role, as long as the definition says."""

    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskInformation:
    """Asks those who stand for the candidate for information; until they answer the clock of the state stands."""

    case: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveInformation:
    """Asks to answer a question (Q1), by which the clock runs again."""

    case: str
    question: str
    answer: str


Following: TypeAlias = (
    RequestException
    | ApproveException
    | RefuseException
    | Approve
    | RaiseAppeal
    | TellCandidate
    | CommitToRole
    | AskInformation
    | GiveInformation
)
CaseCommand: TypeAlias = (
    TakeStep | AttachEvidence | VerifyEvidence | Endorse | Attest | DeclareInterest | Decide | Following
)
