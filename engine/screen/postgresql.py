"""PostgreSQL: the relations are temporary tables of one connection, so nothing stays behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from engine.screen.warehouse import TOO_LARGE, Row, Warehouse
from rules.sql.relation import RELATIONS
from terms.error import BadInput

PIECE = 1 << 20
REPLICA = (
    "This PostgreSQL is a copy that can be read only (a replica), and screening on it makes temporary tables; "
    "screen on the primary, or with --on duckdb."
)


class Postgres(Warehouse):
    """Holds a connection to a PostgreSQL server."""

    dialect = "postgres"

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def load(self, folder: Path) -> None:
        try:
            self._load(folder)
        except psycopg.errors.ReadOnlySqlTransaction:
            raise BadInput(REPLICA) from None

    def _load(self, folder: Path) -> None:
        for name, columns in RELATIONS.items():
            types = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            self.connection.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
            self.connection.execute(f"CREATE TEMP TABLE {name} ({types})")
            copied = f"COPY pg_temp.{name} FROM STDIN (FORMAT csv, HEADER true, NULL '\\N')"
            with (
                self.connection.cursor() as cursor,
                cursor.copy(copied) as copy,
                (folder / f"{name}.csv").open("rb") as file,
            ):
                while piece := file.read(PIECE):
                    copy.write(piece)
            self.connection.execute(f"ANALYZE pg_temp.{name}")

    def rows(self, text: str, params: Mapping[str, str]) -> Iterator[Row]:
        try:
            with self.connection.cursor() as cursor:
                yield from cursor.execute(text, params)
        except psycopg.errors.NumericValueOutOfRange:
            raise BadInput(TOO_LARGE) from None

    def narrow(self, people: Sequence[str]) -> None:
        self.connection.execute("DELETE FROM pg_temp.candidate WHERE NOT person = ANY(%s)", [list(people)])


@contextmanager
def postgres(url: str) -> Iterator[Postgres]:
    """Yields a connection to a server; raises BadInput where it cannot be had."""
    try:
        connection = psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1))
    except psycopg.OperationalError as error:
        told = str(error).strip().splitlines()[-1]
        raise BadInput(f"PostgreSQL cannot be reached: {told}") from None
    try:
        yield Postgres(connection)
    finally:
        connection.rollback()
        connection.close()
