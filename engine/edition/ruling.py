"""Rules on an edition that somebody proposed: a second person approves or rejects it, the proposer withdraws it.

Nothing is deleted: what was withdrawn or rejected stays in the record with its reason, and may be proposed again.
"""

from __future__ import annotations

from sqlalchemy import update

from engine.access.permit import require
from engine.edition.library import APPROVED, REJECTED, WITHDRAWN, EditionLine, waiting
from engine.edition.publish import Published, approval, same, step
from engine.record.event import Actor, Event
from engine.record.log import append, touch
from engine.store.table.edition import edition
from engine.store.transaction import Tx
from terms.error import BadInput, Conflict

ACTS = {"withdraw": WITHDRAWN, "reject": REJECTED}


def approve(
    tx: Tx, kind: str, name: str, label: str | None, actor: Actor, relations: frozenset[str]
) -> Published:
    """Returns a proposed edition, approved by somebody who did not propose it; it then waits to be published.

    Raises Unknown where no such edition waits, Refused where the actor proposed it or may not approve.
    """
    held = waiting(tx, kind, name, label)
    if same(tx, held.proposed_by, actor):
        relations |= {"proposer"}
    told = f"{held.name} {held.label}".strip()
    rule = require("approve an edition", relations, told)
    if held.state == APPROVED:
        raise Conflict(f"{told} is approved already; publish it with `rung {kind} publish FILE`.")
    touch(tx)
    draft = approval(kind, held.name, held.label, held.digest, rule)
    event = append(tx, [draft], actor=actor, command="Approve")[0]
    return _stepped(tx, held, APPROVED, event)


def drop(
    tx: Tx,
    act: str,
    kind: str,
    name: str,
    label: str | None,
    because: str,
    actor: Actor,
    relations: frozenset[str],
) -> Published:
    """Returns a proposed or approved edition, withdrawn by its proposer or rejected by somebody else, with the reason.

    Raises Unknown where no such edition waits, Refused where the actor may not, BadInput without a reason.
    """
    held = waiting(tx, kind, name, label)
    if same(tx, held.proposed_by, actor):
        relations |= {"proposer"}
    rule = require(f"{act} an edition", relations, f"{held.name} {held.label}".strip())
    if not because.strip():
        raise BadInput(f"Whoever would {act} an edition says why; write --because TEXT.")
    touch(tx)
    data = {"kind": kind, "name": held.name, "label": held.label, "digest": held.digest}
    draft = step(kind, held.name, ACTS[act], held.digest, dict(data), rule, {"because": because})
    event = append(tx, [draft], actor=actor, command=act.capitalize())[0]
    return _stepped(tx, held, ACTS[act], event)


def _stepped(tx: Tx, held: EditionLine, state: str, event: Event) -> Published:
    values = {"state": state, "event": event.seq}
    tx.connection.execute(update(edition).where(edition.c.digest == held.digest).values(**values))
    return Published(
        kind=held.kind, name=held.name, label=held.label, digest=held.digest, state=state, events=(event,)
    )
