"""One transaction: a connection and the outside sources it may use."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from engine.store.source import Sources


@dataclass(frozen=True, slots=True)
class Tx:
    """Holds one open transaction; everything written through it becomes visible together or not at all."""

    connection: Connection
    sources: Sources
