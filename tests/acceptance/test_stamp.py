"""`rung audit stamp`: an authority's word on when a checkpoint was there, checked offline by anybody."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from terms.canonical import canonical
from tests.acceptance.conftest import calibrate
from tests.acceptance.terminal import Terminal
from tests.authority import Authority, answering, make

if os.environ.get("CI") != "true":
    pytest.importorskip("rfc3161_client", reason="the extra `stamp` is not installed")
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here, which is the authority of these tests", allow_module_level=True)


@pytest.fixture(scope="module")
def once(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("stamped") / "ws"
    shutil.copytree(made, root)
    calibrate(Terminal(root)).run("audit", "checkpoint")
    return root


@pytest.fixture
def held(once: Path, tmp_path: Path) -> Terminal:
    """Returns a company with one checkpoint, in a workspace of this test's own."""
    shutil.copytree(once, tmp_path / "ws")
    return Terminal(tmp_path / "ws")


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    with answering(make(tmp_path / "tsa")) as made:
        yield made


def test_a_stamped_checkpoint_is_told_by_verify_by_openssl_and_in_every_export(
    held: Terminal, authority: Authority, tmp_path: Path
) -> None:
    folder = held.workspace / "checkpoints"
    note = next(folder.glob("*.note"))
    said = held.run("audit", "stamp", "--tsa", authority.url, "--tsa-cert", authority.root, "--json").json
    assert (said["size"], Path(said["file"]).parent) == (int(note.stem), folder)
    told = held.run("audit", "verify", "--tsa-cert", authority.root).out
    assert told.endswith(
        f"of which the one of {said['size']} entries was there by {said['at']}, says its time stamp.\n"
    )
    held.run("session", "recuse", "S-0001", "C-0001", "--because", "A friend", acting="H-4")
    key = held.workspace / "keys" / "record.pub"
    proof, packet = tmp_path / "proof.json", tmp_path / "packet.zip"
    held.run("audit", "proof", "C-0001", "--out", proof)
    held.run("export", "C-0001", "--as", "auditor", "--format", "zip", "--out", packet, "--actor", "H-1")
    for export in (proof, packet):
        told = held.run("audit", "verify", export, "--key", key, "--tsa-cert", authority.root).out
        assert told.endswith(f"\nThe first {said['size']} entries were there by {said['at']}.\n")
    with zipfile.ZipFile(packet) as packed:
        packed.extractall(tmp_path / "open")
    words = [
        "openssl",
        "ts",
        "-verify",
        "-data",
        "stamp-1.note",
        "-in",
        "stamp-1.tsr",
        "-CAfile",
        str(authority.root),
    ]
    done = subprocess.run(words, cwd=tmp_path / "open", capture_output=True, text=True, check=True)
    assert "Verification: OK" in done.stdout + done.stderr
    done = subprocess.run(
        ["python3", "-I", "-S", "verify.py"], cwd=tmp_path / "open", capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.partition(":")[0]) == (0, "Consistent")


def test_a_stamped_checkpoint_keeps_its_bytes_and_goes_into_backups(
    held: Terminal, authority: Authority, tmp_path: Path
) -> None:
    held.run("audit", "stamp", "--tsa", authority.url)
    note = next((held.workspace / "checkpoints").glob("*.note"))
    before = note.read_bytes()
    held.run("audit", "checkpoint")
    assert note.read_bytes() == before
    held.run("backup", "--out", tmp_path / "kept.zip")
    held.run("restore", tmp_path / "kept.zip", tmp_path / "again")
    again = Terminal(tmp_path / "again")
    assert "says its time stamp" in again.run("audit", "verify", "--tsa-cert", authority.root).out


def test_an_authority_that_sends_its_whole_chain_is_understood(held: Terminal, authority: Authority) -> None:
    authority.extra = ("-chain", "root.pem")
    said = held.run("audit", "stamp", "--tsa", authority.url, "--tsa-cert", authority.root).out
    assert said.startswith("The checkpoint of ")


def test_a_stamp_of_another_checkpoint_or_by_a_stranger_is_broken(
    held: Terminal, authority: Authority, tmp_path: Path
) -> None:
    folder = held.workspace / "checkpoints"
    held.run("audit", "stamp", "--tsa", authority.url)
    token = next(folder.glob("*.tsr"))
    stranger = make(tmp_path / "stranger")
    said = held.run("audit", "verify", "--tsa-cert", stranger.root, code=1).out
    assert said == (
        f"Broken: {token.name}: the stamp is signed by nobody whom the certificates given lead to.\n"
    )
    held.run("session", "recuse", "S-0001", "C-0001", "--because", "A friend", acting="H-4")
    held.run("audit", "checkpoint")
    newest = sorted(folder.glob("*.note"))[-1]
    token = token.rename(folder / f"{newest.stem}.moved.tsr")
    said = held.run("audit", "verify", "--tsa-cert", authority.root, code=1).out
    other = "the stamp is over other bytes than this checkpoint: it is another's, or one was changed"
    assert said == f"Broken: {token.name}: {other}.\n"
    newest.unlink()
    said = held.run("audit", "verify", "--tsa-cert", authority.root, code=1).out
    assert said == f"Broken: the checkpoint that {token.name} stamps is gone.\n".replace("the c", "The c", 1)
    token.write_bytes(b"nothing")
    token.rename(folder / f"{next(folder.glob('*.note')).stem}.moved.tsr")
    said = held.run("audit", "verify", "--tsa-cert", authority.root, code=1).out
    assert said == f"Broken: {next(folder.glob('*.tsr')).name}: this is no time stamp (RFC 3161).\n"


