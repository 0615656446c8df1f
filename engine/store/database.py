"""Opens a database and its transactions: the settings that keep SQLite honest, one writer at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from engine.store.source import Sources
from engine.store.transaction import Tx
from terms.error import BadInput, Conflict

WAL_SAFE = (3, 51, 3)
NEWEST = "0002"


class Store:
    """Holds one database and the outside sources its transactions use."""

    def __init__(self, url: str, sources: Sources) -> None:
        self.url = make_url(url)
        self.sources = sources
        if self.url.get_backend_name() != "sqlite":
            raise BadInput(f"A {self.url.get_backend_name()} database is not yet possible; use SQLite.")
        self.engine: Engine = create_engine(self.url, poolclass=NullPool)
        event.listen(self.engine, "connect", _settle)

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """Opens a transaction that no other writer can overlap; commits, or undoes all on any error."""
        with self._connected() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield Tx(connection, self.sources)
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Opens a transaction that sees one moment; what it would write is undone."""
        with self._connected() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                yield Tx(connection, self.sources)
            finally:
                connection.exec_driver_sql("ROLLBACK")

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            with self.engine.connect() as connection:
                yield connection
        except OperationalError as error:
            raise _told(error, str(self.url.database)) from error
        except DatabaseError as error:
            if "not a database" in str(error.orig):
                raise BadInput(f"{self.url.database} is not a Rung database.") from error
            raise

    def create(self) -> None:
        """Brings the schema to the newest revision; a new file is readable by its owner alone."""
        from engine.store.migration.run import upgrade

        if self.url.database:
            Path(self.url.database).touch(mode=0o600)
        with self.write() as tx:
            upgrade(tx.connection)

    def check(self) -> None:
        """Raises BadInput where the database is not one that this version knows how to use."""
        with self.read() as tx:
            found = tx.connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if found != NEWEST:
            told = f"{self.url.database} has the schema {found}, this version of Rung knows {NEWEST}; "
            raise BadInput(told + "use the version of Rung that wrote it, or a newer one.")

    def close(self) -> None:
        """Closes every connection."""
        self.engine.dispose()


def _settle(connection: sqlite3.Connection, _: Any) -> None:
    """Sets what SQLite leaves off by default; WAL only where its reset bug is mended."""
    connection.isolation_level = None
    wal = sqlite3.sqlite_version_info >= WAL_SAFE
    for pragma in (
        "busy_timeout=10000",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "secure_delete=ON",
        "trusted_schema=OFF",
        f"journal_mode={'WAL' if wal else 'DELETE'}",
        f"synchronous={'FULL' if wal else 'EXTRA'}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _told(error: OperationalError, database: str) -> Exception:
    said = str(error.orig)
    if "locked" in said:
        return Conflict(f"{database} is busy with another writer; try again.")
    if "readonly" in said:
        return BadInput(f"{database} cannot be written; check the file's and the folder's rights.")
    if "no such table" in said or "unable to open" in said:
        return BadInput(f"{database} is not a Rung database; make a workspace with `rung init`.")
    return error


def tables(tx: Tx) -> tuple[str, ...]:
    """Returns the names of the tables that the database has."""
    return tuple(sorted(inspect(tx.connection).get_table_names()))
