"""The projection of cases: one row per case, rebuilt from its events by replay."""

from sqlalchemy import Column, Integer, String, Table

from engine.store.table.root import metadata

case_row = Table(
    "case_row",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("label", String(16), nullable=False, unique=True),
    Column("person", String(36), nullable=False, index=True),
    Column("source", String(80), nullable=False),
    Column("target", String(80), nullable=False),
    Column("policy", String(64), nullable=False),
    Column("ladder", String(64), nullable=False),
    Column("workflow", String(64), nullable=False),
    Column("state", String(80), nullable=False),
    Column("stage", String(16), nullable=False, index=True),
    Column("nominator", String(36), nullable=False),
    Column("nominated_on", String(10), nullable=False),
    Column("session", String(36), nullable=True, index=True),
    Column("round", String(36), nullable=True, index=True),
    Column("outcome", String(16), nullable=True),
    Column("decided_on", String(10), nullable=True),
    Column("open", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)
