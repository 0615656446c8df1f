"""Remembers what each command came to, so that a retry is answered and nothing happens twice."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import insert, select

from engine.record.event import Event
from engine.record.log import read_between
from engine.store.table.record import command
from engine.store.transaction import Tx
from terms.canonical import canonical


@dataclass(frozen=True, slots=True)
class Reply:
    """Holds what a command came to: its events, and the label and id of what they are about."""

    events: tuple[Event, ...]
    label: str | None
    id: str | None


def replied(tx: Tx, key: str) -> Reply | None:
    """Returns what a command with this key came to; None where there was none."""
    row = tx.connection.execute(select(command).where(command.c.key == key)).first()
    if row is None:
        return None
    label, about = json.loads(row.reply)
    return Reply(read_between(tx, row.first, row.last), label, about)


def remember(tx: Tx, key: str, reply: Reply) -> None:
    """Writes what a command came to, and between which entries of the log."""
    seqs = [event.seq for event in reply.events]
    told = canonical([reply.label, reply.id]).decode()
    values = {"key": key, "reply": told, "first": min(seqs), "last": max(seqs)}
    tx.connection.execute(insert(command).values(**values))
