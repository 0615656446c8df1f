"""Time stamps checked by a zip's verify.py, with nothing but Python's library and an authority's certificate."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from terms.canonical import canonical
from tests.acceptance.conftest import calibrate
from tests.acceptance.terminal import Terminal
from tests.acceptance.test_proof import alone
from tests.authority import KEYS, Authority, answering, make

if os.environ.get("CI") != "true":
    pytest.importorskip("rfc3161_client", reason="the extra `stamp` is not installed")
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here, which is the authority of these tests", allow_module_level=True)
UNCHECKED = "says a time stamp; by whom was not checked: give the authority's certificate (--tsa FILE)."
CHECKED = "says a time stamp whose signer the certificates given lead to."


@pytest.fixture
def held(made: Path, tmp_path: Path) -> Terminal:
    """Returns a company with one checkpoint, in a workspace of this test's own."""
    shutil.copytree(made, tmp_path / "ws")
    held = calibrate(Terminal(tmp_path / "ws"))
    held.run("audit", "checkpoint")
    return held


def stamped(held: Terminal, authority: Authority) -> tuple[int, str]:
    """Returns of how many entries a checkpoint was stamped, and when."""
    with answering(authority):
        said = held.run("audit", "stamp", "--tsa", authority.url, "--json").json
    return int(said["size"]), str(said["at"])


def unpacked(held: Terminal, folder: Path) -> Path:
    """Returns the folder that a case's zip was unpacked into."""
    file = folder / "packet.zip"
    held.run("export", "C-0001", "--as", "auditor", "--format", "zip", "--out", file, "--actor", "H-1")
    with zipfile.ZipFile(file) as packed:
        packed.extractall(folder / "open")
    return folder / "open"


@pytest.mark.parametrize("kind", KEYS)
def test_verify_py_says_by_when_a_checkpoint_was_there_and_by_whose_word(
    held: Terminal, tmp_path: Path, kind: str
) -> None:
    authority = make(tmp_path / "tsa", kind=kind)
    authority.extra = ("-chain", "root.pem") if kind == "rsa" else ()
    size, at = stamped(held, authority)
    folder, key = unpacked(held, tmp_path), held.workspace / "keys" / "record.pub"
    for given in (authority.root, authority.folder / "signer.pem"):
        code, told = alone(folder, "--key", key, "--tsa", given)
        assert (code, told.splitlines()[1]) == (0, f"The first {size} entries were there by {at}, {CHECKED}")
    code, told = alone(folder, "--key", key)
    assert (code, told.splitlines()[1]) == (0, f"The first {size} entries were there by {at}, {UNCHECKED}")
    stranger = make(tmp_path / "stranger", kind=kind)
    assert alone(folder, "--tsa", stranger.root) == (
        1, "Broken: The stamp is signed by nobody whom the certificates given lead to in one step.\n"
    )  # fmt: skip


def test_a_forged_stamp_in_a_proof_is_told(held: Terminal, tmp_path: Path) -> None:
    authority = make(tmp_path / "tsa")
    size, at = stamped(held, authority)
    held.run("session", "recuse", "S-0001", "C-0001", "--because", "A friend", acting="H-4")
    held.run("audit", "checkpoint")
    stamped(held, authority)
    folder, file = unpacked(held, tmp_path), tmp_path / "proof.json"
    held.run("audit", "proof", "C-0001", "--out", file)
    sound = json.loads(file.read_text())
    first, second = sound["stamps"]

    def told(*stamps: dict[str, str]) -> tuple[int, str]:
        file.write_bytes(canonical({**sound, "stamps": list(stamps)}))
        return alone(folder, file, "--tsa", authority.root)

    assert told(first, second)[0] == 0
    for changed, said in (
        ({**first, "token": second["token"]}, "The stamp is over other bytes than this checkpoint: "),
        ({**first, "token": "!"}, "A time stamp in the export was changed or damaged."),
        ({**first, "note": "x"}, "A time stamp does not belong to this export. "),
        ({"note": first["note"]}, "A time stamp in the export was changed or damaged."),
    ):
        code, answer = told(second, changed)
        assert code == 1 and answer.startswith(f"Broken: {said}"), answer
    own = make(tmp_path / "forger")
    (own.folder / "note").write_text(first["note"])
    with answering(own):
        folder_of = held.workspace / "checkpoints"
        for one in folder_of.glob("*.tsr"):
            one.unlink()
        held.run("audit", "stamp", "--tsa", own.url)
    held.run("audit", "proof", "C-0001", "--out", file, "--force")
    assert alone(folder, file, "--tsa", authority.root)[0] == 1
    assert alone(folder, file)[1].endswith(f"{UNCHECKED}\n")
    assert size and at


def test_a_signer_whose_certificate_had_run_out_is_told_by_verify_py(held: Terminal, tmp_path: Path) -> None:
    late = make(tmp_path / "late", until=timedelta(seconds=-60))
    stamped(held, late)
    assert alone(unpacked(held, tmp_path), "--tsa", late.root) == (
        1, "Broken: The certificate of the stamp's signer was not valid when the stamp says it was made.\n"
    )  # fmt: skip


def test_what_lacks_a_stamp_or_a_certificate_is_told(held: Terminal, tmp_path: Path) -> None:
    authority = make(tmp_path / "tsa")
    folder = unpacked(held, tmp_path)
    assert alone(folder)[1].count("\n") == 1
    assert alone(folder, "--tsa", authority.root) == (
        5, "Cannot tell: the export holds no time stamp.\n"
    )  # fmt: skip
    code, told = alone(folder, "--tsa", folder / "record.pub")
    assert code == 2 and told.startswith("No certificate can be read to check time stamps by: ")
