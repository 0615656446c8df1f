"""Remembers what each command came to, so that a retry is answered and nothing happens twice.

Every event of a command that was sent under a key bears the key's digest, so that the answers kept here can be
held to the log: none can be added, taken away or moved to other events without its showing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select

from engine.record.event import Event
from engine.record.log import PAGE, head, read_between
from engine.record.verify import Fault
from engine.store.table.record import command
from engine.store.table.record import log as log_table
from engine.store.transaction import Tx
from terms.canonical import canonical

BEARS = b'"key":"'


@dataclass(frozen=True, slots=True)
class Reply:
    """Holds what a command came to: its events, and the label and id of what they are about."""

    events: tuple[Event, ...]
    label: str | None
    id: str | None


def digest(origin: str, key: str) -> str:
    """Returns what events bear of a key: SHA-256 over the log's origin and the key, as hexadecimal text."""
    return sha256(canonical([origin, key])).hexdigest()


def replied(tx: Tx, key: str) -> Reply | None:
    """Returns what a command with this key came to; None where there was none, and what is appended then bears it."""
    row = tx.connection.execute(select(command).where(command.c.key == key)).first()
    if row is None:
        tx.held["key"] = digest(head(tx).log, key)
        return None
    label, about = json.loads(row.reply)
    return Reply(read_between(tx, row.first, row.last), label, about)


def used(tx: Tx, beginning: str) -> str | None:
    """Returns the key of a kept answer that begins so; None where there is none."""
    found = select(command.c.key).where(command.c.key.startswith(beginning, autoescape=True)).limit(1)
    key: str | None = tx.connection.execute(found).scalar()
    return key


def remember(tx: Tx, key: str, reply: Reply) -> None:
    """Writes what a command came to, and between which entries of the log."""
    seqs = [event.seq for event in reply.events]
    told = canonical([reply.label, reply.id]).decode()
    values = {"key": key, "reply": told, "first": min(seqs), "last": max(seqs)}
    tx.connection.execute(insert(command).values(**values))


def check_commands(tx: Tx) -> Iterator[Fault]:
    """Yields a fault for every kept answer that is not what the events under its key tell."""
    origin, borne = head(tx).log, _borne(tx)
    for row in tx.connection.execute(select(command).order_by(command.c.first, command.c.key)):
        events = borne.pop(digest(origin, row.key), [])
        seqs = [int(one["seq"]) for one in events]
        if not seqs:
            yield Fault(None, f"an answer is kept for the key {row.key!r}, which no event bears")
        elif (row.first, row.last) != (seqs[0], seqs[-1]):
            told = f"{row.first} to {row.last}, the key's events are {seqs[0]} to {seqs[-1]}"
            yield Fault(seqs[0], f"the answer kept for its key names the events {told}")
        elif not _follows(tx, row.reply, events):
            yield Fault(seqs[0], "the answer kept for its key is not what its events tell")
    for events in borne.values():
        yield Fault(
            int(events[0]["seq"]), "the answer kept for its key is gone: asked again, it would act twice"
        )


def _borne(tx: Tx) -> dict[str, list[dict[str, Any]]]:
    """Returns the events that bear a key, by its digest, oldest first."""
    found: dict[str, list[dict[str, Any]]] = {}
    after = -1
    while True:
        query = select(log_table.c.seq, log_table.c.body).where(log_table.c.seq > after)
        rows = tx.connection.execute(query.order_by(log_table.c.seq).limit(PAGE)).all()
        for row in rows:
            if BEARS in row.body:
                event = json.loads(row.body)
                if "key" in event:
                    found.setdefault(event["key"], []).append(event)
        if len(rows) < PAGE:
            return found
        after = rows[-1].seq


def _follows(tx: Tx, reply: str, events: Sequence[dict[str, Any]]) -> bool:
    """Returns whether the label and the id of an answer stand in its events, or where their streams began."""
    try:
        label, about = json.loads(reply)
    except (ValueError, TypeError):
        return False
    streams = sorted({str(one["stream"]) for one in events})
    query = select(log_table.c.body).where(log_table.c.stream.in_(streams), log_table.c.stream_version == 1)
    told = [*events, *(json.loads(body) for body in tx.connection.execute(query).scalars())]
    ids = {str(one["stream"]).partition(":")[2] for one in events}
    words = {word for one in told for word in _texts(one["data"])}
    labels = label.split(", ") if isinstance(label, str) else []
    return (about is None or about in ids | words) and (label is None or set(labels) <= words)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
