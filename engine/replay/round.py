"""Derives the projection of rounds from the record again, and their days from the file that they were planned by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Table

from engine.record.event import Event
from engine.record.kept import read_stream
from engine.record.log import read_log
from engine.replay.difference import Difference
from engine.round.state import fold, planned, row
from engine.store.table.round import round_row
from engine.store.transaction import Tx
from workflows.round import load_round


def derived_rounds(tx: Tx) -> Iterator[tuple[Table, Mapping[str, Mapping[str, object]]]]:
    """Yields the projection of rounds with the rows that the record leads to, by id."""
    streams = dict.fromkeys(event.stream for event in _planned(tx))
    rows = [row(fold(read_stream(tx, one))) for one in streams]
    yield round_row, {str(one["id"]): one for one in rows}


def round_differences(tx: Tx) -> Iterator[Difference]:
    """Yields where the days of a round are not those that its file leads to."""
    for event in _planned(tx):
        data: Mapping[str, Any] = event.data
        held = load_round(str(data["text"]), str(data["definition"]))
        again = planned(held, held.of(data["name"], data["year"]), data["year"], str(data["text"]))
        for name, value in again.items():
            if data[name] != value:
                what = f"the round {data['label']}, {name}"
                yield Difference(seq=event.seq, what=what, stored=str(data[name]), derived=str(value))


def _planned(tx: Tx) -> Iterator[Event]:
    yield from read_log(tx, types=("RoundPlanned",))
