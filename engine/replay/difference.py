"""One place where what is stored is not what the record leads to."""

from __future__ import annotations

from dataclasses import dataclass


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
