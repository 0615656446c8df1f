"""Holds every error Rung raises on purpose, as one tree.

RungError                  something was asked that Rung will not or cannot do
├── BadInput               what was given is wrong; correct it and ask again
│   ├── Malformed          a file breaks its own form (YAML, CSV, note, key)
│   ├── Unknown            a name that nothing has
│   ├── Ambiguous          a name that several things have
│   └── Unavailable        what keeps the record cannot be reached or written
├── Refused                understood, and not allowed to this actor or not now
│   └── Unproven           whoever asks has not proven who they are
├── Conflict               made on a state that has since changed
│   └── Busy               others hold what is needed; the same again may succeed
├── Broken                 checked, and it does not hold
└── CannotTell             not enough is known to answer

Each carries one sentence (what, where, what to do) and the way that led to it,
outermost first. The edge that shows it chooses the exit code or status.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


class RungError(Exception):
    """Something was asked that Rung will not or cannot do."""

    def __init__(self, sentence: str, *way: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.way: tuple[str, ...] = way

    def within(self, step: str) -> Self:
        """Returns the same error with one more outer step on its way."""
        self.way = (step, *self.way)
        return self

    def __str__(self) -> str:
        return "\n".join([*(f"{'  ' * depth}{step}" for depth, step in enumerate(self.way)), self.sentence])


class BadInput(RungError):
    """What was given is wrong; correct it and ask again."""


class Malformed(BadInput):
    """A file breaks its own form."""


class Unknown(BadInput):
    """A name that nothing has."""


class Ambiguous(BadInput):
    """A name that several things have."""


class Unavailable(BadInput):
    """What keeps the record cannot be reached or written; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Holds one reason for a refusal: the id of the rule that decided it, and a sentence."""

    rule: str
    text: str


class Refused(RungError):
    """Understood, and not allowed to this actor or not now."""

    def __init__(self, sentence: str, *way: str, reasons: tuple[Reason, ...] = ()) -> None:
        super().__init__(sentence, *way)
        self.reasons = reasons

    def __str__(self) -> str:
        listed = (f"  - {reason.text} [{reason.rule}]" for reason in self.reasons)
        return "\n".join([super().__str__(), *listed])


class Unproven(Refused):
    """Whoever asks has not proven who they are."""


class Conflict(RungError):
    """Made on a state that has since changed."""


class Busy(Conflict):
    """Others hold what is needed; the same again may succeed. `transient` ones are tried again unasked."""

    def __init__(self, sentence: str, *way: str, transient: bool = False) -> None:
        super().__init__(sentence, *way)
        self.transient = transient


class Broken(RungError):
    """Checked, and it does not hold."""


class CannotTell(RungError):
    """Not enough is known to answer."""
