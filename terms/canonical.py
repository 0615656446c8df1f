"""Canonical bytes (RFC 8785) and the SHA-256 digest that names them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import rfc8785

from terms.error import BadInput

Json: TypeAlias = bool | int | str | Sequence["Json"] | Mapping[str, "Json"] | None

LARGEST = 2**53 - 1


def canonical(value: Json) -> bytes:
    """Returns the RFC 8785 bytes of a value made of null, booleans, integers, text, lists and maps.

    Raises BadInput for a float (decimals are text), an integer beyond 2**53 - 1, or a key that is not text.
    """
    refuse_inexact(value)
    return rfc8785.dumps(value)


def digest(value: Json) -> str:
    """Returns the lower-case hexadecimal SHA-256 of a value's canonical bytes."""
    return hashlib.sha256(canonical(value)).hexdigest()


def refuse_inexact(value: object) -> None:
    """Raises BadInput where a value cannot be written without losing something."""
    if value is None or isinstance(value, bool | str):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise BadInput(f"{value} is too large for a JSON number; write it as text.")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise BadInput(f"The key {key!r} is not text.")
            refuse_inexact(item)
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        for item in value:
            refuse_inexact(item)
    else:
        raise BadInput(f"{value!r} is not JSON without floats; write decimals and dates as text.")
