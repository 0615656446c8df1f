"""Every table, one module per room, on one metadata."""

from engine.store.table.root import metadata

__all__ = ["metadata"]
