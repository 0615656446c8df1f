"""What evaluation returns: the findings for one person, one move, one edition and one date; words come later."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from rules.criterion import Criterion
from rules.finding import Finding, Raw, Status, conjunction, finding
from rules.kept import raws
from rules.outcome import outcome
from rules.view import FactView
from terms.canonical import Json, canonical


class Head(NamedTuple):
    """Holds what all readiness for one move of one edition has in common; `criteria`: required ones, then advisory.

    `criteria` is None where the findings were made one by one and need no unfolding.
    """

    move: str
    edition: str
    semantics: int
    required: int
    criteria: tuple[Criterion, ...] | None


class Readiness:
    """Holds the findings for one person, one move, one edition and one date."""

    __slots__ = ("__dict__", "as_of", "head", "held", "view")

    def __init__(self, view: FactView, as_of: date, head: Head, held: tuple[Any, ...]) -> None:
        self.view = view
        self.as_of = as_of
        self.head = head
        self.held = held

    @property
    def person(self) -> str:
        """Returns whose readiness it is."""
        return self.view.person

    @property
    def move(self) -> str:
        """Returns the name of the move."""
        return self.head.move

    @property
    def edition(self) -> str:
        """Returns the digest of the edition."""
        return self.head.edition

    @property
    def semantics(self) -> int:
        """Returns the number of the semantics by which the findings were found."""
        return self.head.semantics

    @cached_property
    def raw(self) -> tuple[Raw, ...]:
        """Returns each criterion's bare tuple: required ones, then advisory."""
        criteria = self.head.criteria
        return self.held if criteria is None else raws(criteria, self.held, self.view, self.as_of)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Returns the findings of the required criteria, in the policy's order."""
        return tuple([finding(one) for one in self.raw[: self.head.required]])

    @cached_property
    def advisory(self) -> tuple[Finding, ...]:
        """Returns the findings of the advisory criteria, in the policy's order."""
        return tuple([finding(one) for one in self.raw[self.head.required :]])

    @property
    def status(self) -> Status:
        """Returns Kleene's `and` over the required findings: advisory ones never count."""
        return conjunction(tuple([one[1] for one in self.raw[: self.head.required]]))

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
