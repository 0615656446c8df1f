"""What a kind of database has to answer for the store; each kind is a module beside this one."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

FRESH = 15.0  # seconds that a connection may have rested and still be taken as it is


class Dialect(Protocol):
    """Answers how one kind of database is opened, locked, committed, and what its errors mean."""

    def engine(self, url: URL) -> Engine:
        """Returns the pool of connections to a database, each one settled when it is made."""

    def called(self, url: URL) -> str:
        """Returns what to call the database in a sentence."""

    def prepare(self, url: URL) -> None:
        """Makes what must be there before the first connection."""

    def settle(self, connection: Connection) -> None:
        """Sets what every table must have once the schema stands."""

    def begin(self, connection: Connection, *, reads: bool = False) -> None:
        """Begins a transaction: one that sees one moment, or one that writes."""

    def lock(self, connection: Connection) -> Any:
        """Returns the head of the log, which no other writer can change until this transaction ends."""

    def flush(self, connection: Connection) -> None:
        """Carries out the writes that wait; raises what is wrong with one."""

    def commit(self, connection: Connection) -> None:
        """Makes everything durable and visible."""

    def rollback(self, connection: Connection) -> None:
        """Undoes everything."""

    def settled(self, connection: Connection) -> bool:
        """Returns whether no transaction is open on a connection, nor anything left to be read of one."""

    def sweep(self, connection: Connection) -> str | None:
        """Overwrites what deleted rows left in the files; returns what is left and who can do more, or None."""

    def lost(self, error: DBAPIError) -> bool:
        """Returns whether an error at COMMIT leaves open whether it happened."""

    def told(self, error: DBAPIError, name: str) -> Exception | None:
        """Returns what an error means in Rung's words; None where it means a fault of Rung's own."""
