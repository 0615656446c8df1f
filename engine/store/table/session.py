"""The projection of calibration sessions: one row per session, rebuilt from its events by replay."""

from sqlalchemy import Column, Integer, String, Table

from engine.store.table.root import metadata

session_row = Table(
    "session_row",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("label", String(16), nullable=False, unique=True),
    Column("chair", String(36), nullable=False),
    Column("held_on", String(10), nullable=False),
    Column("quorum", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
)
