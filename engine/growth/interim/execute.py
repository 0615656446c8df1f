"""Carries out a command on an interim role in one transaction."""

from __future__ import annotations

from datetime import date

from engine.access.permit import require
from engine.case.execute import Outcome
from engine.case.query import cases
from engine.case.readiness import targets
from engine.edition.library import ladder, names, newest, policy
from engine.fact.row import FactRow
from engine.fact.write import write_facts
from engine.growth.cycle.project import write_row
from engine.growth.interim.command import (
    PROMOTED,
    RETURNED,
    AnswerInterim,
    EndInterim,
    InterimCommand,
    OfferInterim,
)
from engine.growth.interim.query import interims, load_interim, next_label
from engine.growth.interim.state import ACCEPTED, OFFERED, RUNNING, Interim, apply, fold, lasting, row, stream
from engine.growth.standing import own, toward
from engine.people.directory import aliases, natural, person
from engine.people.line import level_on
from engine.record.event import Actor, Draft, Event
from engine.record.log import append
from engine.store.table.growth import interim_row
from engine.store.transaction import Tx
from rules.ladder import Ladder
from terms.canonical import Json
from terms.error import BadInput, Conflict, Reason, Refused, Unknown
from terms.form import near

EVIDENCE = "interim-role"


def execute(tx: Tx, command: InterimCommand, actor: Actor) -> Outcome:
    """Carries out a command on an interim role; raises Refused with every reason where it is not allowed."""
    match command:
        case OfferInterim():
            return _offer(tx, command, actor)
        case AnswerInterim():
            return _answer(tx, command, actor)
        case EndInterim():
            return _end(tx, command, actor)


def _offer(tx: Tx, command: OfferInterim, actor: Actor) -> Outcome:
    today, who = tx.sources.today(), person(tx, natural(tx, command.person))
    rule = require("offer an interim role", toward(tx, who.id, actor), who.name)
    if command.start < today:
        raise BadInput(f"An interim role cannot begin on {command.start}: that day is over.")
    if not command.because.strip():
        raise BadInput("An interim role says why; write --because TEXT.")
    ways = targets(tx, who.id, today)
    if command.level not in ways:
        raise Unknown(
            f"There is no move to {command.level} for {who.name}; {near(command.level, list(ways))}"
        )
    source = level_on(tx, who.id, today)
    steps = _ladder(tx, source, command.level, today)
    lasting(command.start, command.until, steps.interim.bounds)
    running = [one.label for one in interims(tx, who.id) if one.state in RUNNING]
    if running:
        raise Conflict(f"{running[0]} of {who.name} runs already; end it first.")
    data: dict[str, Json] = {
        "label": next_label(tx),
        "person": who.id,
        "from": source,
        "level": command.level,
        "ladder": steps.digest,
        "start": command.start.isoformat(),
        "until": command.until.isoformat(),
        "on": today.isoformat(),
    }
    draft = Draft(
        type="InterimOffered",
        stream=stream(tx.sources.ids()),
        data=data,
        sealed={"because": command.because},
        about=(who.id,),
        rule=rule,
    )
    events = append(tx, [draft], actor=actor, command="OfferInterim", expected={draft.stream: 0})
    made = fold(events)
    write_row(tx, interim_row, row(made), new=True)
    return Outcome(events=events, label=made.label, id=made.id)


def _ladder(tx: Tx, source: str | None, target: str, on: date) -> Ladder:
    """Returns the ladder of the edition in effect that has a move: it says how long an interim role lasts."""
    digests = [newest(tx, "policy", name, on) for name in names(tx, "policy")]
    held = next(
        one
        for one in (policy(tx, digest) for digest in digests if digest is not None)
        if any((move.source, move.target) == (source, target) for move in one.moves)
    )
    return ladder(tx, held.ladder)


def _answer(tx: Tx, command: AnswerInterim, actor: Actor) -> Outcome:
    held = load_interim(tx, command.interim)
    own(actor, "An interim role is accepted by the person themself.", f"{held.label} is not answered.")
    rule = require("accept an interim role", toward(tx, held.person, actor), held.label)
    _state(held, OFFERED, "answered")
    type_ = "InterimAccepted" if command.accept else "InterimDeclined"
    data: dict[str, Json] = {"on": tx.sources.today().isoformat()}
    draft = Draft(type=type_, stream=stream(held.id), data=data, about=(held.person,), rule=rule)
    event, _ = _write(tx, held, draft, actor, "AnswerInterim")
    return Outcome(events=(event,), label=held.label, id=held.id)


def _end(tx: Tx, command: EndInterim, actor: Actor) -> Outcome:
    held, today = load_interim(tx, command.interim), tx.sources.today().isoformat()
    rule = require("end an interim role", toward(tx, held.person, actor), held.label)
    if command.outcome not in (PROMOTED, RETURNED):
        raise BadInput(f"{command.outcome!r} is no end of an interim role; it ends in promoted or returned.")
    if not command.because.strip():
        raise BadInput("Ending an interim role says why; write --because TEXT.")
    _state(held, ACCEPTED, "ended")
    case = _promotion(tx, held) if command.outcome == PROMOTED else None
    draft = Draft(
        type="InterimEnded",
        stream=stream(held.id),
        data={"outcome": command.outcome, "on": today, "case": case},
        sealed={"because": command.because},
        about=(held.person,),
        rule=rule,
    )
    event, after = _write(tx, held, draft, actor, "EndInterim")
    noted = write_facts(
        tx,
        [_experience(after, natural(tx, after.person), today, natural(tx, actor.person), event)],
        actor,
        event,
    )
    return Outcome(events=(event, noted), label=held.label, id=held.id)


def _promotion(tx: Tx, held: Interim) -> str:
    """Returns the case that promoted somebody to the role's level; raises Refused where none did."""
    found = [
        one.label
        for entry in aliases(tx, natural(tx, held.person))
        for one in cases(tx, person=entry)
        if one.target == held.level and one.outcome == PROMOTED and (one.decided_on or "") >= held.start
    ]
    if not found:
        told = (
            f"No case has promoted them to {held.level} since {held.start}; an interim role decides nothing."
        )
        raise Refused(f"{held.label} does not end in promotion.", reasons=(Reason("growth:case", told),))
    return found[-1]


def _experience(held: Interim, who: str, on: str, by: str, event: Event) -> FactRow:
    """Returns the evidence that a role leaves: the same whichever way it ended, so that a return says nothing."""
    return FactRow(
        row=0,
        field="evidence",
        person=who,
        kind="evidence",
        key=f"evidence|interim|{held.id}",
        name=EVIDENCE,
        start=on,
        detail={
            "by": who,
            "verified_by": by,
            "text": f"{held.level}, {held.start} to {on}",
            "event": event.seq,
        },
    )


def _state(held: Interim, wanted: str, word: str) -> None:
    if held.state != wanted:
        told = f"{held.label} is {held.state}; only one that is {wanted} is {word}."
        raise Refused(f"{held.label} is not {word} now.", reasons=(Reason(f"growth:{held.state}", told),))


def _write(tx: Tx, held: Interim, draft: Draft, actor: Actor, command: str) -> tuple[Event, Interim]:
    event = append(tx, [draft], actor=actor, command=command, expected={draft.stream: held.version})[0]
    after = apply(event, held)
    write_row(tx, interim_row, row(after), new=False)
    return event, after
