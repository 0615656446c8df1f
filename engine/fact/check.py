"""Checks stored facts against the events that committed to them: for `verify`, and for a citation."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select

from engine.fact.row import SOURCE, FactRow
from engine.fact.write import rows_root
from engine.record.event import Event
from engine.record.log import read_log
from engine.record.verify import ERASING, Fault
from engine.store.table.erasure import tombstone
from engine.store.table.fact import fact
from engine.store.transaction import Tx
from terms.error import BadInput, RungError, Unknown


def check_facts(tx: Tx) -> Iterator[Fault]:
    """Yields a fault for every import whose rows are not those that its event committed to.

    Where an erasure left a tombstone, its commitment stands in for the fact.
    """
    promised: dict[int, Event] = {
        event.seq: event for event in read_log(tx, types=("FactsImported", "FactsNoted"))
    }
    stones: dict[int, list[Row[Any]]] = defaultdict(list)
    for stone in tx.connection.execute(select(tombstone).order_by(*tombstone.primary_key.columns)):
        stones[stone.import_seq].append(stone)
    yield from _erased(tx, [one for held in stones.values() for one in held])
    ordered = select(fact).order_by(fact.c.import_seq, fact.c.row, fact.c.field)
    seen: set[int] = set()
    for seq, rows in groupby(tx.connection.execute(ordered), key=lambda one: int(one.import_seq)):
        seen.add(seq)
        yield from _import(seq, promised.get(seq), list(rows), stones.get(seq, []))
    for seq, held in stones.items():
        if seq not in seen:
            seen.add(seq)
            yield from _import(seq, promised.get(seq), [], held)
    for seq, event in promised.items():
        if seq not in seen and event.data["rows"] != 0:
            yield Fault(seq, f"the {event.data['rows']} facts of its import are gone")


def _import(seq: int, event: Event | None, held: list[Row[Any]], gone: list[Row[Any]]) -> Iterator[Fault]:
    count = len(held) + len(gone)
    placed = {(one.row, one.field): str(one.commitment) for one in gone}
    if event is None:
        yield Fault(seq, f"{count} facts belong to an import that the record does not have")
        return
    if placed.keys() & {(one.row, one.field) for one in held}:
        yield Fault(seq, "a fact of its import was erased, and is back")
        return
    placed |= {(one.row, one.field): _leads(one) for one in held}
    if count != event.data["rows"]:
        yield Fault(seq, f"its import has {event.data['rows']} facts in the record, {count} are stored")
    elif _root([placed[one] for one in sorted(placed)]) != event.data["root"]:
        yield Fault(seq, "the facts of its import are not those that it committed to")
    elif any(one.recorded_at != event.recorded_at for one in held):
        yield Fault(seq, "a fact of its import says another time of recording")


def _erased(tx: Tx, stones: list[Row[Any]]) -> Iterator[Fault]:
    """Yields a fault for every tombstone that no erasure set, and every erasure whose tombstones are others."""
    by_event: dict[int, list[Row[Any]]] = defaultdict(list)
    for one in sorted(stones, key=lambda one: (one.import_seq, one.row, one.field)):
        by_event[one.event].append(one)
    for event in read_log(tx, types=(ERASING,)):
        held = by_event.pop(event.seq, [])
        if len(held) != event.data["facts"] or (
            held and _root([str(one.commitment) for one in held]) != event.data["root"]
        ):
            told = f"it erased {event.data['facts']} facts, and {len(held)} tombstones name it"
            yield Fault(event.seq, told if len(held) != event.data["facts"] else "its tombstones are others")
    for seq, held in by_event.items():
        yield Fault(seq, f"{len(held)} tombstones name it, and it erased nothing")


def _leads(one: Row[Any]) -> str:
    """Returns the commitment that a stored fact leads to; nothing that is one where it cannot be read."""
    try:
        return committed(one)
    except (ValueError, TypeError, RungError):
        return ""


def _root(commitments: Sequence[str]) -> str | None:
    """Returns the root over commitments; None where one of them is none."""
    try:
        return rows_root(commitments) if all(len(one) == 64 for one in commitments) else None
    except ValueError:
        return None


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
