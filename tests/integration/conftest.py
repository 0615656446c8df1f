"""A nominated case under a clock that stands still, and a real mail server to write to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.packet_story import Story, workspace
from tests.integration.peer import Mailbox, mail_server
from tests.integration.posting import (
    standing_still,
)


@pytest.fixture
def story(url: str, tmp_path: Path) -> Iterator[Story]:
    """Yields a nominated case, on each kind of database, nothing having been written yet."""
    made = standing_still(workspace(tmp_path / "ws", database=None if url.startswith("sqlite") else url))
    yield made
    made.engine.close()


@pytest.fixture
def on_file(tmp_path: Path) -> Iterator[Story]:
    """Yields the same in a SQLite file."""
    made = standing_still(workspace(tmp_path / "ws"))
    yield made
    made.engine.close()


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as found:
        yield found
