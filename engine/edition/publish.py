"""Publishes a ladder, a policy or a workflow: checked, seen by a second person, written into the record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update

from engine.access.permit import require
from engine.edition.library import PROPOSED, PUBLISHED, ladder, newest
from engine.record.event import Actor, Draft, Event
from engine.record.log import append, touch
from engine.store.table.edition import edition
from engine.store.transaction import Tx
from rules.ladder import load_ladder
from rules.lint import lint_ladder
from rules.policy import load_policy
from rules.policylint import lint_policy
from terms.canonical import Json
from terms.error import BadInput, Conflict, Malformed
from terms.source import read
from workflows.definition import load_workflow
from workflows.lint import lint as lint_workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Draught:
    """Holds a file that was read and checked, before anybody publishes it."""

    kind: str
    name: str
    label: str
    effective: date
    digest: str
    ladder: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Holds what publishing came to: the edition, and whether a second person is still needed."""

    kind: str
    name: str
    label: str
    digest: str
    state: str
    events: tuple[Event, ...]


def publish(
    tx: Tx,
    kind: str,
    text: str,
    file: str,
    actor: Actor,
    relations: frozenset[str],
    *,
    solo: bool,
) -> Published:
    """Returns the edition, published, or proposed where a second person has yet to publish the same bytes.

    Raises Malformed where the file is wrong or lint finds fault, Refused where the actor may not publish,
    Conflict where the edition is published already or the same person asks twice.
    """
    rule = require("publish", relations, f"{kind} {file}")
    draught = READERS[kind](tx, text, file)
    held = tx.connection.execute(select(edition).where(edition.c.digest == draught.digest)).first()
    if held is not None and held.state == PUBLISHED:
        raise Conflict(f"This {kind} is published already, as {f'{draught.name} {draught.label}'.strip()}.")
    if held is not None and held.proposed_by == actor.person and not solo:
        raise Conflict(f"The same person proposed this {kind}; a second person publishes it.")
    state = PUBLISHED if solo or held is not None else PROPOSED
    touch(tx)
    event = append(tx, [_draft(draught, state, rule)], actor=actor, command="Publish")[0]
    values = {
        "digest": draught.digest,
        "kind": kind,
        "name": draught.name,
        "label": draught.label,
        "effective": draught.effective.isoformat(),
        "ladder": draught.ladder,
        "text": text,
        "state": state,
        "proposed_by": held.proposed_by if held is not None else actor.person,
        "event": event.seq,
    }
    if held is None:
        tx.connection.execute(insert(edition).values(**values))
    else:
        tx.connection.execute(update(edition).where(edition.c.digest == draught.digest).values(**values))
    return Published(
        kind=kind,
        name=draught.name,
        label=draught.label,
        digest=draught.digest,
        state=state,
        events=(event,),
    )


def _draft(draught: Draught, state: str, rule: str) -> Draft:
    data: dict[str, Json] = {
        "kind": draught.kind,
        "name": draught.name,
        "label": draught.label,
        "effective": draught.effective.isoformat(),
        "digest": draught.digest,
        "ladder": draught.ladder,
        "text": draught.text,
    }
    return Draft(
        type=f"{draught.kind.capitalize()}{state.capitalize()}",
        stream=f"{draught.kind}:{draught.name}",
        data=data,
        rule=rule,
        edition=draught.digest if draught.kind == "policy" else None,
        workflow=draught.digest if draught.kind == "workflow" else None,
    )


def _refuse_faults(kind: str, file: str, faults: tuple[str, ...]) -> None:
    if faults:
        count = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}"
        raise Malformed(f"The {kind} has {count}; mend and publish again.", file, *faults)


def _read_ladder(tx: Tx, text: str, file: str) -> Draught:
    held = load_ladder(text, file)
    _refuse_faults("ladder", file, tuple(str(one) for one in lint_ladder(held)))
    return Draught(
        kind="ladder",
        name=held.id,
        label="",
        effective=tx.sources.today(),
        digest=held.digest,
        ladder=None,
        text=text,
    )


def _read_policy(tx: Tx, text: str, file: str) -> Draught:
    value = read(text, file).value
    name = value.get("ladder", value.get("policy")) if isinstance(value, dict) else None
    digest = newest(tx, "ladder", str(name))
    if digest is None:
        raise BadInput(f"The ladder {name} is not published; run `rung ladder publish FILE` first.", file)
    base = ladder(tx, digest)
    held = load_policy(text, file, base)
    _refuse_faults("policy", file, tuple(str(one) for one in lint_policy(held, base)))
    return Draught(
        kind="policy",
        name=held.id,
        label=held.edition_label,
        effective=held.effective,
        digest=held.digest,
        ladder=digest,
        text=text,
    )


def _read_workflow(tx: Tx, text: str, file: str) -> Draught:
    held = load_workflow(text, file)
    _refuse_faults("workflow", file, tuple(str(one) for one in lint_workflow(held)))
    return Draught(
        kind="workflow",
        name=held.id,
        label=held.edition_label,
        effective=tx.sources.today(),
        digest=held.digest,
        ladder=None,
        text=text,
    )


READERS: dict[str, Callable[[Tx, str, str], Draught]] = {
    "ladder": _read_ladder,
    "policy": _read_policy,
    "workflow": _read_workflow,
}
