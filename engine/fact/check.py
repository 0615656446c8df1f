"""Checks stored facts against the events that committed to them: for `verify`, and for a citation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select

from engine.fact.row import SOURCE, FactRow
from engine.fact.write import rows_root
from engine.record.event import Event
from engine.record.log import read_log
from engine.record.verify import Fault
from engine.store.table.fact import fact
from engine.store.transaction import Tx
from terms.error import BadInput, Unknown


def check_facts(tx: Tx) -> Iterator[Fault]:
    """Yields a fault for every import whose rows are not those that its event committed to."""
    promised: dict[int, Event] = {
        event.seq: event for event in read_log(tx, types=("FactsImported", "FactsNoted"))
    }
    ordered = select(fact).order_by(fact.c.import_seq, fact.c.row, fact.c.field)
    seen: set[int] = set()
    for seq, rows in groupby(tx.connection.execute(ordered), key=lambda one: int(one.import_seq)):
        seen.add(seq)
        event = promised.get(seq)
        held = list(rows)
        if event is None:
            yield Fault(seq, f"{len(held)} facts belong to an import that the record does not have")
        elif len(held) != event.data["rows"]:
            yield Fault(
                seq, f"its import has {event.data['rows']} facts in the record, {len(held)} are stored"
            )
        elif rows_root([committed(one) for one in held]) != event.data["root"]:
            yield Fault(seq, "the facts of its import are not those that it committed to")
        elif any(one.recorded_at != event.recorded_at for one in held):
            yield Fault(seq, "a fact of its import says another time of recording")
    for seq, event in promised.items():
        if seq not in seen and event.data["rows"] != 0:
            yield Fault(seq, f"the {event.data['rows']} facts of its import are gone")


def committed(one: Row[Any]) -> str:
    """Returns the commitment that a stored fact leads to."""
    return fact_row(one).committed(bytes.fromhex(one.salt))


def fact_row(one: Row[Any]) -> FactRow:
    """Returns a stored fact as a value."""
    fields = {name: getattr(one, name) for name in FactRow.__slots__ if name != "detail"}
    return FactRow(**fields, detail=json.loads(one.detail))


def cited(tx: Tx, source: str) -> tuple[FactRow, str, str]:
    """Returns the fact that a source names, its digest (the salted commitment), and when it was recorded.

    Raises BadInput where the text is no source, Unknown where no fact has it.
    """
    found = SOURCE.match(source)
    if not found:
        raise BadInput(f"{source!r} names no fact; a fact is named such as f12.7.actual.")
    row = tx.connection.execute(
        select(fact).where(
            fact.c.import_seq == int(found[1]), fact.c.row == int(found[2]), fact.c.field == found[3]
        )
    ).first()
    if row is None:
        raise Unknown(f"No fact {source}.")
    return fact_row(row), committed(row), str(row.recorded_at)
