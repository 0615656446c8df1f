"""What tests share: the sample data beside a checkout, and how hard properties are tried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import postgres
from tests.clock import stop

SHARED = Path(__file__).resolve().parents[1].parent / "shared"

settings.register_profile(
    "short", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile(
    "long", max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long",
        action="store_true",
        help="Try everything longer: properties ten times as often, faults, simulation and the dict model.",
    )
    parser.addoption("--seed", type=int, help="Run the simulation of one seed alone, as long as with --long.")
    parser.addoption("--update-docs", action="store_true", help="Write the pages' output anew.")


def pytest_configure(config: pytest.Config) -> None:
    stop()
    settings.load_profile("long" if config.getoption("--long") else "short")


@pytest.fixture
def shared() -> Path:
    """Returns the folder of sample data; skips where a checkout has none beside it."""
    if not SHARED.is_dir():
        pytest.skip("the sample data (a folder `shared` beside the checkout) is not here")
    return SHARED


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Yields the URL of a PostgreSQL database that tests may make schemas in."""
    with postgres.server() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Yields the URL of an empty PostgreSQL schema."""
    with postgres.schema(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Returns the URL of an empty database, of each kind in turn: what holds must hold on both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'rung.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found
