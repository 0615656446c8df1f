"""Payloads: what the log only commits to; erasable, and sealed under a key until revealed.

A commitment is HMAC-SHA-256 of the value's canonical bytes under a random salt of its own. While a payload
is sealed, value and salt are encrypted together (ChaCha20-Poly1305, padded to a multiple of 512 bytes, so
that length tells nothing): with the salt in the open, a score between 1 and 5 could simply be tried out.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from sqlalchemy import insert, select

from engine.record.event import Event, Gone
from engine.store.prepared import Prepared
from engine.store.table.record import payload
from engine.store.transaction import Tx
from terms.canonical import Json, canonical
from terms.error import Broken

BLOCK = 512
NONCE = 12
Stored: TypeAlias = tuple[str | None, int | None, str]
"""What is stored of a payload: under which key it is sealed, which event erased it, its text."""
INSERT = Prepared(insert(payload), "event", "field", "salt", "under", "body")


def commitment(salt: bytes, value: Json) -> str:
    """Returns the hexadecimal HMAC-SHA-256 commitment to a value under a salt."""
    return commitment_of(salt, canonical(value))


def commitment_of(salt: bytes, body: bytes) -> str:
    """Returns the same commitment from a value's canonical bytes."""
    return hmac.digest(salt, body, "sha256").hex()


def seal(key: bytes, nonce: bytes, salt: bytes, body: bytes, place: str) -> str:
    """Returns canonical bytes and their salt, padded and encrypted for one place in the log, as hexadecimal text."""
    plain = b'{"salt":"%b","value":%b}' % (salt.hex().encode(), body)
    padded = plain + b" " * (-len(plain) % BLOCK)
    return (nonce + _cipher(key).encrypt(nonce, padded, place.encode())).hex()


def unseal(key: bytes, body: str, place: str) -> tuple[bytes, Json]:
    """Returns the salt and the value that `seal` hid; raises Broken where the text was changed."""
    raw = bytes.fromhex(body)
    try:
        plain = _cipher(key).decrypt(raw[:NONCE], raw[NONCE:], place.encode())
    except InvalidTag:
        raise Broken(f"The sealed payload of {place} was changed or sealed under another key.") from None
    held: Any = json.loads(plain)
    return bytes.fromhex(held["salt"]), held["value"]


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(key)


def place(event: int, field: str) -> str:
    """Returns the name of a field's place in the log."""
    return f"event {event}, {field}"


class Payload(Mapping[str, Json | Gone]):
    """Holds an event's payloads as they are stored; each is read when it is asked for, since most never are."""

    __slots__ = ("stored", "values_")

    def __init__(self, stored: Mapping[str, Stored]) -> None:
        self.stored = stored
        self.values_: dict[str, Json | Gone] = {}

    def __getitem__(self, field: str) -> Json | Gone:
        if field not in self.values_:
            self.values_[field] = value_of(*self.stored[field])
        return self.values_[field]

    def __iter__(self) -> Iterator[str]:
        return iter(self.stored)

    def __len__(self) -> int:
        return len(self.stored)


def stored_of(event: Event) -> Mapping[str, Stored]:
    """Returns what is stored of the payloads of an event that was read."""
    assert isinstance(event.payload, Payload)
    return event.payload.stored


def store(tx: Tx, event: int, values: Mapping[str, tuple[bytes, bytes]], under: str | None) -> Payload:
    """Returns an event's payloads (salt and canonical bytes) once they are written, sealed where a key is named."""
    stored: dict[str, Stored] = {}
    rows: list[dict[str, object]] = []
    for field, (salt, value) in values.items():
        if under is None:
            body, kept = value.decode(), salt.hex()
        else:
            key, nonce = tx.sources.vault.make(under), tx.sources.salts()[:NONCE]
            body, kept = seal(key, nonce, salt, value, place(event, field)), None
        rows.append({"event": event, "field": field, "salt": kept, "under": under, "body": body})
        stored[field] = under, None, body
    INSERT.run_each(tx.connection, rows)
    return Payload(stored)


def value_of(under: str | None, erased: int | None, body: str) -> Json | Gone:
    """Returns the value of a stored payload, or what stands in its place."""
    if erased is not None:
        return Gone(erased)
    if under is not None:
        return Gone()
    found: Json = json.loads(body)
    return found


def payloads(tx: Tx, events: Iterable[int]) -> dict[int, Payload]:
    """Returns, per event that has any, its payloads: each one's value, or Gone while it is sealed."""
    found: dict[int, dict[str, Stored]] = {}
    wanted = list(events)
    for start in range(0, len(wanted), BLOCK):
        chunk = wanted[start : start + BLOCK]
        for row in tx.connection.execute(select(payload).where(payload.c.event.in_(chunk))):
            found.setdefault(row.event, {})[row.field] = row.under, row.erased, row.body
    return {event: Payload(stored) for event, stored in found.items()}
