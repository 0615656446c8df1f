"""Writes what a case adds to the registers that criteria read, as facts that cite the event."""

from __future__ import annotations

from engine.case.state import Case, Exhibit
from engine.fact.row import FactRow
from engine.fact.write import write_facts
from engine.record.event import Actor, Event
from engine.store.transaction import Tx

REGISTERS = {
    "EvidenceAttached": "evidence",
    "EvidenceVerified": "evidence",
    "EndorsementGiven": "endorsement",
    "StatementAttested": "attestation",
}


def note_register(tx: Tx, case: Case, event: Event, actor: Actor) -> tuple[Event, ...]:
    """Writes the exhibit or statement of an event into its register; returns the noting event."""
    wanted = event.data["exhibit"]
    held = next(one for one in (*case.exhibits, *case.statements) if one.id == wanted)
    return (write_facts(tx, [_entry(case, held, REGISTERS[event.type])], actor, event),)


def _entry(case: Case, held: Exhibit, register: str) -> FactRow:
    return FactRow(
        row=0,
        field=register,
        person=case.person,
        kind=register,
        key=held.entry or f"{register}|{case.id}|{held.id}",
        name=held.kind,
        start=held.happened_on,
        detail={"by": held.by, "verified_by": held.verified_by, "exhibit": held.id, "event": held.seq},
    )


def note_level(tx: Tx, case: Case, event: Event, actor: Actor) -> tuple[Event, ...]:
    """Writes the level that a promotion gives, from its effective date; returns the noting event."""
    start = str(event.data["effective"])
    row = FactRow(
        row=0,
        field="level",
        person=case.person,
        kind="level",
        key=f"level|{start}",
        name=case.target,
        start=start,
        detail={"case": case.id, "event": event.seq},
    )
    return (write_facts(tx, [row], actor, event),)


def unnote_level(tx: Tx, case: Case, event: Event, actor: Actor, start: str) -> tuple[Event, ...]:
    """Writes that the level which a superseded promotion gave from a day was not given; returns the noting event."""
    row = FactRow(
        row=0,
        field="level",
        person=case.person,
        kind="level",
        key=f"level|{start}",
        name=case.source,
        start=start,
        detail={"case": case.id, "event": event.seq},
    )
    return (write_facts(tx, [row], actor, event),)


def note_commitment(tx: Tx, person: str, event: Event, actor: Actor) -> tuple[Event, ...]:
    """Writes a person's commitment to a track; returns the noting event."""
    row = FactRow(
        row=0,
        field="commitment",
        person=person,
        kind="commitment",
        key=f"commitment|{event.seq}",
        name=str(event.data["track"]),
        start=str(event.data["on"]),
        detail={"by": person, "event": event.seq},
    )
    return (write_facts(tx, [row], actor, event),)
