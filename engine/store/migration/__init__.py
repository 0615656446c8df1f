"""The schema's history: one Alembic revision per change, run in-process."""
