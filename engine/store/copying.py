"""Copies a whole database: SQLite's own way where it can, row by row between different kinds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from engine.store.database import Store
from engine.store.sqlite import driver
from engine.store.table.whole import metadata
from engine.store.transaction import Tx
from terms.error import Conflict

BATCH = 500


def copy_out(store: Store, path: Path) -> None:
    """Writes a consistent copy of a database into a new SQLite file, while others go on writing."""
    path.touch(mode=0o600)
    if store.url.get_backend_name() == "sqlite":
        target = driver().connect(path)
        try:
            with store.engine.connect() as connection:
                source: Any = connection.connection.driver_connection
                source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
        finally:
            target.close()
        return
    copy = Store(f"sqlite:///{path}", store.sources)
    try:
        copy.create()
        with store.read() as source, copy.write() as made:
            copy_rows(source, made)
    finally:
        copy.close()


def copy_rows(source: Tx, target: Tx) -> int:
    """Returns how many rows were copied, from every table into one that is empty.

    Raises Conflict where the target holds a record already.
    """
    copied = 0
    for table in metadata.sorted_tables:
        if table.name == "schema":
            continue
        if target.connection.execute(select(*table.primary_key.columns).limit(1)).first() is not None:
            raise Conflict(f"The database to restore into has rows in {table.name}; give an empty one.")
        for rows in source.connection.execute(select(table)).mappings().partitions(BATCH):
            target.connection.execute(insert(table), [dict(row) for row in rows])
            copied += len(rows)
    return copied
