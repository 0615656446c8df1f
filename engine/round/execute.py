"""Carries out a command on rounds in one transaction."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from engine.access.permit import require
from engine.case.execute import Outcome
from engine.edition.library import newest, workflow
from engine.record.event import Actor, Draft, Event
from engine.record.kept import forget
from engine.record.log import append
from engine.round.command import OpenRound, PlanRounds, RoundCommand
from engine.round.query import ROUNDS, labels_in, load_round
from engine.round.state import CLOSED, OPEN, Round, apply, planned, row, stream
from engine.store.table.round import round_row
from engine.store.transaction import Tx
from terms.canonical import Json
from terms.error import BadInput, Conflict, Malformed, Reason, Refused
from workflows.round import Dates, RoundDefinition
from workflows.round import load_round as read_rounds
from workflows.roundlint import lint_round


def execute(tx: Tx, command: RoundCommand, actor: Actor, relations: frozenset[str]) -> Outcome:
    """Carries out a command on rounds; raises Refused with every reason where it is not allowed."""
    if isinstance(command, PlanRounds):
        return _plan(tx, command, actor, relations)
    held = load_round(tx, command.round)
    opens = isinstance(command, OpenRound)
    action = "open a round" if opens else "close a round"
    rule = require(action, relations, held.label)
    if not command.because.strip():
        raise BadInput(f"To {action} says why; write --because TEXT.")
    today = tx.sources.today().isoformat()
    if opens and held.closes < today:
        told = f"{held.label} closed on {held.closes}; plan its days anew to open it again."
        raise Refused("The round is not opened.", reasons=(Reason("round:over", told),))
    if held.state == (OPEN if opens else CLOSED):
        raise Conflict(f"{held.label} is {held.state} already.")
    draft = Draft(
        type="RoundOpened" if opens else "RoundClosed",
        stream=stream(held.id),
        data={"on": today},
        sealed={"because": command.because},
        rule=rule,
    )
    event = _write(tx, held, draft, actor, type(command).__name__)
    return Outcome(events=(event,), label=held.label, id=held.id)


def _plan(tx: Tx, command: PlanRounds, actor: Actor, relations: frozenset[str]) -> Outcome:
    rule = require("plan rounds", relations, command.file)
    held = read_rounds(command.text, command.file)
    definition = None
    if held.workflow is not None:
        digest = newest(tx, "workflow", held.workflow)
        if digest is None:
            told = f"The workflow {held.workflow} is not published; publish it first."
            raise BadInput(told, held.at("workflow"))
        definition = workflow(tx, digest)
    faults = tuple(str(one) for one in lint_round(held, definition))
    if faults:
        count = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}"
        raise Malformed(f"The rounds have {count}; mend and plan again.", command.file, *faults)
    events: list[Event] = []
    remarks: list[str] = []
    for dates in held.planned(command.year):
        if dates.closes < tx.sources.today():
            remarks.append(f"{dates.label} closed on {dates.closes}, so it is not planned.")
            continue
        event, remark = _one(tx, command, held, dates, actor, rule)
        events += [event] if event else []
        remarks.append(remark)
    if not events:
        raise Conflict(
            f"Nothing is planned for {command.year}: its rounds are planned like this already, or over."
        )
    return Outcome(events=tuple(events), label=held.id, remarks=tuple(remarks))


def _one(
    tx: Tx, command: PlanRounds, held: RoundDefinition, dates: Dates, actor: Actor, rule: str
) -> tuple[Event | None, str]:
    """Writes one round as planned, where nothing like it is; its days can change until cases are in it."""
    query = select(round_row.c.id).where(round_row.c.label == dates.label)
    found = tx.connection.execute(query).scalar_one_or_none()
    data: dict[str, Json] = planned(held, dates, command.year, command.text)
    if found is None:
        draft = Draft(type="RoundPlanned", stream=stream(tx.sources.ids()), data=data, rule=rule)
        event = append(tx, [draft], actor=actor, command="PlanRounds", expected={draft.stream: 0})[0]
        forget(tx, ROUNDS)
        tx.connection.execute(insert(round_row).values(**row(apply(event, None))))
        return event, f"{dates.label} is planned."
    before = load_round(tx, str(found))
    draft = Draft(type="RoundPlanned", stream=stream(before.id), data=data, rule=rule)
    if before.definition != held.id:
        raise Conflict(f"{dates.label} is a round of {before.definition} already; rename one of the two.")
    if (before.digest, before.days) == (held.digest, tuple(tuple(one) for one in data["days"])):  # type: ignore[union-attr, arg-type]
        return None, f"{dates.label} stays as it is planned."
    bound = labels_in(tx, before.id)
    if bound or before.state == CLOSED:
        why = f"{len(bound)} cases are in it" if bound else "it is closed"
        told = f"{dates.label} keeps its days: {why}."
        raise Refused("The rounds are not planned anew.", reasons=(Reason("round:bound", told),))
    return _write(tx, before, draft, actor, "PlanRounds"), f"{dates.label} is planned anew."


def _write(tx: Tx, held: Round, draft: Draft, actor: Actor, command: str) -> Event:
    event = append(tx, [draft], actor=actor, command=command, expected={draft.stream: held.version})[0]
    after = apply(event, held)
    forget(tx, ROUNDS)
    tx.connection.execute(update(round_row).where(round_row.c.id == held.id).values(**row(after)))
    return event
