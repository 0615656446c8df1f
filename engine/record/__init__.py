"""The append-only log and what proves it; knows bytes, never cases."""
