"""A connection to PostgreSQL on which writes wait for the next question, so that several share one way there and back.

Each statement that is sent alone costs the way to the server and back. What is only written asks for no answer until
the transaction ends, so it waits here and goes with the next question, in libpq's pipeline: the server carries the
statements out one after the other and, where one fails, none that follows it. BEGIN goes with the first question.

Only the statements of engine.store.prepared wait; everything else goes through a cursor, which sends first what waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from select import POLLIN, poll
from typing import Any, TypeAlias

from psycopg import Connection, Cursor
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus

Waiting: TypeAlias = tuple[str, tuple[Any, ...], Callable[[], None] | None]
"""A statement with $1, $2, ... and its values; what to do once it is answered."""
DONE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
TEXT, BINARY = 0, 1


def _bytes(written: bytes) -> bytes:
    return bytes.fromhex(written[2:].decode())


LOADS: dict[int, Callable[[bytes], Any]] = {17: _bytes, 20: int, 21: int, 23: int}
"""By the oid of a column's type (bytea, int8, int2, int4) how its text is read; all else is text."""


class Sending(Cursor[Any]):
    """A cursor that first sends what waits, so that all statements reach the server in the order they were given."""

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        """Does what psycopg's does, after what waits."""
        self.connection.flush()  # type: ignore[attr-defined]  # made by a connection of this module
        return super().execute(*args, **kwargs)

    def executemany(self, *args: Any, **kwargs: Any) -> None:
        """Does what psycopg's does, after what waits."""
        self.connection.flush()  # type: ignore[attr-defined]  # as above
        super().executemany(*args, **kwargs)


class Together(Connection[Any]):
    """Holds the statements that wait, whether they get names, and those that the server has prepared under one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting: list[Waiting] = []
        self.names = True
        self.named: dict[str, bytes] = {}
        self.cursor_factory = Sending

    def commit(self) -> None:
        """Sends what waits, then makes everything durable and visible."""
        self.flush()
        super().commit()

    def rollback(self) -> None:
        """Forgets what waits and undoes the rest."""
        self.waiting.clear()
        super().rollback()

    def flush(self) -> None:
        """Sends what waits; raises the error of the first statement that fails."""
        if self.waiting:
            self.ask()

    def ask(self, text: str | None = None, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Returns the rows that a question leads to, sent together with what waits before it."""
        asked, self.waiting = self.waiting, []
        if text is not None:
            asked.append((text, values, None))
        names = [self._name(one[0]) if self.names else None for one in asked]
        conn, results = self.pgconn, []
        conn.enter_pipeline_mode()
        try:
            for name, (sent, given, _) in zip(names, asked, strict=True):
                dumped, formats = _dumped(given)
                if name is None:
                    conn.send_query_params(sent.encode(), dumped, param_formats=formats)
                else:
                    conn.send_query_prepared(name, dumped, formats)
            conn.pipeline_sync()
            for _ in asked:
                results.append(self._result())
                while self._result() is not None:
                    pass
            self._result()  # the end of the pipeline
        finally:
            if conn.status == 0:  # a lost connection has no mode to leave
                conn.exit_pipeline_mode()
        for result in results:
            if result is None or result.status not in DONE:
                assert result is not None
                raise error_from_result(result)
        for _, _, told in asked:
            if told is not None:
                told()
        return _rows(results[-1]) if text is not None else []

    def _name(self, text: str) -> bytes:
        """Returns the name under which the server has a statement prepared, now if not before.

        It follows from the text: whoever had the connection before, under a pooler, no name means another statement.
        """
        name = self.named.get(text)
        if name is None:
            name = b"rung_" + sha256(text.encode()).hexdigest()[:32].encode()
            result = self.pgconn.prepare(name, text.encode())
            if result.status not in DONE:
                raise error_from_result(result)
            self.named[text] = name
        return name

    def _result(self) -> Any:
        """Returns the next result once it is there; other threads go on meanwhile, one of which may hold the lock."""
        conn = self.pgconn
        while conn.is_busy():
            if conn.flush() == 0:
                heard = poll()
                heard.register(conn.socket, POLLIN)
                heard.poll()
            conn.consume_input()
        return conn.get_result()


def _dumped(values: Sequence[Any]) -> tuple[list[bytes | None], list[int]]:
    """Returns values as the server takes them, and in which format: text as its bytes, so that a NUL is refused."""
    given: list[bytes | None] = []
    formats: list[int] = []
    for one in values:
        kind = type(one)
        if kind is str:
            given.append(one.encode())
        elif kind is bytes or one is None:
            given.append(one)
        elif kind is int:
            given.append(b"%d" % one)
        else:
            raise TypeError(
                f"{kind.__name__} is no value of a prepared statement; give text, int, bytes or None."
            )
        formats.append(TEXT if kind is int else BINARY)
    return given, formats


def _rows(result: Any) -> list[tuple[Any, ...]]:
    kinds = [LOADS.get(result.ftype(one), bytes.decode) for one in range(result.nfields)]
    return [
        tuple(
            None if (value := result.get_value(row, at)) is None else load(value)
            for at, load in enumerate(kinds)
        )
        for row in range(result.ntuples)
    ]
