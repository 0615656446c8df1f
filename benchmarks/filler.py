"""Makes a log as long as a figure needs: true leaves, true nodes, a true head; only what the entries say is made up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert, update

from engine.record.log import peaks_of
from engine.record.tree import grow, leaf_hash
from engine.store.database import Store
from engine.store.table.record import head, log
from terms.canonical import canonical

BATCH = 20_000


def fill(store: Store, until: int) -> None:
    """Adds entries until the log has so many."""
    with store.write() as tx:
        row: Any = tx.held["head"]
        size, peaks, origin = int(row.size), peaks_of(row.frontier), str(row.log)
        while size < until:
            made, size, peaks = _entries(origin, size, min(until, size + BATCH), peaks)
            tx.connection.execute(insert(log), made)
        tx.connection.execute(update(head).values(size=size, frontier=b"".join(peaks).hex()))


def _entries(
    origin: str, start: int, end: int, peaks: tuple[bytes, ...]
) -> tuple[list[dict[str, Any]], int, tuple[bytes, ...]]:
    made = []
    for seq, body in bodies(origin, start, end):
        leaf = leaf_hash(body)
        peaks, nodes = grow(peaks, seq, leaf)
        made.append(
            {
                "seq": seq,
                "stream": f"filler:{seq}",
                "stream_version": 1,
                "type": "Filled",
                "body": body,
                "leaf": leaf,
                "nodes": b"".join(nodes),
            }
        )
    return made, end, peaks


def bodies(origin: str, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Yields entries' numbers and canonical bytes, each as long as a vote's."""
    shape = {
        "about": ["01a13e93-7e80-7c97-8b1f-8142056cba18"],
        "acting_for": None,
        "actor": "01a13e93-76b0-7d77-98d4-34f099ffd916",
        "authenticated": "asserted",
        "command": "CastVote",
        "data": {"session": "01a13e93-4bb8-7f42-b466-be192512fd6b"},
        "edition": "b" * 64,
        "happened_at": None,
        "log": origin,
        "recorded_at": "2026-10-15T08:00:00.000000Z",
        "rule": "permit:vote:panel",
        "sealed": {"vote": "7" * 64},
        "seq": 987654321,
        "stream": "filler:987654321",
        "stream_version": 1,
        "type": "Filled",
        "v": 1,
        "workflow": "7" * 64,
    }
    text = canonical(shape)
    for seq in range(start, end):
        yield seq, text.replace(b"987654321", str(seq).encode())
