"""The projections of growth (cycles, sheets, actions, interim roles), rebuilt from their events by replay."""

from sqlalchemy import Column, Integer, String, Table

from engine.store.table.root import metadata

cycle_row = Table(
    "cycle_row",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("label", String(40), nullable=False, unique=True),
    Column("start", String(10), nullable=False),
    Column("end", String(10), nullable=False),
    Column("due", String(10), nullable=False),
    Column("team", String(200), nullable=True),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
)

sheet_row = Table(
    "sheet_row",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("cycle", String(36), nullable=False, index=True),
    Column("person", String(36), nullable=False, index=True),
    Column("level", String(80), nullable=False),
    Column("asked", Integer, nullable=False),
    Column("by_self", Integer, nullable=False),
    Column("by_manager", Integer, nullable=False),
    Column("opened", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)

action_row = Table(
    "action_row",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("label", String(16), nullable=False, unique=True),
    Column("person", String(36), nullable=False, index=True),
    Column("target", String(80), nullable=False),
    Column("gap", String(80), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("owner", String(36), nullable=False, index=True),
    Column("due", String(10), nullable=False),
    Column("state", String(16), nullable=False),
    Column("done_on", String(10), nullable=True),
    Column("verified_by", String(36), nullable=True),
    Column("version", Integer, nullable=False),
)

interim_row = Table(
    "interim_row",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("label", String(16), nullable=False, unique=True),
    Column("person", String(36), nullable=False, index=True),
    Column("level", String(80), nullable=False),
    Column("start", String(10), nullable=False),
    Column("until", String(10), nullable=False),
    Column("state", String(16), nullable=False),
    Column("ended_on", String(10), nullable=True),
    Column("version", Integer, nullable=False),
)
