"""SQLite: the settings that keep it honest, and what its errors mean."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError

from engine.store.prepared import Prepared, send
from engine.store.table.record import head
from terms.error import BadInput, Busy, Unavailable

WAL_SAFE = (3, 51, 3)
HEAD = Prepared(select(head))
PATIENCE = 10_000  # milliseconds to wait for another writer
STATEMENTS = (
    1000  # kept parsed per connection: a full cache lets go of the newest, however often they come again
)
PAUSE = 2  # milliseconds for which SQLite waits, a millisecond at a time, before it is asked anew


def driver() -> ModuleType:
    """Returns the newer of Python's own SQLite and the one that the extra `sqlite` installs."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    newer: ModuleType = max((sqlite3, dbapi2), key=lambda one: one.sqlite_version_info)
    return newer


class Sqlite:
    """Answers for SQLite: WAL and FULL where WAL is safe, else a rollback journal and EXTRA."""

    wal = False

    def engine(self, url: URL) -> Engine:
        """Returns the pool of connections to a file."""
        module = driver()
        made = create_engine(url, module=module, connect_args={"cached_statements": STATEMENTS})
        self.wal = wal = module.sqlite_version_info >= WAL_SAFE
        settings = (
            f"busy_timeout={PATIENCE}",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            "secure_delete=ON",
            "trusted_schema=OFF",
            "temp_store=MEMORY",
            f"journal_mode={'WAL' if wal else 'DELETE'}",
            f"synchronous={'FULL' if wal else 'EXTRA'}",
        )

        def settle(connection: sqlite3.Connection, _: Any) -> None:
            connection.isolation_level = None
            for one in settings:
                connection.execute(f"PRAGMA {one}")

        event.listen(made, "connect", settle)
        return made

    def called(self, url: URL) -> str:
        """Returns the file's path."""
        return str(url.database)

    def prepare(self, url: URL) -> None:
        """Makes the file, readable by its owner alone."""
        if url.database:
            Path(url.database).touch(mode=0o600)

    def settle(self, connection: Connection) -> None:
        """Has nothing to set."""

    def begin(self, connection: Connection, *, reads: bool = False) -> None:
        """Begins a transaction; one that writes takes the file's write lock at once."""
        if not connection.in_transaction():
            connection.begin()
        if reads:
            self._wait_for(connection, PATIENCE)
            send(connection, "BEGIN")
        else:
            self._seize(connection)

    def _seize(self, connection: Connection) -> None:
        """Takes the file's write lock, or raises what SQLite says where others hold it for too long.

        SQLite itself asks again after pauses that grow to 100 ms, so of many writers whoever came last has the best
        chance, and a few wait for very long. Here all ask at the same short intervals.
        """
        self._wait_for(connection, PAUSE)
        try:
            until = time.monotonic() + PATIENCE / 1000
            while True:
                try:
                    return send(connection, "BEGIN IMMEDIATE")
                except OperationalError as error:
                    if "locked" not in str(error.orig) or time.monotonic() >= until:
                        raise
        finally:
            if not (self.wal or connection.invalidated):  # without WAL a COMMIT waits for readers
                self._wait_for(connection, PATIENCE)

    def _wait_for(self, connection: Connection, milliseconds: int) -> None:
        """Lets SQLite wait so long for others, which it is told only where it was told otherwise before."""
        held = connection.info
        if held.get("waits", PATIENCE) != milliseconds:
            raw: Any = connection.connection.dbapi_connection
            raw.execute(f"PRAGMA busy_timeout={milliseconds}")
            held["waits"] = milliseconds

    def lock(self, connection: Connection) -> Any:
        """Returns the head of the log; BEGIN IMMEDIATE has locked the whole file."""
        return next(iter(HEAD.rows(connection, {})), None)

    def flush(self, connection: Connection) -> None:
        """Has nothing to send: SQLite carries out each write when it is given."""

    def commit(self, connection: Connection) -> None:
        """Makes everything durable and visible."""
        send(connection, "COMMIT")

    def rollback(self, connection: Connection) -> None:
        """Undoes everything."""
        send(connection, "ROLLBACK")

    def settled(self, connection: Connection) -> bool:
        """Returns whether SQLite itself says that no transaction is open."""
        return not connection.connection.in_transaction

    def sweep(self, connection: Connection) -> str | None:
        """Writes the file anew without free pages (VACUUM) and empties the write-ahead log.

        Returns what is left where another connection keeps an older state open.
        """
        again = "others had the database open, so pages from before may remain; `rung erasure sweep` when they are done"
        self._wait_for(connection, PATIENCE)
        try:
            connection.exec_driver_sql("VACUUM")
            row = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").first()
        except OperationalError as error:
            if "locked" not in str(error.orig):
                raise
            return again
        return again if row is not None and row[0] else None

    def lost(self, error: DBAPIError) -> bool:
        """Returns False: a COMMIT that fails in this process has not happened."""
        return False

    def told(self, error: DBAPIError, name: str) -> Exception | None:
        """Returns what an error means in Rung's words."""
        said = str(error.orig)
        if "not a database" in said or "malformed" in said:
            return BadInput(f"{name} is not a Rung database.")
        if "is full" in said or "disk I/O" in said:
            return Unavailable(
                f"{name} cannot be written: {said}; make room, then try again. Nothing was changed."
            )
        if not isinstance(error, OperationalError):
            return None
        if "locked" in said:
            return Busy(f"{name} is busy with another writer; try again.")
        if "readonly" in said:
            return Unavailable(f"{name} cannot be written; check the file's and the folder's rights.")
        if "no such table" in said or "unable to open" in said:
            return BadInput(f"{name} is not a Rung database; make a workspace with `rung init`.")
        return None
