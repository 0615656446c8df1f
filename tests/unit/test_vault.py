"""A vault: session keys that lie beside the database, readable by their owner alone, and never outlive their file."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from engine.store.vault import FolderVault
from terms.error import BadInput, CannotTell

NAME = "s1.c1.4.scores"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sessions"


def test_a_key_is_the_same_whoever_opens_it(folder: Path) -> None:
    made = FolderVault(folder).make(NAME)
    assert len(made) == 32
    assert FolderVault(folder).make(NAME) == FolderVault(folder).open(NAME) == made


def test_each_name_has_a_key_of_its_own_and_each_session_one_file(folder: Path) -> None:
    vault = FolderVault(folder)
    keys = {vault.make(one) for one in (NAME, "s1.c1.4.votes", "s1.c2.4.scores", "s2.c1.4.scores")}
    assert len(keys) == 4
    assert sorted(one.name for one in folder.iterdir()) == ["root.s1.key", "root.s2.key"]


def test_only_its_owner_reads_a_key(folder: Path) -> None:
    FolderVault(folder).make(NAME)
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (folder, folder / "root.s1.key")]
    assert modes == [0o700, 0o600]


def test_a_key_whose_file_is_gone_is_not_given_from_memory(folder: Path) -> None:
    vault = FolderVault(folder)
    vault.make(NAME)
    (folder / "root.s1.key").unlink()
    with pytest.raises(CannotTell) as told:
        vault.open(NAME)
    assert str(told.value) == f"The key {NAME} is not in {folder}, so what it seals cannot be read."


def test_a_file_that_took_the_place_of_another_gives_other_keys(folder: Path) -> None:
    vault = FolderVault(folder)
    before = vault.make(NAME)
    other = folder / "other"
    other.write_text("ab" * 32, encoding="ascii")
    other.rename(folder / "root.s1.key")
    after = vault.open(NAME)
    assert after != before
    assert after == FolderVault(folder).open(NAME)


@pytest.mark.parametrize("name", ["", "../s1.c1", "s1/x.c1", "s1.c1/../x", "s1.\n", "a" * 161])
def test_a_name_never_leads_out_of_the_folder(folder: Path, name: str) -> None:
    with pytest.raises(BadInput, match="is no name for a key"):
        FolderVault(folder).make(name)
    assert not folder.exists()
