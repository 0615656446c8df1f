"""Remembers the streams that this process has read or written, so that no entry of them is read twice.

What is remembered holds under one generation of the head row (see record.kept). A stream is known in full where the
log has grown since its reading by nothing but what this process wrote itself; else what came after it is read. So
is what was looked up beside the log, unless this process wrote something that it forgets for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, TypeAlias, TypeVar

from engine.record.event import Event

T = TypeVar("T")
Look: TypeAlias = tuple[str, str]
"""Names what is looked up: its kind, and of whom."""
MOST = 50_000  # events remembered at once; beyond, all are let go
WEIGHT = 50  # what a look-up counts as, in events


@dataclass(slots=True)
class Memory:
    """Holds, per stream, what was read at which size of the log, and what this process wrote in `since`..`until`.

    `folds`: what a stream comes to, up to and with an event of it.
    """

    generation: int
    since: int = -1
    until: int = -1
    count: int = 0
    streams: dict[str, tuple[Event, ...]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    written: dict[str, list[Event]] = field(default_factory=dict)
    looked: dict[Look, tuple[int, Any]] = field(default_factory=dict)
    folds: dict[str, tuple[Event, Any]] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def recall(self, stream: str, size: int) -> tuple[tuple[Event, ...], bool]:
        """Returns what a log of some size is known to hold of a stream, and whether that is all of it."""
        with self.lock:
            known = self.streams.get(stream, ())
            whole = self._holds(self.sizes.get(stream, -1), size)
            if whole and (mine := self.written.pop(stream, ())):
                last = known[-1].seq if known else -1
                known = (*known, *(one for one in mine if one.seq > last))
                self.keep(stream, known, size)
        while known and known[-1].seq >= size:  # an older moment sees fewer than were read since
            known = known[:-1]
        return known, whole

    def _holds(self, then: int, size: int) -> bool:
        """Returns whether only this process has added to the log since it was of some size."""
        return then == size or (size == self.until and then >= self.since)

    def known(self, name: Look, size: int) -> tuple[Any] | None:
        """Returns what a look-up in a log of some size gives, where that is remembered."""
        with self.lock:
            held = self.looked.get(name)
        return (held[1],) if held is not None and self._holds(held[0], size) else None

    def hold(self, name: Look, size: int, found: Any) -> None:
        """Notes what a look-up in a log of some size gave."""
        with self.lock:
            self.count += 0 if name in self.looked else WEIGHT
            self.looked[name] = size, found

    def keep(self, stream: str, events: tuple[Event, ...], size: int) -> None:
        """Notes what a log of some size holds of a stream."""
        with self.lock:
            if size < self.sizes.get(stream, -1):
                return
            self.count += len(events) - len(self.streams.get(stream, ()))
            self.streams[stream], self.sizes[stream] = events, size
            if later := [one for one in self.written.pop(stream, ()) if one.seq >= size]:
                self.written[stream] = later

    def without(self, streams: Collection[str]) -> Memory:
        """Returns what is remembered under the next generation: everything but some streams."""
        with self.lock:

            def kept(held: Mapping[str, T]) -> dict[str, T]:
                return {name: one for name, one in held.items() if name not in streams}

            sizes, written, folds = kept(self.sizes), kept(self.written), kept(self.folds)
            made = Memory(self.generation + 1, self.since, self.until, self.count, kept(self.streams), sizes)
            made.written, made.folds, made.looked = written, folds, dict(self.looked)
            return made

    def note(self, first: int, events: Sequence[Event], forgotten: Collection[Look]) -> None:
        """Notes what this process appended to a log of some size, now that it is committed."""
        with self.lock:
            for kind, key in forgotten:
                for name in [(kind, key)] if key else [one for one in self.looked if one[0] == kind]:
                    self.looked.pop(name, None)
            if first != self.until:
                self.since = first
                self.written.clear()
            self.until = first + len(events)
            for one in events:
                if one.stream_version == 1:
                    self.sizes.setdefault(one.stream, first)
                self.written.setdefault(one.stream, []).append(one)
            self.count += len(events)


def memory(shared: dict[str, Any], generation: int) -> Memory:
    """Returns what is remembered under a generation; nothing under a new one, or where it had become too much."""
    held: Memory | None = shared.get("memory")
    if held is None or held.generation != generation or held.count > MOST:
        held = shared["memory"] = Memory(generation)
    return held
