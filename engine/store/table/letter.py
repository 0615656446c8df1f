"""Letters that are owed or were sent: an outbox. Work in hand, not history: no projection of events."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from engine.store.table.root import metadata

letter = Table(
    "letter",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("event", Integer, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("receiver", String(60), nullable=False),
    Column("about", Text, nullable=False),
    Column("case", String(36), nullable=True, index=True),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("written_at", String(27), nullable=False),
    Column("next_at", String(27), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("claimed_by", String(36), nullable=True),
    Column("claimed_until", String(27), nullable=True),
    Column("settled_at", String(27), nullable=True),
    Column("reason", Text, nullable=True),
    UniqueConstraint("event", "kind", "channel", "receiver"),
    Index("ix_letter_state_next_at", "state", "next_at"),
    Index("ix_letter_receiver_state", "receiver", "state"),
)
