"""The projection of promotion rounds: one row per round, rebuilt from its events by replay."""

from sqlalchemy import Column, Integer, String, Table, Text

from engine.store.table.root import metadata

round_row = Table(
    "round_row",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("label", String(60), nullable=False, unique=True),
    Column("definition", String(40), nullable=False),
    Column("moves", Text, nullable=False),
    Column("opens", String(10), nullable=False),
    Column("closes", String(10), nullable=False),
    Column("late_until", String(10), nullable=True),
    Column("effective", String(10), nullable=True),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
)
