"""Derives again that each erasure was asked for by one person, approved by another, and held back by nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from engine.people.twin import JOINED
from engine.record.event import Event
from engine.record.log import read_log
from engine.record.verify import ERASING
from engine.replay.difference import Difference
from engine.store.table.record import log
from engine.store.transaction import Tx

REQUESTED, PLACED, LIFTED = "ErasureRequested", "HoldPlaced", "HoldLifted"


def erasure_differences(tx: Tx) -> Iterator[Difference]:
    """Yields each erasure that one human alone asked for and approved, that its subject approved, or a hold forbade.

    Two accounts count as one human from the event that joined them.
    """
    joined: dict[str, str] = {}
    asked: dict[int, Event] = {}
    held: dict[int, Event] = {}
    for event in read_log(tx, types=(JOINED, REQUESTED, ERASING, PLACED, LIFTED)):
        data: Any = event.data
        if event.type == JOINED:
            joined[str(data["alias"])] = event.stream.removeprefix("person:")
        elif event.type == PLACED:
            held[event.seq] = event
        elif event.type == LIFTED:
            held.pop(int(data["hold"]), None)
        elif event.type == REQUESTED:
            asked[event.seq] = event
        else:
            yield from _approved(event, asked.get(int(data["request"])), joined)
            cases = _cases(tx, event)
            for seq, hold in held.items():
                if _reaches(hold, event, cases):
                    what, derived = "what it erased", f"held by event {seq}"
                    yield Difference(seq=event.seq, what=what, stored="erased", derived=derived)


def _approved(event: Event, request: Event | None, joined: Mapping[str, str]) -> Iterator[Difference]:
    theirs = _humans((event.actor, event.acting_for), joined)
    if request is None or theirs & _humans((request.actor, request.acting_for), joined):
        told = "nobody" if request is None else "the same person"
        what = "who asked for the erasure"
        yield Difference(seq=event.seq, what=what, stored=told, derived="another person")
    if theirs & _humans(event.about, joined):
        what, told = "who approved the erasure", "the person it is about"
        yield Difference(seq=event.seq, what=what, stored=told, derived="another person")


def _humans(ids: Iterable[str | None], joined: Mapping[str, str]) -> set[str]:
    """Returns the humans behind some ids, as far as accounts were joined by then."""
    found = {one for one in ids if one is not None}
    for _ in joined:
        found = {joined.get(one, one) for one in found}
    return found


def _reaches(hold: Event, event: Event, cases: set[str]) -> bool:
    """Returns whether a hold on a person or a case keeps something of what an erasure took."""
    data, taken = hold.data, event.data
    people: Any = taken["people"]
    if data["person"] is not None:
        return data["person"] in event.about
    return data["case"] in cases or not set(people).isdisjoint(hold.about)


def _cases(tx: Tx, event: Event) -> set[str]:
    """Returns the cases of which an erasure took something."""
    places: Any = event.data["payloads"]
    found: set[str] = set()
    seqs = sorted({int(seq) for seq, _ in places})
    for start in range(0, len(seqs), 500):
        query = select(log.c.stream).where(log.c.seq.in_(seqs[start : start + 500]))
        found |= {str(one) for one in tx.connection.execute(query).scalars()}
    return {one.removeprefix("case:") for one in found if one.startswith("case:")}
