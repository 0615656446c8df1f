"""One place where what is stored is not what the record leads to."""

from __future__ import annotations

from dataclasses import dataclass

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)
"""What an entry leads to that holds something else than any version writes: a forged one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Holds one place where what is stored is not what the record leads to."""

    seq: int | None
    what: str
    stored: str
    derived: str

    def __str__(self) -> str:
        place = f"event {self.seq}: " if self.seq is not None else ""
        return f"{place}{self.what}: stored {self.stored}, derived {self.derived}"


def unreadable(seq: int | None, what: str, error: Exception) -> Difference:
    """Returns the difference that an entry, or the stream that it begins, makes by telling what no version writes."""
    told = f"what no version writes ({type(error).__name__}: {error})"
    return Difference(seq=seq, what=what, stored=told, derived="nothing")
