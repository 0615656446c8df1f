"""Derives again that each erasure was asked for by one person, approved by another, and held back by nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from engine.people.twin import JOINED
from engine.record.event import Event
from engine.record.log import read_log
from engine.record.verify import ERASING
from engine.replay.difference import UNREADABLE, Difference, unreadable
from engine.replay.obstacle import hold_differences, time_differences
from engine.replay.reach import (
    Nominated,
    Place,
    Sealed,
    accounts,
    humans,
    nominated,
    reach_differences,
    sealed,
)
from engine.store.table.record import log
from engine.store.transaction import Tx

REQUESTED, DECLINED = "ErasureRequested", "ErasureDeclined"
PLACED, LIFTED, SET = "HoldPlaced", "HoldLifted", "RetentionSet"
TYPES = (JOINED, REQUESTED, DECLINED, ERASING, PLACED, LIFTED, SET)


@dataclass(slots=True)
class _Standing:
    """Holds what the record had said by some entry of it, as far as it bears on erasures."""

    joined: dict[str, str] = field(default_factory=dict)
    asked: dict[int, Event] = field(default_factory=dict)
    answered: dict[int, int] = field(default_factory=dict)
    held: dict[int, Event] = field(default_factory=dict)
    months: int | None = None
    gone: set[Place] = field(default_factory=set)
    entries: tuple[Sealed, ...] = ()
    cases: tuple[Nominated, ...] = ()
    """Every case, whenever it began."""


def erasure_differences(tx: Tx) -> Iterator[Difference]:
    """Yields what of each erasure the record does not allow: by whom, of whom and what, and what stood against it.

    Two accounts count as one human from the event that joined them. That somebody else held the role hr is not
    derived: roles are facts, which a later erasure may have taken.
    """
    known = _Standing()
    for event in read_log(tx, types=TYPES):
        try:
            yield from tuple(_told(tx, event, known))
        except UNREADABLE as error:
            yield unreadable(event.seq, f"the event {event.type}", error)


def _told(tx: Tx, event: Event, known: _Standing) -> Iterator[Difference]:
    """Yields what of an event the record does not allow, and notes what it changes."""
    data: Any = event.data
    if event.type == JOINED:
        known.joined[str(data["alias"])] = event.stream.removeprefix("person:")
    elif event.type == SET:
        known.months = int(data["months"])
    elif event.type == PLACED:
        known.held[event.seq] = event
    elif event.type == LIFTED:
        known.held.pop(int(data["hold"]), None)
    elif event.type == REQUESTED:
        known.asked[event.seq] = event
    elif event.type == DECLINED:
        known.answered.setdefault(int(data["request"]), event.seq)
    else:
        known.entries = known.entries or tuple(sealed(tx))
        known.cases = known.cases or tuple(nominated(tx))
        yield from _erased(tx, event, known, known.entries)
        known.answered.setdefault(int(data["request"]), event.seq)
        known.gone |= {(int(seq), str(name)) for seq, name in data["payloads"]}


def _erased(tx: Tx, event: Event, known: _Standing, entries: tuple[Sealed, ...]) -> Iterator[Difference]:
    data: Any = event.data
    request = known.asked.get(int(data["request"]))
    yield from _approved(event, request, known.joined)
    touched = _cases(tx, event)
    if request is None:
        yield from hold_differences(event, touched, known.held)
        return
    if (before := known.answered.get(request.seq)) is not None:
        told = f"answered by event {before} already"
        yield Difference(seq=event.seq, what=f"request {request.seq}", stored="approved", derived=told)
    asked: Any = request.data
    own = accounts(asked["person"], known.joined) if asked["person"] else set[str]()
    before_it = [one for one in known.cases if one.seq < event.seq]
    reached = {one.case for one in before_it if one.person in own or one.case == asked["case"]}
    yield from reach_differences(event, request, own, reached, entries, known.gone)
    yield from hold_differences(event, touched | reached, known.held)
    yield from time_differences(tx, event, reached, known.months)


def _approved(event: Event, request: Event | None, joined: Mapping[str, str]) -> Iterator[Difference]:
    theirs = _behind(event, joined)
    if request is None or theirs & _behind(request, joined):
        told = "nobody" if request is None else "the same person"
        what = "who asked for the erasure"
        yield Difference(seq=event.seq, what=what, stored=told, derived="another person")
    if theirs & humans(set(event.about), joined):
        what, told = "who approved the erasure", "the person it is about"
        yield Difference(seq=event.seq, what=what, stored=told, derived="another person")


def _behind(event: Event, joined: Mapping[str, str]) -> set[str]:
    """Returns the humans who acted, and for whom."""
    return humans({one for one in (event.actor, event.acting_for) if one is not None}, joined)


def _cases(tx: Tx, event: Event) -> set[str]:
    """Returns the cases of which an erasure took something."""
    places: Any = event.data["payloads"]
    found: set[str] = set()
    seqs = sorted({int(seq) for seq, _ in places})
    for start in range(0, len(seqs), 500):
        query = select(log.c.stream).where(log.c.seq.in_(seqs[start : start + 500]))
        found |= {str(one) for one in tx.connection.execute(query).scalars()}
    return {one.removeprefix("case:") for one in found if one.startswith("case:")}
