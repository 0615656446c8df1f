"""Derives again what an erasure reaches: whose entries and which payloads its request asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine.record.event import Event
from engine.record.log import PAGE
from engine.replay.difference import Difference
from engine.store.table.record import log
from engine.store.transaction import Tx

NOMINATED = "CaseNominated"
OPEN = b'"sealed":{}'
Place = tuple[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Holds an entry that has payloads: where it stands, whom it is about, and which fields."""

    seq: int
    stream: str
    about: frozenset[str]
    recorded_at: str
    fields: tuple[str, ...]


def sealed(tx: Tx) -> Iterator[Sealed]:
    """Yields each entry of the log that has payloads, oldest first."""
    after = -1
    while True:
        query = select(log.c.seq, log.c.body).where(log.c.seq > after).order_by(log.c.seq).limit(PAGE)
        rows = tx.connection.execute(query).all()
        for row in rows:
            if OPEN in row.body:  # within a text the quotes would be escaped
                continue
            held: dict[str, Any] = json.loads(row.body)
            yield Sealed(
                seq=row.seq,
                stream=held["stream"],
                about=frozenset(held["about"]),
                recorded_at=held["recorded_at"],
                fields=tuple(sorted(held["sealed"])),
            )
        if len(rows) < PAGE:
            return
        after = rows[-1].seq


@dataclass(frozen=True, slots=True)
class Nominated:
    """Holds which entry began a case, which, and whose it is."""

    seq: int
    case: str
    person: str


def nominated(tx: Tx) -> Iterator[Nominated]:
    """Yields each case with the entry that began it, oldest first."""
    query = select(log.c.seq, log.c.stream, log.c.body).where(log.c.type == NOMINATED).order_by(log.c.seq)
    for row in tx.connection.execute(query):
        yield Nominated(
            row.seq, row.stream.removeprefix("case:"), str(json.loads(row.body)["data"]["person"])
        )


def humans(ids: set[str], joined: Mapping[str, str]) -> set[str]:
    """Returns the humans behind some ids, as far as accounts were joined by then."""
    found = set(ids)
    for _ in joined:
        found = {joined.get(one, one) for one in found}
    return found


def accounts(person: str, joined: Mapping[str, str]) -> set[str]:
    """Returns every id under which a human was known by then."""
    (human,) = humans({person}, joined)
    return {human, *(one for one in joined if humans({one}, joined) == {human})}


def reach_differences(
    event: Event,
    request: Event,
    own: set[str],
    cases: set[str],
    entries: tuple[Sealed, ...],
    gone: set[Place],
) -> Iterator[Difference]:
    """Yields where an erasure took another person or another payload than its request asked for, or left one.

    `own` are the subject's accounts, `cases` those the request reaches, `gone` what earlier erasures took.
    """
    data, asked = event.data, request.data
    whole = asked["scope"] == "person"
    wanted = own if whole else set[str]()
    people: Any = data["people"]
    if set(people) != wanted or data["scope"] != asked["scope"]:
        yield Difference(
            seq=event.seq,
            what="whose entries it erased",
            stored=f"{data['scope']} {', '.join(sorted(people))}".rstrip(),
            derived=f"{asked['scope']} {', '.join(sorted(wanted))}".rstrip(),
        )
    taken: Any = data["payloads"]
    stored = {(int(seq), str(field)) for seq, field in taken}
    derived = set(_places(event, request, own, cases, entries)) - gone
    for place in sorted(stored ^ derived):
        told = ("erased", "not reached") if place in stored else ("left", "reached")
        yield Difference(
            seq=event.seq, what=f"the {place[1]} of event {place[0]}", stored=told[0], derived=told[1]
        )
        return


def _places(
    event: Event, request: Event, own: set[str], cases: set[str], entries: tuple[Sealed, ...]
) -> Iterator[Place]:
    if request.data["scope"] == "text":
        texts: Any = request.data["texts"]
        yield from ((int(seq), str(field)) for seq, field in texts)
        return
    streams = {f"case:{one}" for one in cases}
    if request.data["scope"] == "person":
        streams |= {f"person:{one}" for one in own}
    for one in entries:
        if one.seq >= event.seq:
            return
        mine = request.data["scope"] == "person" and not one.about.isdisjoint(own)
        if mine or one.stream in streams:
            yield from ((one.seq, field) for field in one.fields)
