"""What stands in a column though it is of another kind: SQLite takes anything anywhere, whatever a column says."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, Connection, Integer, LargeBinary, Table, func, or_, select

from engine.store.table.whole import metadata

WORDS = {"integer": "whole numbers", "text": "text", "blob": "bytes"}


def odd(connection: Connection) -> Iterator[str]:
    """Yields a sentence for each table with a value that its column's kind cannot be; a server refuses those itself."""
    if connection.dialect.name != "sqlite":
        return
    for table in metadata.sorted_tables:
        yield from _odd(connection, table)


def _odd(connection: Connection, table: Table) -> Iterator[str]:
    wrong = [func.typeof(one).not_in([_kind(one), *(["null"] if one.nullable else [])]) for one in table.c]
    row = connection.execute(select(*wrong).where(or_(*wrong)).limit(1)).first()
    if row is not None:
        column = next(one for one, is_wrong in zip(table.c, row, strict=True) if is_wrong)
        yield f"{table.name}.{column.name} holds something else than {WORDS[_kind(column)]}"


def _kind(column: Column[object]) -> str:
    if isinstance(column.type, Integer):
        return "integer"
    return "blob" if isinstance(column.type, LargeBinary) else "text"
