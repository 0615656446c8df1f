"""One transaction: a connection, the outside sources it may use, and what it has looked up already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from engine.store.source import Sources

CARRIED = ("head", "key", "touched", "looks", "appended", "noted", "forgotten", "moved", "remembers")
"""What a transaction within one, to be undone, is told of what the outer one wrote, so that it remembers none of it."""
HANDED = ("head", "noted", "forgotten", "folds")
"""What one that stays is told of it, so that it goes on from there and remembers all of it."""


@dataclass(frozen=True, slots=True)
class Tx:
    """Holds one open transaction; everything written through it becomes visible together or not at all.

    `held` is this transaction's own notes; `shared` those of its store, for what cannot change under a name.
    `closing` is done last, before the COMMIT; `after` once the COMMIT has succeeded.
    """

    connection: Connection
    sources: Sources
    held: dict[str, Any] = field(default_factory=dict, compare=False)
    shared: dict[str, Any] = field(default_factory=dict, compare=False)
    closing: list[Callable[[], None]] = field(default_factory=list, compare=False)
    after: list[Callable[[], None]] = field(default_factory=list, compare=False)


def within(tx: Tx, told: Sequence[str]) -> Tx:
    """Returns a transaction within one, with notes of its own and a copy of those of the outer one that are named."""
    held = {name: copy(tx.held[name]) for name in told if name in tx.held}
    return Tx(tx.connection, tx.sources, held=held, shared=tx.shared)


@contextmanager
def trial(tx: Tx) -> Iterator[Tx]:
    """Yields a transaction within one: what is written through it is seen through it, and undone at its end."""
    tx.connection.exec_driver_sql("SAVEPOINT trial")
    yield within(tx, CARRIED)
    tx.connection.exec_driver_sql("ROLLBACK TO trial")
    tx.connection.exec_driver_sql("RELEASE trial")
