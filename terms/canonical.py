"""Canonical bytes (RFC 8785) and the SHA-256 digest that names them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import orjson
import rfc8785

from terms.error import BadInput

Json: TypeAlias = bool | int | str | Sequence["Json"] | Mapping[str, "Json"] | None

LARGEST = 2**53 - 1


def canonical(value: Json) -> bytes:
    """Returns the RFC 8785 bytes of a value made of null, booleans, integers, text, lists and maps.

    Raises BadInput for a float (decimals are text), an integer beyond 2**53 - 1, or a key that is not text.
    """
    if plain(value):
        try:
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        except orjson.JSONEncodeError:
            pass  # half a surrogate pair, or nested too deep: told below
    refuse_inexact(value)
    return rfc8785.dumps(value)


def plain(value: object) -> bool:
    """Returns whether orjson, which is compiled, gives the bytes of RFC 8785.

    It does for exact values whose keys sort alike by code point and by UTF-16 unit: all below U+D800.
    """
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return -LARGEST <= value <= LARGEST  # type: ignore[operator]  # an int, as was just seen
    if kind is dict:
        for key, item in value.items():  # type: ignore[attr-defined]  # a dict, as was just seen
            if type(key) is not str or (not key.isascii() and max(key) >= "\ud800"):
                return False
            if type(item) is not str and not plain(item):
                return False
        return True
    if kind is list or kind is tuple:
        return all(type(item) is str or plain(item) for item in value)  # type: ignore[attr-defined]  # as above
    return False


def read_back(value: Json) -> Any:
    """Returns what a reading of a value's canonical bytes gives: maps, lists, text and numbers of JSON's own kinds."""
    kind = type(value)
    if kind is str or value is None or kind is bool or kind is int:
        return value
    if isinstance(value, Mapping):
        return {str(key): read_back(item) for key, item in value.items()}
    if isinstance(value, str):
        return str(value)
    return int(value) if isinstance(value, int) else [read_back(item) for item in value]


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
