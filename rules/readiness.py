"""What evaluation returns: the findings for one person, one move, one edition and one date; words come later."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cached_property

from rules.finding import Finding, Raw, Status, conjunction, finding
from rules.outcome import outcome
from terms.canonical import Json, canonical


class Readiness:
    """Holds the findings for one person, one move, one edition and one date."""

    __slots__ = ("__dict__", "as_of", "edition", "move", "person", "raw", "required", "semantics")

    def __init__(
        self,
        person: str,
        move: str,
        edition: str,
        as_of: date,
        semantics: int,
        raw: tuple[Raw, ...],
        required: int,
    ) -> None:
        self.person = person
        self.move = move
        self.edition = edition
        self.as_of = as_of
        self.semantics = semantics
        self.raw = raw
        self.required = required

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Returns the findings of the required criteria, in the policy's order."""
        return tuple([finding(one) for one in self.raw[: self.required]])

    @cached_property
    def advisory(self) -> tuple[Finding, ...]:
        """Returns the findings of the advisory criteria, in the policy's order."""
        return tuple([finding(one) for one in self.raw[self.required :]])

    @property
    def status(self) -> Status:
        """Returns Kleene's `and` over the required findings: advisory ones never count."""
        return conjunction(tuple([one[1] for one in self.raw[: self.required]]))

    def json(self) -> dict[str, Json]:
        """Returns everything as JSON: per criterion required, observed, inputs, arithmetic, gap, missing."""
        return self._json

    @cached_property
    def _json(self) -> dict[str, Json]:
        return {
            "person": self.person,
            "move": self.move,
            "edition": self.edition,
            "as_of": self.as_of.isoformat(),
            "semantics": self.semantics,
            "status": str(self.status),
            "findings": [outcome(one, self.as_of) for one in self.findings],
            "advisory": [{**outcome(one, self.as_of), "advisory": True} for one in self.advisory],
        }

    def bytes(self) -> bytes:
        """Returns the canonical bytes of the JSON form."""
        return canonical(self._json)

    @property
    def digest(self) -> str:
        """Returns the hexadecimal SHA-256 of the canonical bytes."""
        return hashlib.sha256(self.bytes()).hexdigest()
