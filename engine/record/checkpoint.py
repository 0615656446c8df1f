"""Checkpoints: the record's size and root, signed, kept outside the database."""

from __future__ import annotations

import base64
import binascii
import os
import re
from dataclasses import dataclass
from pathlib import Path
from threading import get_ident

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.record.key import opened_by_any
from engine.record.log import TIME, head
from engine.record.node import root_at
from engine.record.note import Verifier
from engine.record.note import sign as sign_note
from engine.store.transaction import Tx
from terms.error import Broken, Malformed

SIGNED, STAMPED = "signed ", ".tsr"
SIZE = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Holds what a checkpoint states: the log's origin, its size, its root, when; and the note that says so."""

    origin: str
    size: int
    root: bytes
    note: str
    at: str = ""


def sign(tx: Tx, key: Ed25519PrivateKey) -> str:
    """Returns the signed checkpoint of the log as it stands (C2SP tlog-checkpoint: origin, size, root, time)."""
    end = head(tx)
    encoded = base64.b64encode(bytes.fromhex(end.root)).decode()
    at = tx.sources.clock().strftime(TIME)
    return sign_note(f"{end.log}\n{end.size}\n{encoded}\n{SIGNED}{at}\n", end.log, key)


def parse(note: str, *keys: Verifier) -> Checkpoint:
    """Returns the checkpoint that a note states; raises Malformed or Broken where it is none."""
    lines = opened_by_any(note, keys).splitlines()
    try:
        origin, size, encoded = lines[:3]
        root = base64.b64decode(encoded, validate=True)
        if not SIZE.fullmatch(size) or len(root) != 32:
            raise ValueError
    except (ValueError, binascii.Error):
        raise Malformed("This note is not a checkpoint: it reads ORIGIN, SIZE, ROOT, a line each.") from None
    at = next((one.removeprefix(SIGNED) for one in lines[3:] if one.startswith(SIGNED)), "")
    return Checkpoint(origin, int(size), root, note, at)


def write_checkpoint(folder: Path, note: str) -> Path:
    """Returns the file that a checkpoint now stands in; it appears whole or not at all.

    One that bears a time stamp stays as it is, since the stamp is over its bytes.
    Raises Broken where a checkpoint of the same size has another root: the record forked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    size, root = note.splitlines()[1:3]
    path = folder / f"{int(size):012d}.note"
    if path.exists() and path.read_text(encoding="utf-8").splitlines()[2] != root:
        raise Broken(f"Two checkpoints of size {size} have different roots: the record forked.", str(path))
    if path.exists() and any(folder.glob(f"{path.stem}.*{STAMPED}")):
        return path
    draft = folder / f".{path.name}.{os.getpid()}.{get_ident()}"
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def checkpoints(folder: Path, *keys: Verifier) -> tuple[Checkpoint, ...]:
    """Returns the checkpoints kept in a folder, smallest first; raises where one is not signed by a key."""
    return tuple(_read(path, keys) for path in sorted(folder.glob("*.note")))


def newest(folder: Path, *keys: Verifier) -> Checkpoint | None:
    """Returns the largest checkpoint kept in a folder; None where there is none."""
    kept = sorted(one for one in folder.glob("*.note") if one.stem.isdecimal())
    return _read(kept[-1], keys) if kept else None


def _read(path: Path, keys: tuple[Verifier, ...]) -> Checkpoint:
    try:
        found = parse(path.read_text(encoding="utf-8"), *keys)
        if path.stem.isdecimal() and int(path.stem) != found.size:
            raise Broken(f"This checkpoint counts {found.size} entries; its file was renamed.")
        return found
    except (Malformed, Broken) as error:
        raise error.within(str(path)) from None


def refuse_fork(tx: Tx, last: Checkpoint | None) -> None:
    """Raises Broken where the log does not continue the last checkpoint: an older copy, or another history."""
    if last is None:
        return
    end = head(tx)
    if last.size > end.size:
        told = f"A checkpoint of {last.size} entries was signed, and the database holds {end.size}"
        raise Broken(f"{told}: it is an older copy, or its end was cut off. {ADVICE}")
    if last.origin != end.log or root_at(tx, last.size) != last.root:
        told = f"The first {last.size} entries are not those that the checkpoint in `checkpoints` signed"
        raise Broken(f"{told}: the record forked or was rewritten. {ADVICE}")


ADVICE = "Nothing is written; `rung audit verify` says where, and docs/record.md what to do."
