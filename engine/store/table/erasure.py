"""Tombstones: what stays of an erased fact, so that the root over its import can still be computed."""

from sqlalchemy import Column, Integer, String, Table

from engine.store.table.root import metadata

tombstone = Table(
    "tombstone",
    metadata,
    Column("import_seq", Integer, primary_key=True, autoincrement=False),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("field", String(60), primary_key=True),
    Column("commitment", String(64), nullable=False),
    Column("event", Integer, nullable=False),
)
