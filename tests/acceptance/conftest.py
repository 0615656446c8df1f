"""A small company at the command line, made once and copied for each test."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.acceptance.erasing import walk
from tests.acceptance.terminal import Terminal

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "halden"


def small(root: Path) -> Terminal:
    """Returns a workspace with the sales pack and the small company of the tutorial."""
    terminal = Terminal(root)
    terminal.run("init", root, "--name", "Halden", "--pack", "sales", "--solo")
    terminal.run("import", "people", EXAMPLES / "people.csv")
    for kind in ("attainment", "scores", "evidence"):
        terminal.run("import", kind, EXAMPLES / f"{kind}.csv", acting="H-1")
    for kind in ("training", "standing"):
        file = EXAMPLES / f"{kind}.csv"
        terminal.run("import", kind, file, "--complete-as-of", "2099-01-01", acting="H-1")
    terminal.run("track", "commit", "ic", acting="H-10")
    terminal.run("track", "commit", "management", acting="H-11")
    return terminal


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small(tmp_path_factory.mktemp("made") / "ws").workspace


@pytest.fixture
def company(made: Path, tmp_path: Path) -> Terminal:
    """Returns the small company in a workspace of this test's own."""
    shutil.copytree(made, tmp_path / "ws")
    return Terminal(tmp_path / "ws")


def calibrate(terminal: Terminal, case: str = "C-0001") -> Terminal:
    """Brings Nadia's next case, for senior-ae, before S-0001: chair H-3, members H-3, H-4, H-5, alternate H-7."""
    run = terminal.run
    run("nominate", "Nadia", "--to", "senior-ae", "--because", "Ready", acting="H-6")
    run("case", "step", case, "open_evidence", acting="H-6")
    run("case", "step", case, "freeze_file", acting="H-6")
    members = [word for one in ("H-3", "H-4", "H-5") for word in ("--member", one)]
    opening = ("session", "open", "--title", "Autumn", "--chair", "H-3", *members, "--alternate", "H-7")
    run(*opening, "--quorum", "3", acting="H-1")
    run("session", "add", "S-0001", case, acting="H-3")
    return terminal


@pytest.fixture(scope="session")
def walked(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("walked") / "ws"
    shutil.copytree(made, root)
    walk(root)
    return root


@pytest.fixture
def reviewed(walked: Path, tmp_path: Path) -> Terminal:
    """Returns the company after C-0001 was promoted, with two people of hr, in a workspace of this test's own."""
    shutil.copytree(walked, tmp_path / "ws")
    return Terminal(tmp_path / "ws", datetime(2026, 10, 16, 8, tzinfo=UTC))


@pytest.fixture
def calibrating(company: Terminal) -> Terminal:
    """Returns the company with C-0001 before S-0001, nobody having judged yet."""
    return calibrate(company)
