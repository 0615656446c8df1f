"""Keeps what was looked up (people, lines, editions) between transactions, until something of it changes.

The head row counts the changes; what is kept under one count is true for every transaction that sees it. A
transaction that changes people, facts or editions keeps its look-ups to itself, since it may be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from engine.record.log import generation
from engine.store.transaction import Tx

T = TypeVar("T")


def kept(tx: Tx, name: Hashable, look: Callable[[], T]) -> T:
    """Returns what a look-up gives, from an earlier one where nothing has changed since."""
    number = generation(tx)
    if number is None:
        own: dict[Hashable, T] = tx.held.setdefault("kept", {})
        if name not in own:
            own[name] = look()
        return own[name]
    held: tuple[int, dict[Hashable, T]] | None = tx.shared.get("kept")
    if held is None or held[0] != number:
        held = (number, {})
        tx.shared["kept"] = held
    if name not in held[1]:
        held[1][name] = look()
    return held[1][name]
