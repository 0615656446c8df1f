"""Statements whose text is made once per kind of database: asked often, and always of the same shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ClauseElement, Connection, CursorResult
from sqlalchemy.sql.compiler import SQLCompiler


class Prepared:
    """Holds a statement of SQLAlchemy Core that is given its values by name, as text for the driver.

    What SQLAlchemy does anew at each execution (hashing the statement, converting values that need none) is
    done once. Only for values and results that drivers take and give as they are: text, integers, bytes.
    """

    def __init__(self, statement: ClauseElement, *names: str) -> None:
        self.statement = statement
        self.names = names
        self.texts: dict[str, tuple[str, tuple[str, ...] | None]] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Returns the result of the statement with some values, every one of its names given."""
        dialect = connection.dialect
        found = self.texts.get(dialect.name)
        if found is None:
            keys = list(self.names) or None
            compiled = self.statement.compile(dialect=dialect, column_keys=keys)
            assert isinstance(compiled, SQLCompiler)
            found = str(compiled), tuple(compiled.positiontup or ()) if compiled.positional else None
            self.texts[dialect.name] = found
        text, order = found
        given = dict(values) if order is None else tuple(values[name] for name in order)
        return connection.exec_driver_sql(text, given)
