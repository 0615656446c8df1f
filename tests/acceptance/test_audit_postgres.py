"""The edits of the stored database on PostgreSQL: whoever owns the tables is found out as on a file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.bootstrap import Engine, open_engine
from engine.custody.checkpoint import verify_now
from engine.record.verify import Verdict
from engine.store.transaction import Tx
from tests import postgres
from tests.acceptance.conftest import calibrate
from tests.acceptance.tampering import Edit, Server, decide
from tests.acceptance.tampering_directory import DIRECTORY
from tests.acceptance.tampering_kept import KEPT
from tests.acceptance.tampering_log import ENTRIES, ON_A_SERVER
from tests.acceptance.terminal import Terminal

EDITS = {**ENTRIES, **ON_A_SERVER, **KEPT, **DIRECTORY}


@pytest.fixture(scope="module")
def backup(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("decided") / "ws"
    shutil.copytree(made, root)
    decided = calibrate(Terminal(root))
    decide(decided)
    decided.run("backup", "--out", root.parent / "kept.zip")
    return root.parent / "kept.zip"


@pytest.fixture(scope="module")
def team(backup: Path, postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Yields the engine of a company with one decided case, on a server."""
    root = tmp_path_factory.mktemp("team") / "ws"
    with postgres.schema(postgres_server) as url:
        Terminal(root).run("restore", backup, root, "--database", url)
        engine = open_engine(root)
        yield engine
        engine.close()


def edited(team: Engine, change: Edit, empty: Path) -> tuple[Verdict, Verdict]:
    """Returns the verdicts on an edited record, with checkpoints and without, and takes the edit back."""
    with team.store.engine.connect() as connection:
        transaction = connection.begin()
        change(Server(connection))
        tx = Tx(connection, team.sources)
        found = verify_now(tx, team.root), verify_now(tx, empty)
        transaction.rollback()
    return found


@pytest.fixture(scope="module")
def unsigned(team: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns the workspace without a checkpoint."""
    root = tmp_path_factory.mktemp("unsigned")
    shutil.copytree(team.root / "keys", root / "keys")
    return root


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_database_on_a_server_is_found_out(team: Engine, unsigned: Path, name: str) -> None:
    change, told = EDITS[name]
    signed, alone = edited(team, change, unsigned)
    assert signed.answer == "broken"
    assert told in "\n".join(map(str, signed.faults))
    assert alone.answer in ("broken", "cannot tell")


def test_the_same_record_unedited_is_consistent(team: Engine, unsigned: Path) -> None:
    signed, alone = edited(team, lambda held: None, unsigned)
    assert (signed.answer, alone.answer) == ("consistent", "cannot tell")


def test_an_owner_who_rewrites_an_entry_and_all_hashes_is_told_by_the_command(
    backup: Path, postgres_url: str, tmp_path: Path
) -> None:
    team = Terminal(tmp_path / "team")
    team.run("restore", backup, team.workspace, "--database", postgres_url)
    assert team.run("audit", "verify").out.startswith("Consistent: ")
    engine = open_engine(team.workspace)
    with engine.store.engine.begin() as owner:
        EDITS["an entry rewritten, all hashes made to fit"][0](Server(owner))
    engine.close()
    assert "entries are not those that were signed" in team.run("audit", "verify", code=1).out
