"""Opens sealed payloads at their reveal, and empties payloads at an erasure: the two ways in which one changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import bindparam, update

from engine.record.kept import read_stream
from engine.record.log import touch
from engine.record.payload import Payload, Stored, place, stored_of, unseal
from engine.store.prepared import Prepared
from engine.store.table.record import payload
from engine.store.transaction import Tx
from terms.canonical import canonical

MINE = (payload.c.event == bindparam("at")) & (payload.c.field == bindparam("of"))
OPEN = Prepared(update(payload).where(MINE), "salt", "under", "body", "at", "of")


def reveal(tx: Tx, under: str, stream: str) -> int:
    """Opens the payloads of a stream that are sealed under a key and returns how many.

    Raises CannotTell where the key is gone.
    """
    events = read_stream(tx, stream)
    touch(tx, looks=False)
    rows: list[dict[str, object]] = []
    after = []
    for event in events:
        sealed = {field: one for field, one in stored_of(event).items() if one[0] == under}
        opened: dict[str, Stored] = {}
        for field, (_, _, text) in sealed.items():
            salt, value = unseal(tx.sources.vault.open(under), text, place(event.seq, field))
            body = canonical(value).decode()
            rows.append({"at": event.seq, "of": field, "salt": salt.hex(), "under": None, "body": body})
            opened[field] = None, None, body
        after.append(replace(event, payload=Payload({**stored_of(event), **opened})) if opened else event)
    OPEN.run_each(tx.connection, rows)
    known = tx.held.setdefault("streams", {})
    known[stream] = tx.held.setdefault("opened", {})[stream] = tuple(after)
    return len(rows)


def erase(tx: Tx, places: Iterable[tuple[int, str]], by: int) -> None:
    """Takes away the values and salts of some payloads (event, field), and notes which event did."""
    touch(tx)
    tx.held.pop("streams", None)
    gone = {"salt": None, "under": None, "body": "", "erased": by}
    for event, field in places:
        mine = (payload.c.event == event) & (payload.c.field == field)
        tx.connection.execute(update(payload).where(mine).values(**gone))
