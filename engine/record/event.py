"""What enters the log (a Draft) and what stands in it (an Event)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from terms.canonical import Json
from terms.error import Broken

SYSTEM = "system"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Actor:
    """Holds who acts: a natural person's id (or `system`), how they were known, and for whom they act."""

    person: str
    authenticated: str = "asserted"
    acting_for: str | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """Stands where a payload was: erased by event `by`, or sealed until revealed (`by` is None)."""

    by: int | None = None

    def __str__(self) -> str:
        return f"erased by event {self.by}" if self.by is not None else "sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Holds one event before it has a place in the log.

    `sealed` fields enter the log as salted commitments only; with `under` naming a vault key, their payload
    is also encrypted until `record.payload.reveal` opens it.
    """

    type: str
    stream: str
    data: Mapping[str, Json] = field(default_factory=dict)
    about: tuple[str, ...] = ()
    sealed: Mapping[str, Json] = field(default_factory=dict)
    under: str | None = None
    happened_at: str | None = None
    rule: str | None = None
    edition: str | None = None
    workflow: str | None = None
    v: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Holds one entry of the log; `payload` has each sealed field's value, or Gone.

    `key` is the digest of the key under which a command was sent, where it was sent under one.
    """

    log: str
    seq: int
    v: int
    type: str
    stream: str
    stream_version: int
    about: tuple[str, ...]
    command: str
    recorded_at: str
    happened_at: str | None
    actor: str
    acting_for: str | None
    authenticated: str
    rule: str | None
    edition: str | None
    workflow: str | None
    data: Mapping[str, Json]
    sealed: Mapping[str, str]
    key: str | None = None
    payload: Mapping[str, Json | Gone] = field(default_factory=dict)


def opened(body: bytes, payload: Mapping[str, Json | Gone]) -> Event:
    """Returns the event that canonical bytes and payloads tell."""
    fields: dict[str, Any] = json.loads(body)
    fields["about"] = tuple(fields["about"])
    return Event(**fields, payload=payload)


def folded(events: Iterable[Event], apply: Callable[[Event, T | None], T]) -> T:
    """Returns what a stream of events comes to, one applied after the other; raises Broken where it holds none."""
    held: T | None = None
    for event in events:
        held = apply(event, held)
    if held is None:
        raise Broken("The stream holds no event.")
    return held
