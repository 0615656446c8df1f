"""Joins two entries of the directory that are one human, so that no law can be passed by a second account."""

from __future__ import annotations

from sqlalchemy import update

from engine.people.directory import natural
from engine.record.event import Actor, Draft, Event
from engine.record.log import append
from engine.store.table.person import person
from engine.store.transaction import Tx
from terms.error import BadInput

JOINED = "AliasesJoined"


def join(tx: Tx, keep: str, other: str, because: str, actor: Actor, rule: str) -> tuple[Event, ...]:
    """Returns the event that says two entries are one human; raises BadInput where they are one already."""
    kept, joined = natural(tx, keep), natural(tx, other)
    if kept == joined:
        raise BadInput("These two are one human already.")
    if not because.strip():
        raise BadInput("Joining two people says why; write --because TEXT.")
    draft = Draft(
        type=JOINED,
        stream=f"person:{kept}",
        data={"alias": joined},
        sealed={"because": because},
        about=(kept, joined),
        rule=rule,
    )
    events = append(tx, [draft], actor=actor, command="JoinAliases")
    tx.connection.execute(update(person).where(person.c.natural == joined).values(natural=kept))
    return events
