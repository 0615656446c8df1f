"""DuckDB: embedded, in memory, spilling to a folder of its own where a workforce does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from engine.screen.warehouse import TOO_LARGE, Row, Warehouse
from rules.sql.relation import RELATIONS
from terms.error import BadInput

BATCH = 10_000


class Duck(Warehouse):
    """Holds a DuckDB connection."""

    dialect = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def load(self, folder: Path) -> None:
        for name, columns in RELATIONS.items():
            types = ", ".join(f"'{column}': '{kind}'" for column, kind in columns.items())
            self.connection.execute(
                f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM read_csv(?, header = true, nullstr = '\\N', "  # noqa: S608
                f"auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {{{types}}})",
                [str(folder / f"{name}.csv")],
            )

    def rows(self, text: str, params: Mapping[str, str]) -> Iterator[Row]:
        try:
            found = self.connection.execute(text, dict(params))
            while batch := found.fetchmany(BATCH):
                yield from batch
        except duckdb.OutOfRangeException:
            raise BadInput(TOO_LARGE) from None

    def narrow(self, people: Sequence[str]) -> None:
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE chosen AS SELECT unnest(?::TEXT[]) AS person", [list(people)]
        )
        self.connection.execute("DELETE FROM candidate WHERE person NOT IN (SELECT person FROM chosen)")


@contextmanager
def duck() -> Iterator[Duck]:
    """Yields DuckDB in memory."""
    connection = duckdb.connect(":memory:")
    try:
        yield Duck(connection)
    finally:
        connection.close()
