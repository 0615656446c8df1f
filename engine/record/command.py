"""Remembers what each command came to, so that a retry answers without acting twice."""

from __future__ import annotations

import json
from typing import cast

from sqlalchemy import insert, select

from engine.store.table.record import command
from engine.store.transaction import Tx
from terms.canonical import Json, canonical


def replied(tx: Tx, key: str) -> Json:
    """Returns what a command with this key came to; None where there was none."""
    found = tx.connection.execute(select(command.c.reply).where(command.c.key == key)).scalar_one_or_none()
    return None if found is None else cast(Json, json.loads(found))


def remember(tx: Tx, key: str, reply: Json, seqs: tuple[int, ...]) -> None:
    """Writes what a command came to, and between which entries of the log."""
    values = {"key": key, "reply": canonical(reply).decode(), "first": min(seqs), "last": max(seqs)}
    tx.connection.execute(insert(command).values(**values))
