"""The whole schema: importing this module puts every table on the metadata."""

from engine.store.table import (
    case,
    deadline,
    edition,
    erasure,
    fact,
    growth,
    person,
    record,
    schema,
    session,
    task,
)
from engine.store.table.root import metadata

__all__ = [
    "case",
    "deadline",
    "edition",
    "erasure",
    "fact",
    "growth",
    "metadata",
    "person",
    "record",
    "schema",
    "session",
    "task",
]
