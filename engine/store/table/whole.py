"""The whole schema: importing this module puts every table on the metadata."""

from engine.store.table import case, edition, fact, person, record, session, task
from engine.store.table.root import metadata

__all__ = ["case", "edition", "fact", "metadata", "person", "record", "session", "task"]
