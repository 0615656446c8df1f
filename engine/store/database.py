"""Opens a database and its transactions: one writer at a time per log, whatever the database."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from engine.store.dialect import FRESH, Dialect
from engine.store.group import UNKNOWN, Group
from engine.store.postgresql import Postgres
from engine.store.source import Sources
from engine.store.sqlite import Sqlite
from engine.store.table.schema import schema
from engine.store.transaction import Tx
from terms.error import BadInput, Busy, CannotTell

NEWEST = "0012"
RESTING = 5  # connections at hand
TRIES = 6
T = TypeVar("T")


class Store:
    """Holds one database, the outside sources its transactions use, and what they may share between them."""

    def __init__(self, url: str, sources: Sources) -> None:
        try:
            self.url = make_url(url)
        except ArgumentError:
            raise BadInput(
                f"{url!r} is no database URL; write postgresql+psycopg://USER@HOST/NAME."
            ) from None
        self.sources = sources
        self.dialect = _dialect(self.url)
        self.engine: Engine = self.dialect.engine(self.url)
        self.shared: dict[str, Any] = {}
        self.resting: deque[tuple[Connection, float]] = deque()
        self.group = Group(self)

    @property
    def name(self) -> str:
        """Returns what to call the database in a sentence: a file's path, or a URL without its password."""
        return self.dialect.called(self.url)

    def write(self, *, head: bool = True) -> Writing:
        """Opens a transaction that no other writer can overlap; commits, or undoes all on any error.

        Without the head of the log it is for what stands beside the record: on PostgreSQL it then waits for nobody.
        Raises Busy where others hold the log too long, CannotTell where the connection is lost at COMMIT.
        """
        return Writing(self, head)

    def attempt(self, work: Callable[[Tx], T], *, head: bool = True) -> T:
        """Returns what some work in a write transaction comes to; where others were in the way, it is done again.

        Each try begins anew, and a COMMIT whose outcome is not known is never tried again.
        """
        for left in range(TRIES - 1, -1, -1):
            try:
                with self.write(head=head) as tx:
                    return work(tx)
            except Busy as error:
                if not left or not error.transient:
                    raise
        raise AssertionError("unreachable")

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Opens a transaction that sees one moment; what it would write is undone."""
        with self._connected() as connection:
            self.dialect.begin(connection, reads=True)
            try:
                yield Tx(connection, self.sources, shared=self.shared)
            finally:
                self._undo(connection)

    def _undo(self, connection: Connection) -> None:
        if connection.invalidated:  # interrupted in a statement: it is closed, which has undone all
            return
        with suppress(DBAPIError):  # a lost connection has undone all by itself
            self.dialect.rollback(connection)

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            connection = self._taken()
            try:
                yield connection
            finally:
                self._rest(connection)
        except DBAPIError as error:
            self._tell(error)
            raise

    def _tell(self, error: DBAPIError) -> None:
        """Raises an error in Rung's words, where it has some for it."""
        told = self.dialect.told(error, self.name)
        if told is not None:
            raise told from error

    def _taken(self) -> Connection:
        """Returns a connection that rests, or a new one: one that rested for long may be lost, and is given up."""
        while self.resting:
            try:
                connection, since = self.resting.pop()
            except IndexError:  # another thread took the last one
                break
            if time.monotonic() - since < FRESH:
                return connection
            connection.invalidate()  # given back as it is, the pool would take it for one that was just in use
            connection.close()
        return self.engine.connect()

    def _rest(self, connection: Connection) -> None:
        """Keeps a settled connection at hand: through the pool, each taking and giving back costs more than a write."""
        if (
            connection.invalidated
            or connection.closed
            or len(self.resting) >= RESTING
            or not self.dialect.settled(connection)
        ):
            connection.close()
        else:
            self.resting.append((connection, time.monotonic()))

    def _dispose(self) -> None:
        while self.resting:
            self.resting.popleft()[0].close()
        self.engine.dispose()

    def create(self) -> None:
        """Brings the schema to the newest revision; a new file is readable by its owner alone."""
        from engine.store.migration.run import upgrade

        self.dialect.prepare(self.url)
        with self._connected() as connection:
            self.dialect.begin(connection)
            try:
                upgrade(connection)
                self.dialect.settle(connection)
            except BaseException:
                self._undo(connection)
                raise
            self.dialect.commit(connection)

    def revision(self) -> str | None:
        """Returns the revision that the schema has; None where there is no schema."""
        with self.read() as tx:
            found: str | None = tx.connection.exec_driver_sql(
                "SELECT version_num FROM alembic_version"
            ).scalar()
        return found

    def check(self) -> None:
        """Raises BadInput where the database is not one that this version knows how to use.

        A newer schema can be used where it says that this version's still fits: a rolling upgrade.
        """
        found = self.revision()
        if found == NEWEST:
            return
        if found is not None and found < NEWEST:
            told = f"{self.name} has the schema {found}, this version of Rung needs {NEWEST}; "
            raise BadInput(told + "bring it up with `rung database upgrade`.")
        with self.read() as tx:
            oldest = tx.connection.execute(select(schema.c.oldest)).scalar()
        if oldest is None or oldest > NEWEST:
            told = f"{self.name} has the schema {found}, this version of Rung knows {NEWEST}; "
            raise BadInput(told + "use the version of Rung that wrote it, or a newer one.")

    def sweep(self) -> str | None:
        """Rewrites what deleted content may still lie in, and returns what keeps traces from being gone, if anything.

        Meant for after an erasure; it changes no row, and can be repeated.
        """
        self._dispose()
        with self._connected() as connection:
            return self.dialect.sweep(connection)

    def close(self) -> None:
        """Closes every connection."""
        self._dispose()


