"""What evaluation returns: findings that keep their operands, and readiness over them; words come later."""

from __future__ import annotations

import hashlib
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from rules.criterion import Criterion
from terms.canonical import Json, canonical


class Status(StrEnum):
    """One of Kleene's three values."""

    MET = "met"
    NOT_MET = "not_met"
    UNDETERMINED = "undetermined"


Raw: TypeAlias = tuple[Criterion, Status, tuple[Any, ...], tuple[Any, ...]]


class Finding(NamedTuple):
    """Holds a criterion's outcome: the status, and the facts it was found from, shaped by its kind."""

    criterion: Criterion
    status: Status
    operands: tuple[Any, ...] = ()
    children: tuple[Finding, ...] = ()

    @property
    def id(self) -> str:
        """Returns the criterion's id."""
        return self.criterion.id


def finding(raw: Raw) -> Finding:
    """Returns the finding that an evaluator's bare tuple stands for, its parts included."""
    return Finding(raw[0], raw[1], raw[2], tuple([finding(one) for one in raw[3]]))


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
        from rules.outcome import outcome

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


def conjunction(statuses: tuple[Status, ...]) -> Status:
    """Returns Kleene's `and`: not met beats undetermined beats met."""
    if Status.NOT_MET in statuses:
        return Status.NOT_MET
    return Status.UNDETERMINED if Status.UNDETERMINED in statuses else Status.MET


def at_least(need: int, met: int, unknown: int) -> Status:
    """Returns the status of `at least need`, given how many parts are met and how many are undetermined."""
    if met >= need:
        return Status.MET
    return Status.UNDETERMINED if met + unknown >= need else Status.NOT_MET


def negation(status: Status) -> Status:
    """Returns Kleene's `not`: undetermined stays undetermined."""
    if status is Status.UNDETERMINED:
        return status
    return Status.NOT_MET if status is Status.MET else Status.MET
