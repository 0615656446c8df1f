"""Whatever was exported verifies offline, with Python alone; what was changed, cut off or forked is told."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from terms.canonical import Json, canonical
from tests.acceptance.conftest import calibrate
from tests.acceptance.terminal import Terminal


@pytest.fixture(scope="module")
def once(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("proved") / "ws"
    shutil.copytree(made, root)
    calibrate(Terminal(root)).run("audit", "checkpoint")
    return root


@pytest.fixture
def held(once: Path, tmp_path: Path) -> Terminal:
    """Returns a company with a case before a session and one checkpoint, in a workspace of this test's own."""
    shutil.copytree(once, tmp_path / "ws")
    return Terminal(tmp_path / "ws")


def zipped(held: Terminal, folder: Path, variant: str = "auditor", *more: object) -> Path:
    """Returns the folder that a case's zip was unpacked into."""
    file = folder / f"{variant}.zip"
    held.run(
        "export",
        "C-0001",
        "--as",
        variant,
        "--format",
        "zip",
        "--out",
        file,
        *more,
        "--actor",
        "H-1",
        "--force",
    )
    shutil.rmtree(folder / variant, ignore_errors=True)
    with zipfile.ZipFile(file) as packed:
        packed.extractall(folder / variant)
    return folder / variant


def alone(folder: Path, *words: object) -> tuple[int, str]:
    """Returns how verify.py ends and what it says, run by a Python that has nothing but its own library."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("variant", ["candidate", "committee", "auditor"])
def test_whatever_was_exported_verifies_offline_with_nothing_but_the_export_and_the_key(
    held: Terminal, tmp_path: Path, variant: str
) -> None:
    folder = zipped(held, tmp_path, variant)
    code, told = alone(folder)
    assert code == 0, told
    assert told.startswith("Consistent: ")
    assert told.endswith(
        "That key came with the export: compare it with one from somebody you trust (--key).\n"
    )
    key = held.workspace / "keys" / "record.pub"
    code, told = alone(folder, "--key", key)
    assert (code, told.endswith("; 7 files are as signed.\n")) == (0, True)
    assert held.run("audit", "verify", tmp_path / f"{variant}.zip", "--key", key).out == told
    assert held.run("audit", "verify", folder, "--key", key.read_text().strip()).out == told


def test_a_changed_missing_or_added_file_shows(held: Terminal, tmp_path: Path) -> None:
    folder = zipped(held, tmp_path)
    for path in sorted(folder.iterdir()):
        sound = path.read_bytes()
        path.write_bytes(sound[: len(sound) // 2] + b"\x01" + sound[len(sound) // 2 + 1 :])
        if path.name != "verify.py":
            code, told = alone(folder)
            assert (code, told.split(":")[0]) == (1, "Broken"), path.name
        assert held.run("audit", "verify", folder, code=1).out.startswith("Broken: "), path.name
        path.unlink()
        told = held.run("audit", "verify", folder, code=5 if path.name == "proof.json" else 1).out
        assert "is missing" in told or "There is no proof.json" in told, path.name
        path.write_bytes(sound)
    (folder / "more.txt").write_text("more")
    assert alone(folder)[1].count("(more.txt not among them)") == 1


def test_a_rewritten_entry_or_reason_in_the_proof_shows_and_says_where(
    held: Terminal, tmp_path: Path
) -> None:
    proof = json.loads((zipped(held, tmp_path) / "proof.json").read_text())
    seq = proof["entries"][0]["seq"]

    def told(changed: dict[str, Json]) -> str:
        file = tmp_path / "changed.json"
        file.write_bytes(canonical(changed))
        return held.run("audit", "verify", file, code=1).out

    def entry(**changes: Json) -> dict[str, Json]:
        return {**proof, "entries": [{**proof["entries"][0], **changes}, *proof["entries"][1:]]}

    body = proof["entries"][0]["body"]
    assert told(entry(body=body.replace("CaseNominated", "CaseNominatee"))) == (
        f"Broken: Entry {seq} does not have its leaf hash: its text was changed.\n"
    )
    opening = proof["entries"][0]["openings"][0]
    assert opening["field"] == "because"
    changed = entry(openings=[{**opening, "value": "Another reason"}])
    assert told(changed) == f"Broken: Entry {seq}: the because is not what the entry committed to.\n"
    assert told(entry(seq=seq + 1)).startswith(f"Broken: Entry {seq + 1} says that it is entry {seq} of ")
    assert "is not in the log that the checkpoint signs" in told(entry(proof=proof["entries"][1]["proof"]))
    file = tmp_path / "fewer.json"
    file.write_bytes(canonical({**proof, "entries": proof["entries"][1:]}))
    assert ", 1 are not shown: 1)" in held.run("audit", "verify", file).out
    assert told({}).startswith("Broken: proof.json was changed or damaged")


def test_a_proof_continues_every_checkpoint_kept_and_one_named(held: Terminal, tmp_path: Path) -> None:
    old = next((held.workspace / "checkpoints").glob("*.note"))
    shutil.copy(old, tmp_path / "old.note")
    held.run("case", "list")
    held.run("session", "recuse", "S-0001", "C-0001", "--because", "A friend", acting="H-4")
    folder = zipped(held, tmp_path)
    code, said = alone(folder, "--since", tmp_path / "old.note")
    assert code == 0 and f", and continue the {int(old.stem)} signed before" in said
    shutil.rmtree(held.workspace / "checkpoints")
    held.run("session", "recuse", "S-0001", "C-0001", "--because", "A friend", acting="H-5")
    code, said = alone(zipped(held, tmp_path), "--since", tmp_path / "old.note")
    told = f"Cannot tell: The export holds no proof from size {int(old.stem)}; "
    assert (code, said) == (5, f"{told}ask for one made with --since that checkpoint.\n")
    code, said = alone(
        zipped(held, tmp_path, "auditor", "--since", tmp_path / "old.note"), "--since", tmp_path / "old.note"
    )
    assert code == 0 and "and continue the" in said


def test_a_proof_of_everything_lets_a_stranger_recompute_the_root(held: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "all.json"
    early = held.run("audit", "proof", "--all", "--out", file, code=3)
    assert early.err == (
        "The whole log is not proved now.\n"
        "  - The whole log says who has judged, and C-0001 is under seal; wait for the reveal. [law:7]\n"
    )
    held.run("case", "withdraw", "C-0001", "--because", "Took another role", acting="H-1")
    held.run("audit", "proof", "--all", "--out", file)
    said = held.run("audit", "verify", file, "--key", held.workspace / "keys" / "record.pub")
    assert said.out.startswith("Consistent: all ")
    proof = json.loads(file.read_text())
    proof["log"][3] = proof["log"][3].replace("hr", "rh")
    file.write_bytes(canonical(proof))
    assert "are not those that the checkpoint signs" in held.run("audit", "verify", file, code=1).out
    proof["log"].pop()
    file.write_bytes(canonical(proof))
    assert "Broken: The export holds " in held.run("audit", "verify", file, code=1).out


def test_an_older_copy_that_goes_on_writing_is_told_before_it_writes(held: Terminal, tmp_path: Path) -> None:
    database = held.workspace / "rung.db"
    shutil.copy(database, tmp_path / "yesterday.db")
    held.run("session", "recuse", "S-0001", "C-0001", "--because", "A friend", acting="H-4")
    held.run("audit", "checkpoint")
    newer = tmp_path / "newer.note"
    shutil.copy(sorted((held.workspace / "checkpoints").glob("*.note"))[-1], newer)
    shutil.copy(tmp_path / "yesterday.db", database)
    said = held.run("session", "recuse", "S-0001", "C-0001", "--because", "x", acting="H-5", code=1)
    assert "it is an older copy, or its end was cut off" in said.err
    assert "the end was cut off" in held.run("audit", "verify", code=1).out
    newest = sorted((held.workspace / "checkpoints").glob("*.note"))[-1]
    newest.unlink()
    held.run("session", "recuse", "S-0001", "C-0001", "--because", "x", acting="H-5")
    said = held.run("audit", "verify", "--since", newer, code=1)
    assert "entries are not those that were signed" in said.out
    file = tmp_path / "forked.json"
    held.run("audit", "proof", "C-0001", "--out", file)
    told = held.run("audit", "verify", file, "--since", newer, code=1).out
    assert told.endswith("have different roots: the record forked.\n")
    held.run("session", "recuse", "S-0001", "C-0001", "--because", "x", acting="H-3")
    held.run("audit", "proof", "C-0001", "--out", file, "--since", newer, "--force")
    told = held.run("audit", "verify", file, "--since", newer, code=1).out
    assert told.endswith("are not those that the older checkpoint signed: the record was rewritten.\n")


def test_a_new_key_is_reached_from_the_old_and_the_old_from_the_new(held: Terminal, tmp_path: Path) -> None:
    public = held.workspace / "keys" / "record.pub"
    private = (held.workspace / "keys" / "record.key").read_text()
    old = tmp_path / "old.pub"
    shutil.copy(public, old)
    before = next((held.workspace / "checkpoints").glob("*.note")).read_text()
    said = held.run("audit", "rotate-key", acting="H-10", code=3)
    assert "Only hr may change the key." in said.err
    said = held.run("audit", "rotate-key", acting="H-1")
    assert said.out.splitlines()[0] == f"From now on the record is signed by {public.read_text().strip()}"
    assert public.read_text() != old.read_text()
    assert (held.workspace / "keys" / "record.key").read_text() != private
    held.run("audit", "rotate-key", acting="H-1")
    assert held.run("audit", "verify").out.endswith("agree with 3 signed checkpoints.\n")
    (tmp_path / "before.note").write_text(before)
    folder = zipped(held, tmp_path)
    for key in (old, public):
        code, told = alone(folder, "--key", key, "--since", tmp_path / "before.note")
        assert code == 0, told
    stranger = "other+bad+key"
    assert alone(folder, "--key", stranger)[0] == 2


def test_a_daily_checkpoint_is_signed_once_a_day(held: Terminal) -> None:
    shutil.rmtree(held.workspace / "checkpoints")
    held.run("tick")
    (signed,) = (held.workspace / "checkpoints").glob("*.note")
    before = signed.read_bytes()
    held.run("tick")
    assert [one.read_bytes() for one in (held.workspace / "checkpoints").glob("*.note")] == [before]
    assert held.run("audit", "checkpoint", "--daily").out == "A checkpoint was signed today already.\n"
    shutil.rmtree(held.workspace / "checkpoints")
    assert held.run("audit", "checkpoint", "--daily", "--json").json["file"].endswith(".note")


def test_a_zip_holds_no_time_of_its_own_and_lists_its_files_in_order(held: Terminal, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO((zipped(held, tmp_path).parent / "auditor.zip").read_bytes())) as packed:
        assert {one.date_time for one in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert packed.namelist() == sorted(packed.namelist())


def test_a_proof_file_holds_no_name_and_no_reason(held: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    held.run("audit", "proof", "C-0001", "--out", file)
    text = file.read_text()
    with sqlite3.connect(held.workspace / "rung.db") as database:
        names = [one for (one,) in database.execute("select name from person")]
    database.close()
    assert [one for one in [*names, "Ready"] if one in text] == []


def test_an_export_before_the_reveal_holds_no_entry_of_a_sealed_judgement(
    held: Terminal, tmp_path: Path
) -> None:
    held.run("session", "score", "S-0001", "C-0001", "deal-complexity=4", acting="H-4")
    held.run("session", "recuse", "S-0001", "C-0001", "--because", "A friend", acting="H-5")
    file = tmp_path / "proof.json"
    held.run("audit", "proof", "C-0001", "--out", file)
    assert "ScoresGiven" not in file.read_text()
    assert held.run("audit", "verify", file).out.startswith("Consistent: 4 entries of C-0001 ")
    code, told = alone(zipped(held, tmp_path))
    assert code == 0 and told.startswith("Consistent: 4 entries of C-0001 ")
    assert "ScoresGiven" not in (tmp_path / "auditor" / "proof.json").read_text()


def told_of(held: Terminal, file: Path, changed: dict[str, Json]) -> tuple[int, str]:
    file.write_bytes(canonical(changed))
    said = held.run("audit", "verify", file, code=None)
    return said.code, said.out


def test_a_proof_is_of_the_case_whose_entries_it_holds_and_of_no_other(
    held: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "proof.json"
    held.run("audit", "proof", "C-0001", "--out", file)
    proof = json.loads(file.read_text())
    assert told_of(held, file, {**proof, "subject": "C-0002"}) == (
        1, "Broken: The proof says that it is of C-0002, its entries are of C-0001.\n"
    )  # fmt: skip
    headless = {**proof, "subject": "C-0002", "entries": proof["entries"][1:]}
    code, told = told_of(held, file, headless)
    assert code == 0 and "C-0002" not in told and "not shown: 1)" in told
    bare = [{name: one[name] for name in ("seq", "leaf", "proof")} for one in proof["entries"]]
    code, told = told_of(held, file, {**proof, "subject": "C-0002", "entries": bare})
    assert code == 0 and "C-0002" not in told
    seq = proof["entries"][0]["seq"]
    again = {**proof, "entries": [proof["entries"][0], *proof["entries"]]}
    assert told_of(held, file, again) == (1, f"Broken: Entry {seq} is listed twice.\n")


def test_a_zip_that_is_cut_off_or_holds_a_file_twice_or_too_much_is_told(
    held: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zipped(held, tmp_path)
    file = tmp_path / "auditor.zip"
    cut = tmp_path / "cut.zip"
    cut.write_bytes(file.read_bytes()[:-100])
    assert held.run("audit", "verify", cut, code=2).err == f"{cut} is a zip that was cut off or damaged.\n"
    twice = tmp_path / "twice.zip"
    shutil.copy(file, twice)
    with zipfile.ZipFile(twice, "a") as made, pytest.warns(UserWarning, match="Duplicate name"):
        made.writestr("packet.html", "<h1>Another packet</h1>")
    told = f"Broken: {twice} holds packet.html twice, and readers differ in which they show.\n"
    assert held.run("audit", "verify", twice, code=1).out == told
    assert alone(tmp_path / "auditor", twice) == (1, told)
    monkeypatch.setattr("engine.record.offline.MOST", 1000)
    said = held.run("audit", "verify", file, code=2).err
    assert said == f"{file} would unpack to more than 1,000 bytes; that is no export.\n"
