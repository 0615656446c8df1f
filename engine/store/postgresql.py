"""PostgreSQL, for teams: one schema per organisation, the head row as the one lock, a role that cannot rewrite."""

from __future__ import annotations

import re
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, DisconnectionError

from engine.store.dialect import FRESH
from engine.store.prepared import Prepared, tell
from engine.store.table.record import head
from terms.error import BadInput, Busy, Conflict, RungError, Unavailable

SETTINGS = {
    "lock_timeout": "10s",
    "statement_timeout": "5min",
    "idle_in_transaction_session_timeout": "1min",
    "default_transaction_isolation": "read committed",
    "client_encoding": "UTF8",
    "TimeZone": "UTC",
}
AGAIN = {
    "40001": "serialization",
    "40P01": "deadlock",
    "55P03": "lock",
    "42P05": "a statement that a pooled connection had prepared",
    "26000": "a statement that a pooled connection had not prepared",
}
HEAD = Prepared(select(head).with_for_update())
IDLE = 0  # of libpq's transaction states
SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ"
NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}\Z")
REWRITTEN = ("payload", "fact", "person", "task", "letter")
OWNED = """
SELECT bool_and(pg_has_role(current_user, c.relowner, 'USAGE')) FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relname IN ('payload', 'fact', 'person', 'task', 'letter')
"""
COLLATED = """
SELECT c.table_name, c.column_name, c.data_type, c.character_maximum_length
FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
  AND c.data_type IN ('character varying', 'text') AND c.collation_name IS DISTINCT FROM 'C'
"""
PERSONAL = {
    "payload": ("body", "salt"),
    "fact": ("value", "name", "key", "detail", "salt"),
    "person": ("hr_id", "name", "email"),
    "task": ("parked_because",),
    "letter": ("subject", "text", "html", "reason"),
}
SAMPLED = """
SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0
  AND coalesce(a.attstattarget, -1) <> 0
"""


