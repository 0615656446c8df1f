"""Which engine a statement runs on: by the word that somebody names it with, its libraries loaded then."""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager

from engine.screen.warehouse import Warehouse
from terms.error import BadInput


def warehouse(on: str, database: str | None = None, people: int = 0) -> AbstractContextManager[Warehouse]:
    """Returns an engine for so many people: duckdb, postgres (or a postgresql URL), spark (or spark://host:port).

    Raises BadInput where the engine is unknown, or not installed.
    """
    if on == "duckdb":
        needed("screen", "duckdb", "sqlglot")
        from engine.screen.duck import duck

        return duck()
    if on == "postgres" or on.startswith("postgresql"):
        needed("screen", "sqlglot")
        needed("postgres", "psycopg")
        url = database if on == "postgres" else on
        if url is None or not url.startswith("postgresql"):
            raise BadInput(
                "This workspace is not on PostgreSQL; name a server: --on postgresql://user@host/database."
            )
        from engine.screen.postgresql import postgres

        return postgres(url)
    if on == "spark" or on.startswith(("spark://", "local")):
        needed("screen", "sqlglot")
        needed("spark", "pyspark")
        from engine.screen.spark import spark

        return spark("local[*]" if on == "spark" else on, people=people)
    raise BadInput(
        f"{on!r} is no engine to screen on; use python, duckdb, postgres, spark or spark://HOST:PORT."
    )


def needed(extra: str, *modules: str) -> None:
    """Raises BadInput where a module of an extra is not installed."""
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError:
            raise BadInput(
                f"Screening here needs {name}; install the extra: pip install 'rung[{extra}]'."
            ) from None
