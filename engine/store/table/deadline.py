"""What falls due on a case: one row per deadline, with the days on which it was reminded of and passed on."""

from sqlalchemy import Column, String, Table, Text

from engine.store.table.root import metadata

due_row = Table(
    "due_row",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("case", String(36), nullable=False, index=True),
    Column("label", String(16), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("state", String(60), nullable=False),
    Column("since", String(27), nullable=False),
    Column("due", String(10), nullable=False, index=True),
    Column("leads", Text, nullable=False, server_default=""),
    Column("remind", String(10), nullable=True),
    Column("escalate", String(60), nullable=True),
    Column("hears", String(10), nullable=True),
    Column("reminded", String(10), nullable=True),
    Column("passed", String(10), nullable=True),
)
