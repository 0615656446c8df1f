"""What tests share: the sample data beside a checkout, and how hard properties are tried."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.clock import stop

SHARED = Path(__file__).resolve().parents[1].parent / "shared"

settings.register_profile(
    "short", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile(
    "long", max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="Try each property thousands of times.")
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
