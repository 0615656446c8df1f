"""Derives growth's projections from the record again, for replay to hold what is stored against."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import Table

from engine.growth.cycle.project import row_of_cycle, row_of_sheet
from engine.growth.cycle.state import fold_cycle, fold_sheet
from engine.growth.interim.state import fold as fold_interim
from engine.growth.interim.state import row as row_of_interim
from engine.growth.plan.state import fold as fold_action
from engine.growth.plan.state import row as row_of_action
from engine.record.event import Event
from engine.record.kept import read_streams
from engine.record.log import read_log
from engine.store.table.growth import action_row, cycle_row, interim_row, sheet_row
from engine.store.transaction import Tx

CHUNK = 500
Row: TypeAlias = Callable[[Sequence[Event]], dict[str, object]]
FIRST: dict[str, tuple[Table, Row]] = {
    "CycleOpened": (cycle_row, lambda events: row_of_cycle(fold_cycle(events))),
    "ActionPlanned": (action_row, lambda events: row_of_action(fold_action(events))),
    "InterimOffered": (interim_row, lambda events: row_of_interim(fold_interim(events))),
    "ScoresAsked": (sheet_row, lambda events: row_of_sheet(fold_sheet(events))),
}


def derived(tx: Tx) -> Iterator[tuple[Table, Mapping[str, Mapping[str, object]]]]:
    """Yields each projection with the rows that the record leads to, by id."""
    streams: dict[str, list[str]] = {}
    for event in read_log(tx, types=tuple(FIRST)):
        streams.setdefault(event.type, []).append(event.stream)
    for kind, (table, row) in FIRST.items():
        rows = [row(events) for events in _read(tx, streams.get(kind, []))]
        yield table, {str(one["id"]): one for one in rows}


def _read(tx: Tx, streams: Sequence[str]) -> Iterator[tuple[Event, ...]]:
    for start in range(0, len(streams), CHUNK):
        yield from read_streams(tx, streams[start : start + CHUNK]).values()
