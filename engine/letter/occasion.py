"""An event that may cause letters, with the case as it was before it and after it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.case.apply import apply
from engine.case.state import Case
from engine.people.directory import natural
from engine.record.event import Event
from engine.record.kept import read_stream
from engine.store.transaction import Tx
from terms.error import Broken

STREAMS = ("case", "deadline")


@dataclass(frozen=True)
class Occasion:
    """Holds one event of the transaction that is about to end."""

    tx: Tx
    event: Event

    @property
    def data(self) -> Any:
        """Returns what the event says."""
        return self.event.data

    @property
    def hands(self) -> frozenset[str]:
        """Returns the humans who made the event: whoever acted, and whom they acted for."""
        both = (self.event.actor, self.event.acting_for)
        return frozenset(natural(self.tx, one) for one in both if one is not None)

    @cached_property
    def steps(self) -> tuple[Case | None, Case | None]:
        """Returns the event's case before the event and after it; None where it has none."""
        kind, _, name = self.event.stream.partition(":")
        if kind not in STREAMS:
            return None, None
        before: Case | None = None
        after: Case | None = None
        for one in read_stream(self.tx, f"case:{name}"):
            if one.seq > self.event.seq:
                break
            before, after = after, apply(one, after)
        return (before, after) if kind == "case" else (after, after)

    @property
    def case(self) -> Case:
        """Returns the case after the event; raises Broken for an event that belongs to none."""
        found = self.steps[1]
        if found is None:
            raise Broken(f"Event {self.event.seq} belongs to no case.")
        return found

    @property
    def label(self) -> str | None:
        """Returns the label of the event's case; None where it has none."""
        found = self.steps[1]
        return None if found is None else found.label
