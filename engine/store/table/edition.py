"""The table of published editions: one row per policy, ladder or workflow edition, named by digest."""

from sqlalchemy import Column, Integer, String, Table, Text

from engine.store.table.root import metadata

edition = Table(
    "edition",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", String(80), nullable=False, index=True),
    Column("label", String(40), nullable=False),
    Column("effective", String(10), nullable=False),
    Column("ladder", String(64), nullable=True),
    Column("text", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("proposed_by", String(36), nullable=False),
    Column("event", Integer, nullable=False),
)
