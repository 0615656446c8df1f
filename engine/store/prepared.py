"""Statements whose text is made once per kind of database: asked often, and always of the same shape."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from sqlalchemy import ClauseElement, Connection, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler


class Prepared:
    """Holds a statement of SQLAlchemy Core that is given its values by name, as text for the driver.

    What SQLAlchemy does anew at each execution (hashing the statement, converting values that need none, wrapping
    cursor and rows) is left out. Only for values and results that drivers take and give as they are: text,
    integers, bytes.
    """

    def __init__(self, statement: ClauseElement, *names: str) -> None:
        self.statement = statement
        self.names = names
        self.texts: dict[str, tuple[str, tuple[str, ...] | None]] = {}
        columns = list(statement.selected_columns.keys()) if isinstance(statement, Select) else []
        self.made: Any = _shape(tuple(columns))

    def run(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Carries the statement out with some values, every one of its names given."""
        send(connection, *self._given(connection, values))

    def run_each(self, connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
        """Carries the statement out with several sets of values, in one call of the driver."""
        if len(values) == 1:
            self.run(connection, values[0])
        elif values:
            text = self._given(connection, values[0])[0]
            send(connection, text, [self._given(connection, one)[1] for one in values], many=True)

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Returns the rows of the statement with some values, their columns by name."""
        found = send(connection, *self._given(connection, values), fetch=True)
        return list(map(self.made, found))

    def _given(self, connection: Connection, values: Mapping[str, Any]) -> tuple[str, Any]:
        dialect = connection.dialect
        found = self.texts.get(dialect.name)
        if found is None:
            keys = list(self.names) or None
            compiled = self.statement.compile(dialect=dialect, column_keys=keys)
            assert isinstance(compiled, SQLCompiler)
            found = str(compiled), tuple(compiled.positiontup or ()) if compiled.positional else None
            self.texts[dialect.name] = found
        text, order = found
        return text, dict(values) if order is None else tuple([values[name] for name in order])


def _shape(columns: tuple[str, ...]) -> Callable[[Any], Any]:
    shape: Any = namedtuple("Row", list(columns), rename=True)  # type: ignore[misc]  # the columns of a query
    made: Callable[[Any], Any] = shape._make
    return made


def send(
    connection: Connection, text: str, given: Any = (), *, fetch: bool = False, many: bool = False
) -> list[Any]:
    """Returns the rows that a statement's text leads to, straight from the driver; none unless they are fetched.

    Where somebody listens to the statements of this database, they go through SQLAlchemy, one for one.
    """
    heard = connection.engine.dispatch
    if heard.before_cursor_execute or heard.after_cursor_execute:
        result = connection.exec_driver_sql(text, given or None)
        return list(result.all()) if fetch else []
    try:
        cursor = connection.connection.cursor()
        (cursor.executemany if many else cursor.execute)(text, given)
        found = list(cursor.fetchall()) if fetch else []
        cursor.close()
    except BaseException as error:  # noqa: BLE001  # raised again, in SQLAlchemy's words
        _tell(connection, text, error)
    return found


def _tell(connection: Connection, text: str, error: BaseException) -> NoReturn:
    """Raises a driver's error as SQLAlchemy would; a connection that is lost or was interrupted is given up."""
    dialect = connection.dialect
    base = dialect.loaded_dbapi.Error
    if not isinstance(error, base):
        if not isinstance(error, Exception) and not connection.invalidated:
            connection.invalidate(error)
        raise error
    lost = not connection.invalidated and dialect.is_disconnect(error, connection.connection, None)
    if lost:
        connection.invalidate(error)
    raise DBAPIError.instance(
        text, None, error, base, hide_parameters=True, connection_invalidated=lost, dialect=dialect
    ) from error
