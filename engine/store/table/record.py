"""The tables of the record: the log and its head, erasable payloads, replies to commands."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from engine.store.table.root import metadata

log = Table(
    "log",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("stream", String(120), nullable=False),
    Column("stream_version", Integer, nullable=False),
    Column("type", String(60), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
    Column("leaf", LargeBinary(32), nullable=False),
    Column("nodes", LargeBinary, nullable=False),
    UniqueConstraint("stream", "stream_version"),
    CheckConstraint("seq >= 0", name="seq_from_zero"),
)

head = Table(
    "head",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="single"), primary_key=True, autoincrement=False),
    Column("log", String(120), nullable=False),
    Column("size", Integer, nullable=False),
    Column("frontier", Text, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("generation", Integer, nullable=False, server_default="0"),
)

payload = Table(
    "payload",
    metadata,
    Column("event", Integer, primary_key=True, autoincrement=False),
    Column("field", String(60), primary_key=True),
    Column("salt", String(64), nullable=True),
    Column("under", String(160), nullable=True),
    Column("body", Text, nullable=False),
    Column("erased", Integer, nullable=True),
    Index("ix_payload_under", "under"),
)

command = Table(
    "command",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("reply", Text, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
)
