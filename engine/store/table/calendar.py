"""What each person's calendar feed showed last, so that a change raises its sequence. No projection of events."""

from sqlalchemy import Column, Integer, String, Table

from engine.store.table.root import metadata

entry = Table(
    "calendar_entry",
    metadata,
    Column("person", String(36), primary_key=True),
    Column("uid", String(64), primary_key=True),
    Column("day", String(10), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("changed_at", String(27), nullable=False),
    Column("gone", Integer, nullable=False),
)
