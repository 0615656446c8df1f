"""Which edition a case came under and why, and which facts that it rests on were corrected afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from engine.record.event import Gone
from terms.canonical import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionChoice:
    """Holds how a case came to be under an edition: moved to it, or kept under it after both were weighed.

    `other` is the edition left or not taken, `status` and `other_status` what readiness was under each.
    """

    seq: int
    on: str
    why: str
    edition: str
    other: str
    moved: bool
    status: str
    other_status: str
    by: str
    because: Json | Gone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restatement:
    """Holds which facts behind a case's readiness were corrected or came in: (source cited or what lacked, now)."""

    seq: int
    at: str
    facts: tuple[tuple[str, str], ...]