class Writing:
    """Opens a transaction that writes, and saves it at the end of its block or undoes it: see Store.write.

    `saving` from when its COMMIT is asked for, `saved` from when it is done.
    """

    __slots__ = ("connection", "head", "saved", "saving", "store", "tx")

    def __init__(self, store: Store, head: bool) -> None:
        self.store = store
        self.head = head
        self.saving = False
        self.saved = False

    def __enter__(self) -> Tx:
        store = self.store
        try:
            self.connection = connection = store._taken()
            try:
                store.dialect.begin(connection)
                self.tx = tx = Tx(connection, store.sources, shared=store.shared)
                if self.head:
                    tx.held["head"] = store.dialect.lock(connection)
            except BaseException:
                self._give_up()
                raise
        except DBAPIError as error:
            store._tell(error)
            raise
        return tx

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is not None:
            self._give_up()
            if isinstance(error, DBAPIError):
                self.store._tell(error)
            return
        try:
            self._save()
        except DBAPIError as broken:
            self.store._tell(broken)
            raise

    def _save(self) -> None:
        store, tx = self.store, self.tx
        try:
            for last in tx.closing:
                last()
            store.dialect.flush(self.connection)
        except BaseException:
            self._give_up()
            raise
        self.saving = True
        try:
            self._commit()
            self.saved = True
            for then in tx.after:
                then()
        finally:
            store._rest(self.connection)

    def _commit(self) -> None:
        store = self.store
        try:
            store.dialect.commit(self.connection)
        except DBAPIError as error:
            if not store.dialect.lost(error):
                raise
            raise CannotTell(f"{store.name} went away while it was saving, {UNKNOWN}") from error

    def _give_up(self) -> None:
        try:
            self.store._undo(self.connection)
        finally:
            self.store._rest(self.connection)


def _dialect(url: URL) -> Dialect:
    if url.get_backend_name() == "sqlite":
        return Sqlite()
    if url.drivername == "postgresql+psycopg":
        return Postgres()
    told = f"{url.drivername} is not a database that Rung knows; "
    raise BadInput(told + "use SQLite (the default) or postgresql+psycopg://USER@HOST/NAME.")


def tables(tx: Tx) -> tuple[str, ...]:
    """Returns the names of the tables that the database has."""
    return tuple(sorted(inspect(tx.connection).get_table_names()))
