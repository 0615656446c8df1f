"""Takes a nomination within a round, and binds the case to it; outside of every round it is refused, or late."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Row

from engine.case import execute as case_execute
from engine.case.command import Nominate
from engine.case.decide import draft
from engine.case.execute import Outcome
from engine.case.query import load
from engine.case.readiness import level_of
from engine.case.state import LATE, Case
from engine.people.directory import natural
from engine.record.event import Actor, Draft, Event
from engine.round.query import find_round, load_round, round_rows
from engine.round.state import CLOSED, Round, covers, takes, takes_late
from engine.store.transaction import Tx
from terms.canonical import Json
from terms.error import Ambiguous, Reason, Refused


@dataclass(frozen=True, slots=True)
class Entry:
    """Holds the round that a nomination falls into, and whether it comes late."""

    round: Round
    late: bool


def nominate(tx: Tx, command: Nominate, actor: Actor) -> Outcome:
    """Opens a case and binds it to the round that takes it, where there are rounds for its move.

    Raises Refused where there are, and none takes it; see engine.case.execute for the rest.
    """
    entry = _entry(tx, command)
    if entry is None:
        return case_execute.nominate(tx, command, actor)
    if command.workflow is None and entry.round.workflow is not None:
        command = replace(command, workflow=entry.round.workflow)
    done = case_execute.nominate(tx, command, actor)
    case = load(tx, str(done.id))
    events: list[Event] = []
    for one in _bound(tx, case, entry, command, str(done.events[0].rule)):
        more, case = case_execute.write(tx, case, (one,), actor, "Nominate")
        events += more
    remarks = (*done.remarks, _told(entry))
    return Outcome(events=(*done.events, *events), label=done.label, id=done.id, remarks=remarks)


def _told(entry: Entry) -> str:
    held = entry.round
    if entry.late:
        steps = ", ".join(held.approvals)
        return f"{held.label} closed on {held.closes}, so it is late: X1 waits for {steps}."
    takes_effect = f"; a promotion takes effect on {held.effective}" if held.effective else ""
    return f"It is in the round {held.label}, which closes on {held.closes}{takes_effect}."


def _bound(tx: Tx, case: Case, entry: Entry, command: Nominate, rule: str) -> tuple[Draft, ...]:
    """Returns the event that binds a case to a round, and of a late one the exception that it asks for."""
    held, today = entry.round, tx.sources.today().isoformat()
    data: dict[str, Json] = {
        "round": held.id,
        "label": held.label,
        "freeze": held.freeze,
        "judged": held.judged,
        "told": held.told,
        "effective": held.effective,
        "takes_effect": held.takes_effect,
        "late": entry.late,
        "remind": list(held.remind),
        "escalate": held.escalate,
        "escalate_after": held.escalate_after,
        "on": today,
    }
    bound = draft(case, "RoundBound", rule, data)
    if not entry.late:
        return (bound,)
    asked: dict[str, Json] = {
        "exception": f"X{len(case.exceptions) + 1}",
        "criterion": LATE,
        "status": "late",
        "chain": list(held.approvals),
        "on": today,
    }
    return bound, draft(case, "ExceptionRequested", rule, asked, because=command.because)


def _entry(tx: Tx, command: Nominate) -> Entry | None:
    """Returns the round that a nomination today falls into; None where no round is for such a move."""
    rows = round_rows(tx)
    if not rows:
        if command.round is not None:
            find_round(tx, command.round)
        return None
    source = level_of(tx, natural(tx, command.person), tx.sources.today())
    move = f"{source} -> {command.to}"
    fitting = [one for one in rows if covers(str(one.moves), source, command.to)]
    today = tx.sources.today().isoformat()
    if command.round is not None:
        wanted = find_round(tx, command.round)
        if wanted not in [one.id for one in fitting]:
            raise _refused(f"{command.round} is no round for {move}.")
        fitting = [one for one in fitting if one.id == wanted]
    if not fitting:
        return None
    taking = [one for one in fitting if takes(one.state, one.opens, one.closes, today)]
    if len({one.definition for one in taking}) > 1:
        names = ", ".join(one.label for one in taking)
        raise Ambiguous(f"Several rounds take {move} today: {names}; say which with --round.")
    if taking:
        return Entry(load_round(tx, str(min(taking, key=lambda one: one.closes).id)), late=False)
    loaded = [load_round(tx, str(one.id)) for one in reversed(fitting) if one.closes < today]
    late = next((one for one in loaded if takes_late(one, today)), None)
    if late is not None:
        return Entry(late, late=True)
    raise _refused(f"No round takes {move} on {today}: {_nearest(fitting, today)}.")


def _nearest(rows: list[Row[tuple[object, ...]]], today: str) -> str:
    """Returns in words which round closed last, and which opens next."""
    held = [row._mapping for row in rows]
    told = []
    for one in [one for one in held if one["closes"] < today or one["state"] == CLOSED][-1:]:
        closed = f"closed on {one['closes']}" if one["closes"] < today else "is closed"
        told.append(f"{one['label']} {closed}")
    for one in [one for one in held if one["opens"] > today and one["state"] != CLOSED][:1]:
        told.append(f"{one['label']} opens on {one['opens']}")
    return ", ".join(told)


def _refused(told: str) -> Refused:
    return Refused("This person is not nominated now.", reasons=(Reason("round:none", told),))
