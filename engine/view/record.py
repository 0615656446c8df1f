"""The record's size and root, as far as somebody may know: both would tell how many have judged under seal."""

from __future__ import annotations

from engine.case.ballot import seals
from engine.record.log import head
from engine.record.node import root_at
from engine.store.transaction import Tx
from terms.canonical import Json


def record_json(tx: Tx, reader: str | None) -> dict[str, Json]:
    """Returns the log's origin, and the size and root that it had before any ballot that is under seal for a reader."""
    top = head(tx)
    size = min((top.size, *(since + 1 for since in seals(tx, reader).values())))
    root = root_at(tx, size).hex() if size < top.size else top.root
    return {"log": top.log, "size": size, "root": root}