class Postgres:
    """Answers for PostgreSQL: writers wait for the head row in READ COMMITTED, readers see one snapshot."""

    def engine(self, url: URL) -> Engine:
        """Returns the pool of connections; raises BadInput where the extra `postgres` is not installed."""
        plain, given = _connecting(url)
        try:
            made = create_engine(plain, connect_args=given, pool_size=5, max_overflow=15)
        except ModuleNotFoundError:
            raise BadInput(
                "PostgreSQL needs the extra `postgres`: install rung[postgres] (it brings psycopg)."
            ) from None

        from engine.store.together import Together

        def connect(_: Any, __: Any, given: Any, named: Any) -> Any:
            # psycopg lets go of all prepared statements at a ROLLBACK, whoever made them; so either it makes them,
            # as the URL asks, or Together does
            threshold = named.pop("prepare_threshold", ...)
            made = Together.connect(
                *given, **named, prepare_threshold=None if threshold is ... else threshold
            )
            made.names = threshold is ...
            return made

        def settle(connection: Any, _: Any) -> None:
            try:
                with connection.cursor() as cursor:
                    for name, value in SETTINGS.items():
                        cursor.execute(f"SET {name} = '{value}'")
                connection.commit()
            except BaseException:
                connection.close()  # a connection that is refused here is in no pool yet, so nobody else would
                raise

        def rest(_: Any, record: Any) -> None:
            record.info["rested"] = time.monotonic()

        def probe(connection: Any, record: Any, _: Any) -> None:
            if time.monotonic() - record.info.get("rested", 0.0) < FRESH:
                return
            try:
                connection.execute("SELECT 1")
                connection.rollback()
            except Exception as error:
                raise DisconnectionError("The connection went away while it rested.") from error

        event.listen(made, "do_connect", connect)
        event.listen(made, "connect", settle)
        event.listen(made, "checkin", rest)
        event.listen(made, "checkout", probe)
        return made

    def called(self, url: URL) -> str:
        """Returns the URL without its password."""
        return url._replace(password=None).render_as_string()

    def prepare(self, url: URL) -> None:
        """Has nothing to make: the schema is made by whoever owns the database."""

    def settle(self, connection: Connection) -> None:
        """Sets every text column to compare by code point, as SQLite does, whatever the database's locale.

        Of columns with personal text the server samples nothing for its planner: it would keep what is erased.
        """
        for table, column, kind, length in connection.exec_driver_sql(COLLATED).all():
            typed = f"varchar({length})" if kind == "character varying" and length else "text"
            connection.exec_driver_sql(
                f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE {typed} COLLATE "C"'
            )
        for table, column in connection.exec_driver_sql(SAMPLED).all():
            if column in PERSONAL.get(table, ()):
                connection.exec_driver_sql(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')

    def begin(self, connection: Connection, *, reads: bool = False) -> None:
        """Begins a transaction, together with what is asked first in it."""
        connection.begin()
        raw: Any = connection.connection.dbapi_connection
        raw.waiting.append((SNAPSHOT if reads else "BEGIN", (), None))

    def lock(self, connection: Connection) -> Any:
        """Returns the head of the log; every other writer waits for this row."""
        return next(iter(HEAD.rows(connection, {})), None)

    def flush(self, connection: Connection) -> None:
        """Sends the writes that wait, so that whatever is wrong with one shows before the COMMIT."""
        raw: Any = connection.connection.dbapi_connection
        try:
            raw.flush()
        except BaseException as error:  # noqa: BLE001  # raised again, in SQLAlchemy's words
            tell(connection, "the writes that waited", error)

    def commit(self, connection: Connection) -> None:
        """Makes everything durable and visible."""
        connection.commit()

    def rollback(self, connection: Connection) -> None:
        """Undoes everything."""
        connection.rollback()

    def settled(self, connection: Connection) -> bool:
        """Returns whether the driver says that the session is idle."""
        driver: Any = connection.connection.dbapi_connection
        return not connection.in_transaction() and int(driver.info.transaction_status) == IDLE

    def sweep(self, connection: Connection) -> str | None:
        """Rewrites the tables that held erased rows, where the role may; the server's own log is out of reach."""
        mine = connection.exec_driver_sql(OWNED).scalar()
        connection.rollback()
        if not mine:
            return (
                "this role does not own the tables; let the owner run "
                f"VACUUM FULL {', '.join(REWRITTEN)}, and let archived WAL, replicas and backups run out"
            )
        raw = connection.execution_options(isolation_level="AUTOCOMMIT")
        for one in REWRITTEN:
            raw.exec_driver_sql(f'VACUUM FULL "{one}"')
        return "archived WAL, replicas and backups of the server keep older pages until they run out"

    def lost(self, error: DBAPIError) -> bool:
        """Returns whether the connection went away, so that nobody knows whether a COMMIT happened."""
        return error.connection_invalidated or _state(error) is None

    def told(self, error: DBAPIError, name: str) -> RungError | None:
        """Returns what an error means in Rung's words."""
        state, said = _state(error), str(error.orig).strip().splitlines()[0:1]
        if state in AGAIN:
            return Busy(f"{name} is busy with other writers; try again.", transient=True)
        if state == "57014":
            return Conflict(
                f"{name} took too long to answer and was stopped; nothing was changed. Try again."
            )
        if state == "42P01":
            return BadInput(f"{name} is not a Rung database; make a workspace with `rung init`.")
        if state == "42501":
            return BadInput(f"{name} does not let this role do that: {said[0]}; see docs/postgres.md.")
        if state == "25006":
            told = f"{name} is a copy that can be read only (a replica); nothing was changed. "
            return Unavailable(told + "Write to the primary: name it in rung.toml.")
        if state == "53100":
            return Unavailable(f"{name} has no room left: {said[0]}. Nothing was changed.")
        if state is None or state.startswith(("08", "57P", "28", "3D", "25P03")):
            return Unavailable(
                f"{name} cannot be reached: {said[0] if said else 'no answer'}. Nothing was changed."
            )
        return None


def _connecting(url: URL) -> tuple[URL, dict[str, Any]]:
    """Returns the URL, and what of it is for the driver as a number: after how many uses a statement is prepared.

    `prepare_threshold=none` prepares none, for a pooler that hands connections on between transactions.
    """
    asked = url.query.get("prepare_threshold")
    if asked is None:
        return url, {}
    if asked != "none" and not (isinstance(asked, str) and asked.isdecimal()):
        raise BadInput(f"prepare_threshold={asked}: write a whole number, or none.")
    plain = url.difference_update_query(["prepare_threshold"])
    return plain, {"prepare_threshold": None if asked == "none" else int(asked)}


def _state(error: DBAPIError) -> str | None:
    found = getattr(error.orig, "sqlstate", None)
    return None if found is None else str(found)


GRANTS = {"log": "SELECT, INSERT", "fact": "SELECT, INSERT, DELETE", "tombstone": "SELECT, INSERT"}
READS = ("alembic_version", "schema")


def grants(schema: str, role: str, tables: tuple[str, ...]) -> str:
    """Returns the SQL that gives a role what commands need and no more; raises BadInput for an odd name.

    The log can be read and added to; facts can be deleted only where an erasure's tombstone stands.
    """
    for one in (schema, role):
        if not NAME.match(one):
            raise BadInput(f"{one!r} is no plain name for a schema or a role; use a-z, 0-9 and _.")
    lines = [
        f"REVOKE ALL ON SCHEMA {schema} FROM PUBLIC;",
        f"GRANT USAGE ON SCHEMA {schema} TO {role};",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role};",
        *(f'GRANT SELECT ON {schema}."{one}" TO {role};' for one in READS),
    ]
    for one in sorted(set(tables) - set(READS)):
        rights = GRANTS.get(one, "SELECT, INSERT, UPDATE, DELETE")
        if one == "head":
            rights = "SELECT, INSERT, UPDATE"
        lines.append(f'GRANT {rights} ON {schema}."{one}" TO {role};')
    return "\n".join(lines) + "\n"
