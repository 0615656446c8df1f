"""Every table, one module per room, on one metadata."""
