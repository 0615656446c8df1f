"""Erases a person's facts: what stays of each is its commitment, so that its import's root still follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from engine.fact.check import committed
from engine.fact.write import rows_root
from engine.record.log import touch
from engine.store.table.erasure import tombstone
from engine.store.table.fact import fact
from engine.store.transaction import Tx

BATCH = 500


@dataclass(frozen=True, slots=True)
class Stones:
    """Holds the tombstones that some facts leave, in the order of import, row and field."""

    rows: tuple[dict[str, object], ...]

    @property
    def root(self) -> str:
        """Returns the RFC 6962 root over the commitments, in order."""
        return rows_root([str(one["commitment"]) for one in self.rows])


def stones_of(tx: Tx, people: Sequence[str]) -> Stones:
    """Returns the tombstones that the facts of some people would leave."""
    query = select(fact).where(fact.c.person.in_(sorted(people)))
    rows = tx.connection.execute(query.order_by(fact.c.import_seq, fact.c.row, fact.c.field))
    return Stones(
        tuple(
            {
                "import_seq": one.import_seq,
                "row": one.row,
                "field": one.field,
                "commitment": committed(one),
            }
            for one in rows
        )
    )


def erase_facts(tx: Tx, people: Sequence[str], stones: Stones, event: int) -> None:
    """Writes the tombstones under the event that erased, then takes the facts away."""
    touch(tx)
    rows = [{**one, "event": event} for one in stones.rows]
    for start in range(0, len(rows), BATCH):
        tx.connection.execute(insert(tombstone), rows[start : start + BATCH])
    tx.connection.execute(delete(fact).where(fact.c.person.in_(sorted(people))))
