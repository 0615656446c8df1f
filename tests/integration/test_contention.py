"""Many writers at once on one database: each acknowledged command is there exactly once, and nobody sees an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.company import Company
from benchmarks.contention import raced


def test_eight_processes_on_one_file_lose_nothing_and_see_no_error(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    company = Company(tmp_path / "ws", 4)
    found = raced(company, 8, 60 if request.config.getoption("--long") else 5)
    assert found.errors == ()
    company.engine.close()


def test_sixteen_writers_on_one_postgresql_lose_nothing_and_see_no_error(
    postgres_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    company = Company(tmp_path / "ws", 4, postgres_url)
    found = raced(company, 16, 60 if request.config.getoption("--long") else 4)
    assert found.errors == ()
    company.engine.close()
