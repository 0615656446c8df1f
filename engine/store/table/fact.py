"""Facts: insert-only rows keyed by import, row and field; a correction is a newer row under the same key."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from engine.store.table.root import metadata

fact = Table(
    "fact",
    metadata,
    Column("import_seq", Integer, primary_key=True, autoincrement=False),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("field", String(60), primary_key=True),
    Column("person", String(36), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("key", String(300), nullable=False),
    Column("name", String(200), nullable=False),
    Column("start", String(10), nullable=False),
    Column("end", String(10), nullable=True),
    Column("value", String(200), nullable=True),
    Column("unit", String(24), nullable=True),
    Column("detail", Text, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("salt", String(64), nullable=False),
    Index("ix_fact_person_kind", "person", "kind"),
    Index("ix_fact_kind_person", "kind", "person"),
)

intake = Table(
    "intake",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(24), nullable=False),
    Column("file_name", String(200), nullable=False),
    Column("file_digest", String(64), nullable=False, index=True),
    Column("mapping_digest", String(80), nullable=False),
)
