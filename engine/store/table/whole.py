"""The whole schema: importing this module puts every table on the metadata."""

from engine.store.table import (
    calendar,
    case,
    deadline,
    edition,
    erasure,
    fact,
    growth,
    letter,
    person,
    record,
    round,
    schema,
    session,
    task,
    token,
)
from engine.store.table.root import metadata

__all__ = [
    "calendar",
    "case",
    "deadline",
    "edition",
    "erasure",
    "fact",
    "growth",
    "letter",
    "metadata",
    "person",
    "record",
    "round",
    "schema",
    "session",
    "task",
    "token",
]
