"""The engines that a statement runs on: each loads the staged files, runs a text, and narrows whom it asks about."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeAlias

from terms.error import BadInput

Row: TypeAlias = tuple[Any, ...]
ENGINES = ("duckdb", "postgres", "spark")


class Warehouse(ABC):
    """Holds a connection to one engine, with the relations loaded."""

    dialect: str

    @abstractmethod
    def load(self, folder: Path) -> None:
        """Loads every relation from the file of its name in a folder."""

    @abstractmethod
    def rows(self, text: str, params: Mapping[str, str]) -> Iterator[Row]:
        """Yields the rows of a statement; raises BadInput where an amount outgrows 38 digits."""

    @abstractmethod
    def narrow(self, people: Sequence[str]) -> None:
        """Leaves only some people as candidates."""


def warehouse(on: str, database: str | None = None) -> AbstractContextManager[Warehouse]:
    """Returns an engine: duckdb, postgres (or a postgresql URL), spark (or spark://host:port).

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

        return spark("local[*]" if on == "spark" else on)
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


TOO_LARGE = "An amount outgrows 38 digits while it is compared, so nothing is told; look for one that is far too large."
