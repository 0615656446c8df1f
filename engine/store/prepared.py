"""Statements whose text is made once per kind of database: asked often, and always of the same shape."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
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
        self.texts: dict[str, tuple[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]]] = {}
        columns = list(statement.selected_columns.keys()) if isinstance(statement, Select) else []
        self.made: Any = _shape(tuple(columns))

    def run(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Carries the statement out with some values, every one of its names given."""
        text, taken = self._text(connection)
        send(connection, text, (taken(values),))

    def run_each(self, connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
        """Carries the statement out with several sets of values, in one call of the driver."""
        if values:
            text, taken = self._text(connection)
            send(connection, text, [taken(one) for one in values])

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Returns the rows of the statement with some values, their columns by name."""
        text, taken = self._text(connection)
        return list(map(self.made, ask(connection, text, taken(values))))

    def _text(self, connection: Connection) -> tuple[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]]:
        """Returns the statement as text, and what takes its values by name in the order in which they are given."""
        dialect = connection.dialect
        found = self.texts.get(dialect.name)
        if found is None:
            keys = list(self.names) or None
            style = "qmark" if dialect.name == "sqlite" else "numeric_dollar"
            numbered: Any = type(dialect)
            compiled = self.statement.compile(dialect=numbered(paramstyle=style), column_keys=keys)
            assert isinstance(compiled, SQLCompiler)
            found = self.texts[dialect.name] = str(compiled), _taking(tuple(compiled.positiontup or ()))
        return found


def _taking(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Returns what takes the values with some names, in that order; itemgetter gives a tuple for two or more."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def _shape(columns: tuple[str, ...]) -> Callable[[Any], Any]:
    shape: Any = namedtuple("Row", list(columns), rename=True)  # type: ignore[misc]  # the columns of a query
    made: Callable[[Any], Any] = shape._make
    return made


def send(connection: Connection, text: str, given: Sequence[tuple[Any, ...]] = ((),)) -> None:
    """Carries a statement's text out with each set of values, straight through the driver.

    On PostgreSQL it waits for the next question or the end of the transaction (see engine.store.together).
    Whoever listens to the statements of this database hears of it as of SQLAlchemy's own.
    """
    heard, many = connection.engine.dispatch, len(given) > 1
    try:
        raw: Any = connection.connection.dbapi_connection
        if heard.before_cursor_execute:
            for hear in heard.before_cursor_execute:
                text, changed = hear(connection, None, text, given if many else given[0], None, many)
                given = changed if many else (changed,)
        told = partial(_told, connection, text, given) if heard.after_cursor_execute else None
        waiting = getattr(raw, "waiting", None)
        if waiting is not None:
            waiting += [(text, one, None) for one in given[:-1]]
            waiting.append((text, given[-1], told))
            return
        if many:
            raw.executemany(text, given)
        else:
            raw.execute(text, given[0])
        if told is not None:
            told()
    except BaseException as error:  # noqa: BLE001  # raised again, in SQLAlchemy's words
        tell(connection, text, error)


def _told(connection: Connection, text: str, given: Sequence[tuple[Any, ...]]) -> None:
    many = len(given) > 1
    for hear in connection.engine.dispatch.after_cursor_execute:
        hear(connection, None, text, given if many else given[0], None, many)


def ask(connection: Connection, text: str, given: tuple[Any, ...] = ()) -> list[Any]:
    """Returns the rows that a statement's text leads to, straight from the driver; heard of as `send` is."""
    heard = connection.engine.dispatch
    try:
        raw: Any = connection.connection.dbapi_connection
        if heard.before_cursor_execute:
            for hear in heard.before_cursor_execute:
                text, given = hear(connection, None, text, given, None, False)
        together = getattr(raw, "ask", None)
        found = list(raw.execute(text, given)) if together is None else together(text, given)
        if heard.after_cursor_execute:
            _told(connection, text, (given,))
    except BaseException as error:  # noqa: BLE001  # raised again, in SQLAlchemy's words
        tell(connection, text, error)
    return found


def tell(connection: Connection, text: str, error: BaseException) -> NoReturn:
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