def test_a_signer_whose_certificate_had_run_out_is_told(held: Terminal, tmp_path: Path) -> None:
    with answering(make(tmp_path / "late", until=timedelta(seconds=-60))) as late:
        said = held.run("audit", "stamp", "--tsa", late.url, "--tsa-cert", late.root, code=1).err
        told = "the certificate of the stamp's signer was not valid at "
        assert said.startswith(f"{late.url}\nT{told[1:]}") and said.endswith(
            "when the stamp says it was made.\n"
        )
        assert list((held.workspace / "checkpoints").glob("*.tsr")) == []
        held.run("audit", "stamp", "--tsa", late.url)
    assert told in held.run("audit", "verify", "--tsa-cert", late.root, code=1).out


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"", "This is no time stamp (RFC 3161)."),
        (b"<html>Sign in first</html>", "This is no time stamp (RFC 3161)."),
        (bytes(300_000), "answered with more than 262,144 bytes; that is no time stamp."),
        (
            bytes.fromhex("300f300d0201023008" + "0c06" + "6e6f7420" + "6974"),
            "The authority refused to stamp: not it.",
        ),
    ],
)
def test_what_is_no_stamp_is_told_and_not_kept(
    held: Terminal, authority: Authority, answer: bytes, told: str
) -> None:
    authority.answers.append(answer)
    said = held.run("audit", "stamp", "--tsa", authority.url, code=None)
    assert said.code in (1, 2) and said.err.rstrip().endswith(told)
    assert list((held.workspace / "checkpoints").glob("*.tsr")) == []


def test_an_answer_to_an_earlier_question_is_not_taken(held: Terminal, authority: Authority) -> None:
    held.run("audit", "stamp", "--tsa", authority.url)
    token = next((held.workspace / "checkpoints").glob("*.tsr"))
    authority.answers.append(token.read_bytes())
    said = held.run("audit", "stamp", "--tsa", authority.url, code=1).err
    assert "The authority answered another question: the nonce is not the one that was sent." in said


def test_an_authority_that_does_not_answer_or_is_none_is_told(held: Terminal, authority: Authority) -> None:
    authority.status = 503
    said = held.run("audit", "stamp", "--tsa", authority.url, code=5).err
    assert said == f"{authority.url} answered with status 503; nothing was stamped.\n"
    said = held.run("audit", "stamp", "--tsa", "http://127.0.0.1:1/tsr", code=5).err
    assert said.startswith("http://127.0.0.1:1/tsr cannot be reached: ") and said.endswith(
        "nothing was stamped.\n"
    )
    said = held.run("audit", "stamp", "--tsa", "file:///etc/passwd", code=2).err
    assert (
        said == "'file:///etc/passwd' is no address of a time-stamping authority; write https://HOST/PATH.\n"
    )
    said = held.run("audit", "verify", "--tsa-cert", held.workspace / "rung.toml", code=2).err
    assert said.endswith("rung.toml holds no certificate; give a PEM or DER file of the authority's.\n")


def test_where_nothing_is_stamped_nobody_can_tell(
    held: Terminal, authority: Authority, tmp_path: Path
) -> None:
    told = "but no checkpoint bears a time stamp; ask an authority for one with `rung audit stamp`.\n"
    assert held.run("audit", "verify", "--tsa-cert", authority.root, code=5).out.endswith(told)
    proof = tmp_path / "proof.json"
    held.run("audit", "proof", "C-0001", "--out", proof)
    said = held.run("audit", "verify", proof, "--tsa-cert", authority.root, code=5).err
    assert said == "The export holds no time stamp.\n"
    shutil.rmtree(held.workspace / "checkpoints")
    said = held.run("audit", "stamp", "--tsa", authority.url, code=5).err
    assert said == "No checkpoint to stamp; make one with `rung audit checkpoint`.\n"


def test_a_stamp_that_was_changed_in_an_export_is_told(
    held: Terminal, authority: Authority, tmp_path: Path
) -> None:
    held.run("audit", "stamp", "--tsa", authority.url)
    file = tmp_path / "proof.json"
    held.run("audit", "proof", "C-0001", "--out", file)
    sound = json.loads(file.read_text())
    (one,) = sound["stamps"]
    for changed, told in (
        ({**one, "token": "!"}, "A stamp in proof.json was changed or damaged."),
        (
            {**one, "note": one["note"].replace("signed 2026", "signed 2025")},
            "does not belong to this export.",
        ),
        ({**one, "token": one["token"][:-8] + "AAAAAAAA"}, "stamp"),
    ):
        file.write_bytes(canonical({**sound, "stamps": [changed]}))
        assert told in held.run("audit", "verify", file, "--tsa-cert", authority.root, code=None).err, told
