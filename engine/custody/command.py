"""What somebody may ask of what is kept about people, as values; people and cases are given by id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestErasure:
    """Asks that everything about a person, or a case's file, or single texts (event, field) be erased."""

    because: str
    person: str | None = None
    case: str | None = None
    texts: tuple[tuple[int, str | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveErasure:
    """Asks to erase what the event `request` asks for: the second person's word."""

    request: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineErasure:
    """Asks to turn a request down, with the reason."""

    request: int
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceHold:
    """Asks that nothing about a person, or of a case, be erased until the hold is lifted."""

    because: str
    person: str | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftHold:
    """Asks to end the hold that the event `hold` placed."""

    hold: int
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRetention:
    """Asks that files be kept for some months, from the later of record and action, before they may be erased."""

    months: int
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSubjectExport:
    """Asks to put into the record that somebody was given all that is kept about a person."""

    person: str
    digest: str


CustodyCommand: TypeAlias = (
    RequestErasure | ApproveErasure | DeclineErasure | PlaceHold | LiftHold | SetRetention | NoteSubjectExport
)
