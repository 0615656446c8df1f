"""Reads one row of a file: cells under Rung's names, as dates, amounts and people, every fault noted."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Any

from engine.fact.mapping import Mapping
from engine.fact.report import Bad
from engine.fact.row import FactRow
from engine.people.directory import Person
from terms.canonical import Json
from terms.error import RungError
from terms.form import near
from terms.quantity import plain, scaled

CLOSED = ("training", "standing", "bookings")


@dataclass(frozen=True, slots=True)
class Catalog:
    """Holds what a file's words may be: levels and competencies of published ladders (none: anything), the scale."""

    levels: frozenset[str] = frozenset()
    competencies: frozenset[str] = frozenset()
    lowest: int = 1
    highest: int = 5


@dataclass(slots=True)
class Reading:
    """Holds one row while it is read, and the faults of all rows read so far."""

    mapping: Mapping
    people: Map[str, Person]
    catalog: Catalog
    today: str
    row: int = 0
    cells: Map[str, str] = field(default_factory=dict)
    bad: list[Bad] = field(default_factory=list)

    def at(self, row: int, cells: Map[str, str]) -> None:
        """Turns to another row."""
        self.row, self.cells = row, cells

    def fault(self, column: str, value: str, reason: str) -> None:
        """Notes a fault of this row."""
        self.bad.append(Bad(self.row, self.mapping.columns().get(column, column), value, reason))

    def text(self, column: str, *, needed: bool = True) -> str:
        """Returns a cell's text; empty, and a fault where it is needed, when it is blank."""
        value = self.mapping.cell(column, self.cells)
        if value is None or value == "":
            if needed:
                self.fault(column, "", "it is blank" if value == "" else "the file has no such column")
            return ""
        return value

    def date(self, column: str, *, needed: bool = True) -> str:
        """Returns a cell's date as 2026-07-01; empty where it is blank or no date."""
        value = self.text(column, needed=needed)
        if not value:
            return ""
        try:
            return self.mapping.date(value)
        except RungError as error:
            self.fault(column, value, error.sentence)
            return ""

    def amount(self, column: str, *, needed: bool = True) -> str | None:
        """Returns a cell's amount as decimal text without trailing zeros; None where it is blank or no amount."""
        value = self.text(column, needed=needed)
        if not value:
            return None
        try:
            return plain(scaled(self.mapping.number(value)))
        except RungError as error:
            self.fault(column, value, error.sentence)
            return None

    def person(self, column: str = "person") -> str:
        """Returns the id of the person a cell names by HR id; empty, and a fault, where nobody has it."""
        value = self.text(column)
        if not value:
            return ""
        found = self.people.get(value)
        if found is None:
            self.fault(column, value, "nobody in the directory has this HR id; import people first")
            return ""
        return found.natural

    def word(self, column: str, known: frozenset[str], what: str) -> str:
        """Returns a cell's word, which must be among the known where any are."""
        value = self.text(column)
        if value and known and value not in known:
            self.fault(column, value, f"no published ladder has this {what}; {near(value, sorted(known))}")
        return value

    def before(self, start: str, end: str, column: str) -> None:
        """Notes a fault where an end does not come after its start."""
        if start and end and end <= start:
            self.fault(column, end, f"it does not come after {start}")

    def fact(
        self, field_: str, person: str, kind: str, key: tuple[str, ...], name: str, **rest: Any
    ) -> FactRow:
        """Returns a fact of this row."""
        detail: dict[str, Json] = rest.pop("detail", {})
        return FactRow(
            row=self.row,
            field=field_,
            person=person,
            kind=kind,
            key="|".join((kind, *key)),
            name=name,
            detail=detail,
            **rest,
        )
