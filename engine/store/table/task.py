"""Who has what to do: one row per open task, with its lease. Work in hand, not history: no projection of events."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from engine.store.table.root import metadata

task = Table(
    "task",
    metadata,
    Column("id", String(160), primary_key=True),
    Column("case", String(36), nullable=False, index=True),
    Column("kind", String(24), nullable=False),
    Column("member", String(36), nullable=True),
    Column("role", String(60), nullable=True),
    Column("target", String(80), nullable=False),
    Column("due", String(10), nullable=False),
    Column("disagreement", Integer, nullable=False),
    Column("since", String(10), nullable=False),
    Column("label", String(16), nullable=False),
    Column("claimed_by", String(36), nullable=True, index=True),
    Column("claimed_until", String(27), nullable=True),
    Column("parked_by", String(36), nullable=True),
    Column("parked_because", Text, nullable=True),
    Index("ix_task_role_due", "role", "due"),
)

Index(
    "ix_task_member_order",
    task.c.member,
    task.c.due,
    task.c.target,
    task.c.disagreement.desc(),
    task.c.since,
    task.c.label,
)

glance = Table(
    "glance",
    metadata,
    Column("person", String(36), primary_key=True),
    Column("case", String(36), primary_key=True),
    Column("seen", Integer, nullable=False),
)
