"""Opens sealed payloads at their reveal, and empties payloads at an erasure: the two ways in which one changes."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, update

from engine.record.log import touch
from engine.record.payload import place, unseal
from engine.store.table.record import payload
from engine.store.transaction import Tx
from terms.canonical import canonical


def reveal(tx: Tx, under: str) -> int:
    """Opens all payloads sealed under a key and returns how many; raises CannotTell where it is gone."""
    touch(tx)
    tx.held.pop("streams", None)
    sealed = tx.connection.execute(select(payload).where(payload.c.under == under)).all()
    for row in sealed:
        salt, value = unseal(tx.sources.vault.open(under), row.body, place(row.event, row.field))
        tx.connection.execute(
            update(payload)
            .where(payload.c.event == row.event, payload.c.field == row.field)
            .values(salt=salt.hex(), under=None, body=canonical(value).decode())
        )
    return len(sealed)


def erase(tx: Tx, places: Iterable[tuple[int, str]], by: int) -> None:
    """Takes away the values and salts of some payloads (event, field), and notes which event did."""
    touch(tx)
    tx.held.pop("streams", None)
    gone = {"salt": None, "under": None, "body": "", "erased": by}
    for event, field in places:
        mine = (payload.c.event == event) & (payload.c.field == field)
        tx.connection.execute(update(payload).where(mine).values(**gone))
