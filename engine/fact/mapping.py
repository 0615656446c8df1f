"""A mapping file: how a foreign table's columns, constants, dates and words become Rung's own."""

from __future__ import annotations

from collections.abc import Mapping as Map
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, field_validator

from terms.calendar import day
from terms.canonical import Json, digest
from terms.error import BadInput
from terms.form import Form, shaped
from terms.source import read

SHAPE_ONLY = "%Y-%m-%d"


class When(Form):
    """Holds a condition on one cell: it is a word, is not one of some words, or is blank."""

    column: str
    is_: Annotated[str | None, Field(alias="is")] = None
    is_not: list[str] | None = None
    blank: bool = False

    def holds(self, cells: Map[str, str]) -> bool:
        """Returns whether the condition holds for a row."""
        value = cells.get(self.column, "")
        if self.blank:
            return value == ""
        if self.is_ is not None:
            return value == self.is_
        return value not in (self.is_not or [])


class Skip(Form):
    """Holds which rows are passed over, counted and listed, and why."""

    when: When
    reason: str


class Periods(Form):
    """Holds how a quota's period ends: at the same person's next start, and the last one on a given day."""

    to: str
    last_ends: str

    @field_validator("to")
    @classmethod
    def _to(cls, value: str) -> str:
        if value != "next":
            raise ValueError(f"{value!r} is not possible; write next, or map a column to period_end.")
        return value


class _File(Form):
    mapping: str
    delimiter: str = ","
    columns: dict[str, str] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    dates: str = SHAPE_ONLY
    decimal: str = "."
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    skip: list[Skip] = Field(default_factory=list)
    periods: Periods | None = None
    complete_as_of: str | None = None
    outside_periods: str = "refuse"

    @field_validator("delimiter")
    @classmethod
    def _delimiter(cls, value: str) -> str:
        found = {"tab": "\t", "comma": ",", "semicolon": ";"}.get(value, value)
        if len(found) != 1:
            raise ValueError(f"{value!r} is no delimiter; write one character, or tab.")
        return found

    @field_validator("decimal")
    @classmethod
    def _decimal(cls, value: str) -> str:
        if value not in (".", ","):
            raise ValueError(f"{value!r} is no decimal sign; write . or ,")
        return value

    @field_validator("outside_periods")
    @classmethod
    def _outside(cls, value: str) -> str:
        if value not in ("refuse", "skip"):
            raise ValueError(f"{value!r} is neither refuse nor skip.")
        return value


class Mapping:
    """Holds a mapping as it was written; without a file, columns have Rung's own names."""

    def __init__(self, held: _File, written: Json) -> None:
        self.held = held
        self.digest = digest(written)
        self.delimiter = held.delimiter
        self.skip = held.skip
        self.periods = held.periods
        self.complete_as_of = held.complete_as_of
        self.outside_periods = held.outside_periods

    def columns(self) -> dict[str, str]:
        """Returns which column of the file stands for which of Rung's."""
        return dict(self.held.columns)

    def cell(self, name: str, cells: Map[str, str]) -> str | None:
        """Returns what a row says under one of Rung's column names; None where the file has no such column."""
        column = self.held.columns.get(name, name)
        if column not in cells:
            return self.held.constants.get(name)
        value = cells[column]
        return self.held.values.get(name, {}).get(value, value)

    def date(self, text: str) -> str:
        """Returns a written date as 2026-07-01; raises BadInput where it does not read in the mapping's format."""
        if self.held.dates == SHAPE_ONLY:
            return day(text).isoformat()
        try:
            return datetime.strptime(text, self.held.dates).date().isoformat()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            raise BadInput(f"{text!r} is not a date written as {self.held.dates}.") from None

    def number(self, text: str) -> str:
        """Returns a written number with a decimal point, thousands separators taken out."""
        thousands = "," if self.held.decimal == "." else "."
        return text.replace(thousands, "").replace(self.held.decimal, ".")


def load_mapping(text: str | bytes | None, file: str) -> Mapping:
    """Returns the mapping that a YAML text says, or the plain one; raises Malformed with line and column."""
    if text is None:
        return Mapping(_File(mapping="plain"), None)
    document = read(text, file)
    held = shaped(_File, document)
    value: Any = document.value
    return Mapping(held, value)
