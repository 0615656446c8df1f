"""What evaluation returns: findings that keep their operands, and readiness over them; words come later."""

from __future__ import annotations

import hashlib
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from rules.criterion import Criterion
from terms.canonical import Json, canonical


class Status(StrEnum):
    """One of Kleene's three values."""

    MET = "met"
    NOT_MET = "not_met"
    UNDETERMINED = "undetermined"


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


class Readiness:
    """Holds the findings for one person, one move, one edition and one date."""

    __slots__ = ("__dict__", "advisory", "as_of", "edition", "findings", "move", "person", "semantics")

    def __init__(
        self,
        person: str,
        move: str,
        edition: str,
        as_of: date,
        semantics: int,
        findings: tuple[Finding, ...],
        advisory: tuple[Finding, ...],
    ) -> None:
        self.person = person
        self.move = move
        self.edition = edition
        self.as_of = as_of
        self.semantics = semantics
        self.findings = findings
        self.advisory = advisory

    @property
    def status(self) -> Status:
        """Returns Kleene's `and` over the required findings: advisory ones never count."""
        return conjunction(tuple(one.status for one in self.findings))

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
