"""Keeps what was looked up (people, lines, editions), read and folded between transactions, until it may have changed.

The head row counts the changes; what is kept under one count is true for every transaction that sees it. A
transaction that changes people, facts, editions or payloads keeps its look-ups to itself, since it may be undone.
Streams only grow under one count, so an earlier reading of one is the beginning of a later one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from engine.record.event import Event
from engine.record.log import generation, looking, read_newer, size
from engine.record.memory import memory
from engine.store.transaction import Tx

T = TypeVar("T")


def kept(tx: Tx, name: Hashable, look: Callable[[], T]) -> T:
    """Returns what a look-up gives, from an earlier one where nothing has changed since."""
    found: dict[Hashable, T] | None = tx.held.get("kept")
    if found is None:
        found = tx.held["kept"] = _shelf(tx)
    try:
        return found[name]
    except KeyError:
        found[name] = value = look()
        return value


def _shelf(tx: Tx) -> dict[Hashable, Any]:
    """Returns where a transaction keeps its look-ups: with all that see the same, or alone where they may be undone."""
    number = looking(tx)
    if number is None:
        return {}
    held: tuple[int, dict[Hashable, Any]] | None = tx.shared.get("kept")
    if held is None or held[0] != number:
        held = tx.shared["kept"] = (number, {})
    return held[1]


def remembered(tx: Tx, kind: str, key: str, look: Callable[[], T]) -> T:
    """Returns what a look-up of something gives that whoever changes it forgets, from an earlier one where it holds."""
    return remembered_each(tx, kind, (key,), lambda _: {key: look()})[key]


def remembered_each(
    tx: Tx, kind: str, keys: Sequence[str], look: Callable[[list[str]], Mapping[str, T]]
) -> dict[str, T]:
    """Returns the same for each of several; those of whom nothing is remembered are looked up together."""
    number, noted = generation(tx), tx.held.get("noted")
    gone: Collection[tuple[str, str]] = tx.held.get("forgotten", ())
    if number is None or (kind, "") in gone:
        return dict(look(list(keys)))
    held, begun = memory(tx.shared, number), noted[0].seq if noted else size(tx)
    found: dict[str, T] = {}
    for key in keys:
        if (kind, key) not in gone and (known := held.known((kind, key), begun)) is not None:
            found[key] = known[0]
    if unknown := [key for key in keys if key not in found]:
        found |= (looked := look(unknown))
        for key in [] if noted else unknown:
            if (kind, key) not in gone:
                held.hold((kind, key), begun, looked[key])
    return found


def forget(tx: Tx, kind: str, key: str = "") -> None:
    """Notes that what was looked up of something, or of all of a kind, is not so any more after this transaction."""
    tx.held.setdefault("forgotten", set()).add((kind, key))


def read_stream(tx: Tx, stream: str) -> tuple[Event, ...]:
    """Returns the events of a stream, oldest first."""
    known: dict[str, tuple[Event, ...]] = tx.held.get("streams", {})
    return known[stream] if stream in known else read_streams(tx, [stream])[stream]


def read_streams(tx: Tx, streams: Collection[str]) -> dict[str, tuple[Event, ...]]:
    """Returns the events of some streams, each oldest first: in one statement, which reads only what is new.

    In none, where nothing but what this process wrote has been added since it read them.
    """
    known: dict[str, tuple[Event, ...]] = tx.held.setdefault("streams", {})
    unread = sorted({one for one in streams if one not in known})
    if unread:
        number, noted = generation(tx), tx.held.get("noted", ())
        end = noted[0].seq if noted else size(tx)
        remembered = None if number is None else memory(tx.shared, number)
        before: dict[str, tuple[Event, ...]] = {}
        for one in unread:
            events, whole = remembered.recall(one, end) if remembered is not None else ((), False)
            if whole:
                known[one] = events = (*events, *(mine for mine in noted if mine.stream == one))
                tx.held.setdefault("versions", {})[one] = events[-1].stream_version if events else 0
            else:
                before[one] = events
        if before:
            newer = read_newer(
                tx, {one: held[-1].stream_version if held else 0 for one, held in before.items()}
            )
            for one, held in before.items():
                known[one] = (*held, *newer[one]) if newer[one] else held
                if remembered is not None and not noted:
                    remembered.keep(one, known[one], end)
    return {one: known[one] for one in streams}


def folded(tx: Tx, stream: str, apply: Callable[[Event, T | None], T]) -> T | None:
    """Returns the state that a stream leads to, going on from an earlier fold; None where it has no event."""
    events, number = read_stream(tx, stream), generation(tx)
    folds = {} if number is None else memory(tx.shared, number).folds
    found = folds.get(stream)
    state, done = None, 0
    if found is not None:
        last = found[0].stream_version
        if last <= len(events) and events[last - 1] is found[0]:  # the same reading, so the same beginning
            state, done = found[1], last
    for event in events[done:]:
        state = apply(event, state)
    if done < len(events) and state is not None and not tx.held.get("noted"):
        folds[stream] = (events[-1], state)
    return state


def note_fold(tx: Tx, event: Event, state: object) -> None:
    """Notes what a stream comes to with an event that was just appended, so that nobody need fold it once more."""
    tx.held.setdefault("folds", {})[event.stream] = event, state
