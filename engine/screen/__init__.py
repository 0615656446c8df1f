"""Runs the statement that rules makes over everybody, on DuckDB, PostgreSQL or Spark."""
