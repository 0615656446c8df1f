"""What somebody may ask of a development plan, as values; people and actions are given by id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAction:
    """Asks for one action about one gap: a competency, or a criterion, on the way to a level."""

    person: str
    to: str
    gap: str
    kind: str
    text: str
    owner: str
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptSuggestions:
    """Asks to plan what the ladder suggests: for every gap on the way to a level, or for one."""

    person: str
    to: str
    owner: str
    due: date
    gap: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAction:
    """Asks to note that an action is begun."""

    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishAction:
    """Asks to note that an action is done on a day: what came of it, and as which evidence it counts."""

    action: str
    result: str
    on: date
    shows: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyAction:
    """Asks to confirm that an action was done as its result says."""

    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponeAction:
    """Asks for another due date."""

    action: str
    due: date
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DropAction:
    """Asks to leave an action."""

    action: str
    because: str


Changing: TypeAlias = StartAction | FinishAction | VerifyAction | PostponeAction | DropAction
PlanCommand: TypeAlias = PlanAction | AdoptSuggestions | Changing
