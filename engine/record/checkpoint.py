"""Checkpoints: the record's size and root, signed, kept outside the database."""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from engine.record.log import head
from engine.record.note import Verifier, opened, verifier
from engine.record.note import sign as sign_note
from engine.store.transaction import Tx
from terms.error import Broken, CannotTell, Malformed

KEY, PUBLIC = "record.key", "record.pub"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Holds what a checkpoint states: the log's origin, its size, its root; and the note that says so."""

    origin: str
    size: int
    root: bytes
    note: str


def make_key(folder: Path, origin: str) -> Verifier:
    """Returns the public half of a new signing key, which is written into a folder for its owner alone."""
    key = Ed25519PrivateKey.generate()
    found = Verifier(origin, key.public_key().public_bytes_raw())
    raw = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    handle = os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(raw.hex() + "\n")
    (folder / PUBLIC).write_text(f"{found}\n", encoding="ascii")
    return found


def load_key(folder: Path) -> Ed25519PrivateKey:
    """Returns the signing key kept in a folder; raises CannotTell where it is gone."""
    try:
        raw = bytes.fromhex((folder / KEY).read_text(encoding="ascii"))
    except FileNotFoundError:
        raise CannotTell(f"No signing key at {folder / KEY}; nothing can be signed.") from None
    return Ed25519PrivateKey.from_private_bytes(raw)


def load_public(folder: Path) -> Verifier:
    """Returns the public key kept in a folder; raises CannotTell where it is gone."""
    try:
        return verifier((folder / PUBLIC).read_text(encoding="ascii"))
    except FileNotFoundError:
        raise CannotTell(f"No public key at {folder / PUBLIC}; nothing signed can be checked.") from None


def sign(tx: Tx, key: Ed25519PrivateKey) -> str:
    """Returns the signed checkpoint of the log as it stands (C2SP tlog-checkpoint: origin, size, root)."""
    end = head(tx)
    encoded = base64.b64encode(bytes.fromhex(end.root)).decode()
    return sign_note(f"{end.log}\n{end.size}\n{encoded}\n", end.log, key)


def parse(note: str, by: Verifier) -> Checkpoint:
    """Returns the checkpoint that a note states; raises Malformed or Broken where it is none."""
    lines = opened(note, by).splitlines()
    try:
        origin, size, encoded = lines[:3]
        root = base64.b64decode(encoded, validate=True)
        if not size.isdecimal() or len(root) != 32:
            raise ValueError
    except (ValueError, binascii.Error):
        raise Malformed("This note is not a checkpoint: it reads ORIGIN, SIZE, ROOT, a line each.") from None
    return Checkpoint(origin, int(size), root, note)


def write_checkpoint(folder: Path, note: str) -> Path:
    """Returns the file that a checkpoint now stands in; it appears whole or not at all.

    Raises Broken where a checkpoint of the same size has another root: the record forked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    size, root = note.splitlines()[1:3]
    path = folder / f"{int(size):012d}.note"
    if path.exists() and path.read_text(encoding="utf-8").splitlines()[2] != root:
        raise Broken(f"Two checkpoints of size {size} have different roots: the record forked.", str(path))
    draft = folder / f".{path.name}.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as file:
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return path


def checkpoints(folder: Path, by: Verifier) -> tuple[Checkpoint, ...]:
    """Returns the checkpoints kept in a folder, smallest first; raises where one is not signed by the key."""
    found = []
    for path in sorted(folder.glob("*.note")):
        try:
            found.append(parse(path.read_text(encoding="utf-8"), by))
        except Malformed as error:
            raise error.within(str(path)) from None
    return tuple(found)
