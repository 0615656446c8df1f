"""One fact before it is stored, what commits to it, and how a source names it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

from engine.record.payload import commitment
from terms.canonical import Json

ALWAYS = "0001-01-01"
"""From when on holds what says no day of its own."""
SOURCE = re.compile(r"f([0-9]+)\.([0-9]+)\.([a-z0-9-]+)\Z")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """Holds one fact: whose, what, for [start, end), the value (decimal text) and where in the file it stands.

    `key` tells which fact it corrects: the newest row of a person and a key is the one that holds.
    """

    row: int
    field: str
    person: str
    kind: str
    key: str
    name: str
    start: str
    end: str | None = None
    value: str | None = None
    unit: str | None = None
    detail: Mapping[str, Json] = dataclasses.field(default_factory=dict)

    def content(self) -> dict[str, Json]:
        """Returns what a correction would change: everything but the place in the file."""
        return {
            "person": self.person,
            "kind": self.kind,
            "key": self.key,
            "name": self.name,
            "start": self.start,
            "end": self.end,
            "value": self.value,
            "unit": self.unit,
            "detail": dict(self.detail),
        }

    def committed(self, salt: bytes) -> str:
        """Returns the commitment to this row, place included, under a salt."""
        return commitment(salt, {**self.content(), "row": self.row, "field": self.field})


def source(import_seq: int, row: int, field: str) -> str:
    """Returns the text by which a finding cites a fact."""
    return f"f{import_seq}.{row}.{field}"
