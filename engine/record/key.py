"""The log's signing keys: made, kept in a folder, and changed under both the old key's and the new one's hand."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from engine.record.note import Verifier, opened, sign, verifier
from terms.error import Broken, CannotTell, Malformed

KEY, PUBLIC, NEXT = "record.key", "record.pub", "record.key.next"
ROTATION = "rung key rotation"


def make_key(folder: Path, origin: str) -> Verifier:
    """Returns the public half of a new signing key, which is written into a folder for its owner alone."""
    found = _write_key(folder / KEY, origin)
    (folder / PUBLIC).write_text(f"{found}\n", encoding="ascii")
    return found


def _write_key(path: Path, origin: str) -> Verifier:
    key = Ed25519PrivateKey.generate()
    raw = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(raw.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return Verifier(origin, key.public_key().public_bytes_raw())


def load_key(folder: Path, name: str = KEY) -> Ed25519PrivateKey:
    """Returns the signing key kept in a folder; raises CannotTell where it is gone."""
    try:
        raw = bytes.fromhex((folder / name).read_text(encoding="ascii"))
    except FileNotFoundError:
        raise CannotTell(f"No signing key at {folder / name}; nothing can be signed.") from None
    return Ed25519PrivateKey.from_private_bytes(raw)


def load_public(folder: Path) -> Verifier:
    """Returns the public key kept in a folder; raises CannotTell where it is gone."""
    try:
        return verifier((folder / PUBLIC).read_text(encoding="ascii"))
    except FileNotFoundError:
        raise CannotTell(f"No public key at {folder / PUBLIC}; nothing signed can be checked.") from None


def prepare(folder: Path) -> str:
    """Returns the statement of a change of keys, signed by the old key and the new, which lies beside it.

    Nothing is changed before `settle`; a new key that an earlier try left behind is overwritten.
    """
    old, own = load_public(folder), load_key(folder)
    (folder / NEXT).unlink(missing_ok=True)
    new = _write_key(folder / NEXT, old.name)
    text = f"{ROTATION}\n{old.name}\n{old}\n{new}\n"
    return sign(text, old.name, own, load_key(folder, NEXT))


def settle(folder: Path, statement: str) -> Verifier:
    """Returns the new key, which signs from now on; the old private key is gone, the statement is kept."""
    found = verifier(statement.splitlines()[3])
    count = len(rotations(folder)) + 1
    (folder / f"rotation-{count:04d}.note").write_text(statement, encoding="utf-8")
    draft = folder / f".{PUBLIC}.{os.getpid()}"
    draft.write_text(f"{found}\n", encoding="ascii")
    (folder / NEXT).replace(folder / KEY)
    draft.replace(folder / PUBLIC)
    return found


def rotations(folder: Path) -> tuple[str, ...]:
    """Returns the statements of every change of keys kept in a folder, oldest first."""
    return tuple(one.read_text(encoding="utf-8") for one in sorted(folder.glob("rotation-*.note")))


def trusted(folder: Path) -> tuple[Verifier, ...]:
    """Returns the public key of a folder and every key before it, newest first.

    Raises Broken where a statement is not signed by both keys that it names.
    """
    found = [load_public(folder)]
    for note in reversed(rotations(folder)):
        old, new = _parties(note)
        if new == found[-1]:
            opened(note, old)
            opened(note, new)
            found.append(old)
    return tuple(found)


def _parties(note: str) -> tuple[Verifier, Verifier]:
    lines = note.splitlines()
    if len(lines) < 5 or lines[0] != ROTATION:
        raise Malformed("This is not a statement of a change of keys.")
    return verifier(lines[2]), verifier(lines[3])


def opened_by_any(note: str, keys: tuple[Verifier, ...]) -> str:
    """Returns the text of a note that one of the keys signed; raises Broken where none did."""
    for key in keys[1:]:
        try:
            return opened(note, key)
        except Broken:
            continue
    return opened(note, keys[0])
