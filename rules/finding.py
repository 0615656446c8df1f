"""One finding, which keeps its operands, and Kleene's three values."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

from rules.criterion import Criterion


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
