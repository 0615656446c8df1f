"""Connections, tables, one transaction, idempotency and migrations: the one room that knows the database."""
