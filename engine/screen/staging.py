"""People's facts as rows of the relations that a statement reads, written to files that every engine can load."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO, TypeAlias

from rules.sql.relation import RELATIONS
from rules.view import FactView

Cell: TypeAlias = str | int | bool | date | None
ABSENT = "\\N"
COMPANY = ""


def rows(view: FactView) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """Yields one person's facts as rows, each with the name of its relation; company-wide ones are left out."""
    who = view.person
    yield "candidate", (who, view.line_known)
    for metric, figures in view.figures.items():
        for one in figures:
            yield (
                "expected_period",
                (who, metric, one.start, one.end, one.actual, one.target, one.unit, ""),
            )
    for kind, spans in view.spans.items():
        for seq, span in enumerate(spans):
            yield "span", (who, kind, span.name, span.start, span.end, seq)
    for register in view.marks:
        if register != "seat":
            yield from marks(view, register, who)
    for (name, level), scores in view.scores.items():
        for seq, score in enumerate(scores):
            entry = f"{name}|{level}|{seq}"
            yield (
                "score",
                (who, name, level, score.cycle, score.by, score.value, entry, seq, ""),
            )
    for seq, cycle in enumerate(view.cycles):
        yield "cycle", (who, cycle.name, cycle.end, seq)


def marks(view: FactView, register: str, who: str) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """Yields the entries of a register as rows."""
    for seq, one in enumerate(view.marks.get(register, ())):
        told = (who, register, one.kind, str(seq), one.on, one.end, one.by, one.verified, one.count, seq, "")
        yield "mark", told


@dataclass(slots=True)
class Staging:
    """Holds a folder with one file per relation, its rows as CSV; a context that closes the files."""

    folder: Path
    earliest: date | None = None
    periods: dict[str, set[tuple[date, date]]] = field(default_factory=dict)
    people: int = 0
    _files: dict[str, TextIO] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)
    _ranks: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> Staging:
        for name in RELATIONS:
            file = self._stack.enter_context(
                (self.folder / f"{name}.csv").open("w", encoding="utf-8", newline="")
            )
            self._files[name] = file
            file.write(",".join(RELATIONS[name]) + "\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def company(self, view: FactView) -> None:
        """Writes what holds for everybody: open seats, and how far closed registers are complete."""
        for relation, row in marks(view, "seat", COMPANY):
            self.write(relation, row)
        for register, stated in view.complete.items():
            self.write("complete", (register, stated))

    def add(self, views: Iterable[FactView]) -> None:
        """Writes people's facts."""
        for view in views:
            self.people += 1
            for relation, row in rows(view):
                self.write(relation, row)
            for maker, rank in view.ranks.items():
                if self._ranks.setdefault(maker, rank) == rank and maker not in self._written:
                    self._written.add(maker)
                    self.write("rank", (maker, rank))
            self._look(view)

    _written: set[str] = field(default_factory=set)

    def _look(self, view: FactView) -> None:
        starts = [one.start for spans in view.spans.values() for one in spans]
        for metric, figures in view.figures.items():
            held = self.periods.setdefault(metric, set())
            held.update((one.start, one.end) for one in figures)
            starts += [one.start for one in figures[:1]]
        if starts:
            first = min(starts)
            self.earliest = first if self.earliest is None else min(first, self.earliest)

    def write(self, relation: str, row: tuple[Any, ...]) -> None:
        """Writes one row."""
        self._files[relation].write(",".join(cell(one) for one in row) + "\n")


def cell(value: Cell) -> str:
    """Returns a value as every engine reads it: text always quoted, nothing told from empty."""
    if value is None:
        return ABSENT
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
