"""The table that says which versions of Rung may still use the schema, for a rolling upgrade."""

from sqlalchemy import CheckConstraint, Column, Integer, String, Table

from engine.store.table.root import metadata

schema = Table(
    "schema",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="single"), primary_key=True, autoincrement=False),
    Column("oldest", String(32), nullable=False),
)
