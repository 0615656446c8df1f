"""Signed notes (C2SP signed-note): text, then one line per signature by a named Ed25519 key."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from terms.error import Broken, Malformed

ED25519 = b"\x01"
DASH = "\u2014"


@dataclass(frozen=True, slots=True)
class Verifier:
    """Holds a public key with the name it signs under."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Returns the first four bytes of SHA-256 over name, newline, key type and key."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        encoded = base64.b64encode(ED25519 + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"


def verifier(text: str) -> Verifier:
    """Returns the verifier that a vkey such as `name+hash+key` writes; raises Malformed for anything else."""
    parts = text.strip().split("+", 2)
    try:
        raw = base64.b64decode(parts[2], validate=True)
    except (IndexError, binascii.Error):
        raise Malformed("This is not a verifier key; it reads NAME+HASH+KEY.") from None
    found = Verifier(parts[0], raw[1:])
    if raw[:1] != ED25519 or len(found.public) != 32 or found.key_id.hex() != parts[1]:
        raise Malformed("This verifier key is damaged or not Ed25519.")
    return found


def sign(text: str, name: str, *keys: Ed25519PrivateKey) -> str:
    """Returns a note: the text (ending in a newline), an empty line, and a signature line per key."""
    lines = []
    for key in keys:
        own = Verifier(name, key.public_key().public_bytes_raw())
        signature = base64.b64encode(own.key_id + key.sign(text.encode())).decode()
        lines.append(f"{DASH} {name} {signature}\n")
    return f"{text}\n{''.join(lines)}"


def opened(note: str, by: Verifier) -> str:
    """Returns a note's text where it bears a good signature by a key.

    Raises Malformed where it is no note, Broken where the signature is missing or does not fit.
    """
    text, gap, signatures = note.rpartition("\n\n")
    if not gap:
        raise Malformed("This is not a signed note: it has no signature part.")
    text += "\n"
    for line in signatures.splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise Malformed("This is not a signed note: a signature line is damaged.") from None
        if dash != DASH:
            raise Malformed("This is not a signed note: a signature line does not begin with a dash.")
        if name == by.name and raw[:4] == by.key_id:
            try:
                Ed25519PublicKey.from_public_bytes(by.public).verify(raw[4:], text.encode())
            except InvalidSignature:
                raise Broken(f"The signature by {name} does not fit the note.") from None
            return text
    raise Broken(f"The note is not signed by {by.name}.")
