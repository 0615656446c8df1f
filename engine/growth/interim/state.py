"""What an interim role is at one moment: the fold of its own events; and which length it may have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from engine.record.event import Event, Gone, folded
from rules.span import Span
from terms.canonical import Json
from terms.error import BadInput, Broken

OFFERED, ACCEPTED, DECLINED = "offered", "accepted", "declined"
RUNNING = (OFFERED, ACCEPTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interim:
    """Holds one interim role: whose, on which level, for the days [start, until), how it stands or ended."""

    id: str
    label: str
    version: int
    person: str
    source: str
    level: str
    start: str
    until: str
    because: Json | Gone
    state: str = OFFERED
    ended_on: str | None = None
    case: str | None = None


def lasting(start: date, until: date, bounds: tuple[Span, Span]) -> None:
    """Raises BadInput where a role would not last longer than the one bound and shorter than the other."""
    longer, shorter = bounds
    if until <= longer.after(start):
        raise BadInput(
            f"An interim role lasts more than {longer}; one from {start} ends after {longer.after(start)}, "
            f"not on {until}."
        )
    if until >= shorter.after(start):
        raise BadInput(
            f"An interim role lasts under {shorter}; one from {start} ends before {shorter.after(start)}."
        )


def stream(interim: str) -> str:
    """Returns the name of an interim role's stream."""
    return f"interim:{interim}"


def fold(events: Iterable[Event]) -> Interim:
    """Returns the role that a stream of events tells; raises Broken for an event that cannot follow."""
    return folded(events, apply)


def apply(event: Event, held: Interim | None) -> Interim:
    """Returns the role after one event; raises Broken for an event that cannot follow."""
    data: Mapping[str, Any] = event.data
    if event.type == "InterimOffered" and held is None:
        return Interim(
            id=event.stream.removeprefix("interim:"),
            label=data["label"],
            version=event.stream_version,
            person=data["person"],
            source=data["from"],
            level=data["level"],
            start=data["start"],
            until=data["until"],
            because=event.payload.get("because", Gone()),
        )
    if held is None:
        raise Broken(f"Event {event.seq} ({event.type}) comes before its role was offered.")
    match event.type:
        case "InterimAccepted":
            changed = replace(held, state=ACCEPTED)
        case "InterimDeclined":
            changed = replace(held, state=DECLINED, ended_on=data["on"])
        case "InterimEnded":
            changed = replace(held, state=data["outcome"], ended_on=data["on"], case=data["case"])
        case _:
            raise Broken(f"Event {event.seq} has a type that an interim role does not know: {event.type}.")
    return replace(changed, version=event.stream_version)


def row(held: Interim) -> dict[str, object]:
    """Returns the projection of an interim role, as replay derives it too."""
    names = ("id", "label", "person", "level", "start", "until", "state", "ended_on", "version")
    return {name: getattr(held, name) for name in names}
