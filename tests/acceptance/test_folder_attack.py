"""What is tried on a workspace's folder beside its database: keys swapped, notes renamed, clocks moved, disks full."""

from __future__ import annotations

import os
import shutil
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from engine.record.key import load_key, make_key
from engine.record.note import sign
from tests.acceptance.conftest import calibrate
from tests.acceptance.tampering import decide
from tests.acceptance.terminal import Terminal


@pytest.fixture(scope="module")
def once(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("calibrated") / "ws"
    shutil.copytree(made, root)
    calibrate(Terminal(root)).run("audit", "checkpoint")
    return root


@pytest.fixture
def held(once: Path, tmp_path: Path) -> Terminal:
    """Returns a company with a case before a session and one checkpoint, in a workspace of this test's own."""
    shutil.copytree(once, tmp_path / "ws")
    return Terminal(tmp_path / "ws")


def recuse(held: Terminal, member: str, code: int = 0) -> str:
    words = ("session", "recuse", "S-0001", "C-0001", "--because", "A friend")
    return held.run(*words, acting=member, code=code).err


def test_a_key_put_in_the_place_of_the_records_own_is_told_though_everything_is_signed_anew(
    held: Terminal,
) -> None:
    keys, notes = held.workspace / "keys", held.workspace / "checkpoints"
    founded = (keys / "record.pub").read_text().strip()
    origin = founded.split("+")[0]
    for name in ("record.key", "record.pub"):
        (keys / name).unlink()
    make_key(keys, origin)
    for note in notes.glob("*.note"):
        text = note.read_text().rpartition("\n\n")[0] + "\n"
        note.write_text(sign(text, origin, load_key(keys)))
    told = f"it was founded under the key {founded}, to which no change of keys leads from the one here"
    assert held.run("audit", "verify", code=1).out == f"Broken: event 0: {told}.\n"


def test_a_changed_key_still_leads_back_to_the_one_the_record_began_with(held: Terminal) -> None:
    for _ in range(2):
        held.run("audit", "rotate-key", acting="H-1")
    assert held.run("audit", "verify").out.startswith("Consistent: ")
    next((held.workspace / "keys").glob("rotation-0001.note")).unlink()
    assert held.run("audit", "verify", code=1).err.count("is not signed by") == 1


def test_an_old_note_under_another_name_hides_no_newer_one(held: Terminal, tmp_path: Path) -> None:
    notes, database = held.workspace / "checkpoints", held.workspace / "rung.db"
    (old,) = notes.glob("*.note")
    shutil.copy(database, tmp_path / "yesterday.db")
    recuse(held, "H-4")
    held.run("audit", "checkpoint")
    shutil.copy(tmp_path / "yesterday.db", database)
    shutil.copy(old, notes / "newest.note")
    assert "it is an older copy, or its end was cut off" in recuse(held, "H-5", code=1)
    renamed = notes / f"{10**11}.note"
    old.rename(renamed)
    told = f"{renamed}\nThis checkpoint counts {int(old.stem)} entries; its file was renamed.\n"
    assert recuse(held, "H-5", code=1) == told
    assert held.run("audit", "verify", code=1).err == told


def test_a_day_is_signed_though_the_clock_was_a_year_ahead_once(held: Terminal) -> None:
    notes = held.workspace / "checkpoints"
    held.today += timedelta(days=365)
    held.run("tick")
    held.today -= timedelta(days=364)
    before = len(list(notes.glob("*.note")))
    recuse(held, "H-4")
    held.run("tick")
    assert len(list(notes.glob("*.note"))) == before + 1
    assert held.run("audit", "verify").out.startswith("Consistent: ")


def test_a_decision_that_cannot_be_signed_is_said_to_be_saved(held: Terminal) -> None:
    notes = held.workspace / "checkpoints"
    kept = next(notes.glob("*.note"))
    shutil.move(notes, held.workspace / "away")
    notes.write_text("a file in the folder's place")
    decide(held, decides=False)
    said = held.run("decide", "C-0001", "promoted", "--because", "Because", acting="H-2")
    assert said.out.startswith("C-0001 is promoted.\n")
    assert said.err == (
        "left: it is saved, and no checkpoint was signed (File exists); `rung audit checkpoint` signs one later\n"
    )
    notes.unlink()
    shutil.move(held.workspace / "away", notes)
    assert held.run("case", "show", "C-0001", "--json").json["state"] == "promoted"
    held.run("audit", "checkpoint")
    assert held.run("audit", "verify").out.endswith("agree with 2 signed checkpoints.\n") and kept.exists()


def full(*_: object) -> None:
    raise OSError(28, os.strerror(28), "/backups/kept.zip")


def test_a_disk_that_fills_up_during_a_backup_or_a_checkpoint_leaves_nothing_and_is_told(
    held: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = tmp_path / "nowhere" / "kept.zip"
    said = held.run("backup", "--out", missing, code=2).err
    assert said.startswith(str(missing.parent)) and said.endswith(
        " cannot be used: No such file or directory.\n"
    )
    before = sorted(one.name for one in (held.workspace / "checkpoints").iterdir())
    with monkeypatch.context() as patched:
        patched.setattr("engine.custody.backup.copy_out", full)
        said = held.run("backup", "--out", tmp_path / "kept.zip", code=2).err
        assert said == "/backups/kept.zip cannot be used: No space left on device.\n"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["ws"]
    recuse(held, "H-4")
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        said = held.run("audit", "checkpoint", code=2).err
        assert said == "/backups/kept.zip cannot be used: No space left on device.\n"
    assert sorted(one.name for one in (held.workspace / "checkpoints").iterdir()) == before


def test_a_backup_that_names_a_database_of_its_own_touches_none(held: Terminal, tmp_path: Path) -> None:
    file, bad = tmp_path / "kept.zip", tmp_path / "bad.zip"
    held.run("backup", "--out", file)
    other = tmp_path / "other.db"
    with zipfile.ZipFile(file) as kept, zipfile.ZipFile(bad, "w") as made:
        for name in kept.namelist():
            data = kept.read(name)
            if name == "rung.toml":
                data = data.replace(
                    b"[workspace]", b'[workspace]\n"database" = "sqlite:///%s"' % bytes(other)
                )
            made.writestr(name, data)
    said = held.run("restore", bad, tmp_path / "again", code=2).err
    assert said == (
        f"{bad}\nIts rung.toml names a database in a way that restoring does not take out; "
        "write `database = ...` on a line of its own, or leave it away.\n"
    )
    assert not other.exists() and not (tmp_path / "again").exists()


def test_what_two_workspaces_with_one_key_wrote_apart_is_a_fork(held: Terminal, tmp_path: Path) -> None:
    shutil.copytree(held.workspace, tmp_path / "twin")
    twin = Terminal(tmp_path / "twin")
    recuse(held, "H-4")
    recuse(twin, "H-5")
    mine, theirs = (Path(one.run("audit", "checkpoint", "--json").json["file"]) for one in (held, twin))
    assert (
        "entries are not those that were signed" in held.run("audit", "verify", "--since", theirs, code=1).out
    )
    shutil.copy(theirs, tmp_path / "theirs.note")
    proof = tmp_path / "proof.json"
    held.run("audit", "proof", "C-0001", "--out", proof)
    said = held.run("audit", "verify", proof, "--since", tmp_path / "theirs.note", code=1).out
    assert said.endswith("have different roots: the record forked.\n") and mine.name == theirs.name


def test_a_huge_size_in_a_note_is_no_checkpoint(held: Terminal, tmp_path: Path) -> None:
    (note,) = (held.workspace / "checkpoints").glob("*.note")
    key, origin = load_key(held.workspace / "keys"), note.read_text().splitlines()[0]
    root = note.read_text().splitlines()[2]
    for size in ("9" * 5000, "-1", "1e3", "\u0663"):
        file = tmp_path / "odd.note"
        file.write_text(sign(f"{origin}\n{size}\n{root}\n", origin, key), encoding="utf-8")
        told = "This note is not a checkpoint: it reads ORIGIN, SIZE, ROOT, a line each.\n"
        assert held.run("audit", "verify", "--since", file, code=2).err == told, size[:9]
        proof = tmp_path / "proof.json"
        held.run("audit", "proof", "C-0001", "--out", proof, "--force")
        told = "The older checkpoint does not read ORIGIN, SIZE, ROOT, a line each.\n"
        assert held.run("audit", "verify", proof, "--since", file, code=2).err == told, size[:9]
