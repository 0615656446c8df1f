"""Legal holds: while one stands, nothing that it reaches is erased."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.access.permit import require
from engine.case.query import load
from engine.custody.command import LiftHold, PlaceHold
from engine.people.directory import aliases, natural
from engine.record.event import Actor, Draft, Event, Gone
from engine.record.log import append, read_log
from engine.store.transaction import Tx
from terms.canonical import Json
from terms.error import BadInput, Conflict, Unknown

PLACED, LIFTED = "HoldPlaced", "HoldLifted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Holds one hold: the event that placed it, what it reaches, when, why, and what lifted it."""

    seq: int
    person: str | None
    case: str | None
    at: str
    by: str
    because: Json | Gone
    lifted: int | None = None

    def reaches(self, people: tuple[str, ...], cases: tuple[str, ...]) -> bool:
        """Returns whether it stands and keeps something of these people or cases from being erased."""
        return self.lifted is None and (self.person in people or self.case in cases)


def holds(tx: Tx, until: int | None = None) -> tuple[Hold, ...]:
    """Returns every hold, oldest first; as they stood before an entry of the log, where one is given."""
    found: dict[int, Hold] = {}
    for event in read_log(tx, types=(PLACED, LIFTED)):
        if until is not None and event.seq >= until:
            break
        data: dict[str, Any] = dict(event.data)
        if event.type == PLACED:
            found[event.seq] = Hold(
                seq=event.seq,
                person=data["person"],
                case=data["case"],
                at=event.recorded_at,
                by=event.actor,
                because=event.payload.get("because", Gone()),
            )
        elif data["hold"] in found:
            one = found[data["hold"]]
            found[one.seq] = Hold(
                seq=one.seq,
                person=one.person,
                case=one.case,
                at=one.at,
                by=one.by,
                because=one.because,
                lifted=event.seq,
            )
    return tuple(found.values())


def place(tx: Tx, command: PlaceHold, actor: Actor, held: frozenset[str]) -> tuple[Event, ...]:
    """Returns the event that places a hold; raises Conflict where the same one stands already."""
    rule = require("place a hold", held, "this hold")
    if not command.because.strip():
        raise BadInput("A hold says why; write --because TEXT.")
    person = natural(tx, command.person) if command.person else None
    about = person or load(tx, str(command.case)).person
    for one in holds(tx):
        if one.lifted is None and (one.person, one.case) == (person, command.case):
            raise Conflict(f"The hold of event {one.seq} stands already.")
    draft = Draft(
        type=PLACED,
        stream="workspace",
        data={"person": person, "case": command.case},
        sealed={"because": command.because},
        about=(about,),
        rule=rule,
    )
    return append(tx, [draft], actor=actor, command="PlaceHold")


def lift(tx: Tx, command: LiftHold, actor: Actor, held: frozenset[str]) -> tuple[Event, ...]:
    """Returns the event that ends a hold; raises Unknown where none was placed, Conflict where it is ended."""
    found = next((one for one in holds(tx) if one.seq == command.hold), None)
    if found is None:
        raise Unknown(f"No event {command.hold} placed a hold; `rung hold list` shows those there are.")
    about = found.person or load(tx, str(found.case)).person
    if natural(tx, actor.person) in aliases(tx, natural(tx, about)):
        held |= {"subject"}
    rule = require("lift a hold", held, f"hold {found.seq}")
    if found.lifted is not None:
        raise Conflict(f"The hold of event {found.seq} was lifted by event {found.lifted}.")
    if not command.because.strip():
        raise BadInput("Lifting a hold says why; write --because TEXT.")
    draft = Draft(
        type=LIFTED,
        stream="workspace",
        data={"hold": found.seq},
        sealed={"because": command.because},
        about=(about,),
        rule=rule,
    )
    return append(tx, [draft], actor=actor, command="LiftHold")
