"""Writes what a case adds to the registers that criteria read, as facts that cite the event."""
