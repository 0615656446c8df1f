"""What a scoring cycle and a person's sheet in it are at one moment: each the fold of its own events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.record.event import Event, Gone, folded
from terms.error import Broken

OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """Holds one cycle: the days [start, end) that it judges, when scores are due, whom it asks, its state."""

    id: str
    name: str
    version: int
    start: str
    end: str
    due: str
    team: str | None
    opened_on: str
    state: str = OPEN
    reminded: tuple[str, ...] = ()
    remind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Holds one score as it was given: of which item, by whom in which part, and its body unless sealed or erased."""

    item: str
    by: str
    giver: str
    on: str
    seq: int
    late: bool
    body: Mapping[str, Any] | Gone

    @property
    def points(self) -> int | None:
        """Returns the points; None while they are sealed, or where they were erased."""
        return None if isinstance(self.body, Gone) else int(self.body["points"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Holds what one person is scored on in one cycle, and every score given, in order; the later one holds."""

    id: str
    cycle: str
    person: str
    version: int
    level: str
    ladder: str
    asked: tuple[str, ...]
    entries: tuple[Entry, ...] = ()
    opened: bool = False

    def held(self, by: str) -> dict[str, Entry]:
        """Returns the score of each item that holds, of the person themself or of the manager."""
        return {one.item: one for one in self.entries if one.by == by}

    def missing(self, by: str) -> tuple[str, ...]:
        """Returns the items that nobody has scored in a part."""
        given = self.held(by)
        return tuple(one for one in self.asked if one not in given)


def stream(cycle: str, person: str | None = None) -> str:
    """Returns the name of a cycle's stream, or of a person's sheet in it."""
    return f"cycle:{cycle}" if person is None else f"sheet:{cycle}:{person}"


def vault(sheet: Sheet) -> str:
    """Returns the name of the key that a sheet's scores are sealed under until it opens."""
    return f"cycle.{sheet.cycle}.{sheet.person}"


def fold_cycle(events: Iterable[Event]) -> Cycle:
    """Returns the cycle that a stream of events tells; raises Broken for an event that cannot follow."""
    return folded(events, apply_cycle)


def apply_cycle(event: Event, cycle: Cycle | None) -> Cycle:
    """Returns the cycle after one event; raises Broken for an event that cannot follow."""
    data: Mapping[str, Any] = event.data
    if event.type == "CycleOpened" and cycle is None:
        return Cycle(
            id=event.stream.removeprefix("cycle:"),
            name=data["name"],
            version=event.stream_version,
            start=data["start"],
            end=data["end"],
            due=data["due"],
            team=data["team"],
            opened_on=data["on"],
            remind=tuple(data.get("remind", ())),
        )
    if cycle is None:
        raise Broken(f"Event {event.seq} ({event.type}) comes before its cycle was opened.")
    match event.type:
        case "CycleReminded":
            changed = replace(cycle, reminded=(*cycle.reminded, data["on"]))
        case "CycleClosed":
            changed = replace(cycle, state=CLOSED)
        case _:
            raise Broken(f"Event {event.seq} has a type that a cycle does not know: {event.type}.")
    return replace(changed, version=event.stream_version)


def fold_sheet(events: Iterable[Event]) -> Sheet:
    """Returns the sheet that a stream of events tells; raises Broken for an event that cannot follow."""
    return folded(events, apply_sheet)


def apply_sheet(event: Event, sheet: Sheet | None) -> Sheet:
    """Returns the sheet after one event; raises Broken for an event that cannot follow."""
    data: Mapping[str, Any] = event.data
    if event.type == "ScoresAsked" and sheet is None:
        name = event.stream.removeprefix("sheet:")
        cycle, _, person = name.partition(":")
        return Sheet(
            id=name,
            cycle=cycle,
            person=person,
            version=event.stream_version,
            level=data["level"],
            ladder=data["ladder"],
            asked=tuple(data["items"]),
        )
    if sheet is None:
        raise Broken(f"Event {event.seq} ({event.type}) comes before its scores were asked for.")
    match event.type:
        case "CycleScored":
            changed = replace(sheet, entries=(*sheet.entries, *_entries(event)))
        case "SheetOpened":
            changed = replace(sheet, opened=True)
        case _:
            raise Broken(f"Event {event.seq} has a type that a sheet does not know: {event.type}.")
    return replace(changed, version=event.stream_version)


def _entries(event: Event) -> Iterable[Entry]:
    data: Mapping[str, Any] = event.data
    held: Any = event.payload.get("scores", Gone())
    for item in data["items"]:
        yield Entry(
            item=item,
            by=data["by"],
            giver=event.actor,
            on=data["on"],
            seq=event.seq,
            late=data["late"],
            body=held if isinstance(held, Gone) else held[item],
        )
