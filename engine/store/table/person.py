"""The directory: the one place where names, e-mails and HR ids live; erasable, many aliases to one person."""

from sqlalchemy import Column, Integer, String, Table

from engine.store.table.root import metadata

person = Table(
    "person",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("natural", String(36), nullable=False, index=True),
    Column("label", String(16), nullable=False, unique=True),
    Column("hr_id", String(120), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("email", String(200), nullable=True),
    Column("event", Integer, nullable=False),
)
