"""What a person has before them, by day: their own tasks, deadlines, sessions, actions, scores and delegations.

It asks the same rooms that a person's own lists ask, so it knows no more than they: nothing sealed, no case that
they may not judge, and of their own case nothing that they were not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from engine.case.due import LEAD
from engine.case.query import load
from engine.case.task import FOREVER
from engine.deadline.audience import reminded
from engine.edition.library import workflow
from engine.growth.cycle.query import cycles, due
from engine.growth.interim.query import interims
from engine.growth.interim.state import RUNNING
from engine.growth.plan.query import actions
from engine.growth.plan.state import OPEN
from engine.letter.word import TASKS
from engine.people.delegation import delegations
from engine.people.directory import natural, person
from engine.people.line import managers_on
from engine.record.event import Actor
from engine.round.query import rounds
from engine.round.state import CLOSED as ENDED
from engine.session.query import load_session
from engine.session.queue import queue
from engine.session.state import CLOSED
from engine.store.table.case import case_row
from engine.store.table.deadline import due_row
from engine.store.table.session import session_row
from engine.store.transaction import Tx
from workflows.deadline import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Holds one thing on one day or several (`last` included): under which key, said how, reminded of when.

    `named` ends the sentence and may name somebody; it is kept nowhere but in the feed. `command` shows more.
    """

    key: str
    day: date
    said: str
    command: str
    last: date | None = None
    named: str = ""
    leads: tuple[int, ...] = (LEAD,)


def agenda(tx: Tx, who: str) -> tuple[Entry, ...]:
    """Returns what a person has before them, by day."""
    me = natural(tx, who)
    found = [
        *_tasks(tx, me),
        *_cases(tx, me),
        *_rounds(tx, me),
        *_sessions(tx, me),
        *_growth(tx, me),
        *_delegations(tx, me),
    ]
    return tuple(sorted(found, key=lambda one: (one.day, one.key)))


def _tasks(tx: Tx, me: str) -> Iterator[Entry]:
    for line in queue(tx, Actor(me)):
        if line.due != FOREVER:
            yield Entry(
                key=f"task {line.case} {line.kind}",
                day=date.fromisoformat(line.due),
                said=f"{line.label}: {TASKS[line.kind]} (for {line.target})",
                command=f"rung case show {line.label}",
            )


def _cases(tx: Tx, me: str) -> Iterator[Entry]:
    """Yields what is due on the cases of a person: those they nominated or manage, and their own."""
    theirs = or_(case_row.c.nominator == me, case_row.c.person.in_([*_reports(tx, me), me]))
    rows = tx.connection.execute(
        select(due_row).join(case_row, case_row.c.id == due_row.c.case).where(theirs).order_by(due_row.c.id)
    ).all()
    for row in rows:
        case = load(tx, row.case)
        own = natural(tx, case.person) == me
        asked = row.kind == "leave" and case.stage != "calibration" and me in reminded(tx, case, row.kind)
        effective = row.kind == "effective" and (not own or bool(case.told))
        exception = row.kind.startswith("exception ") and natural(tx, case.nominator) == me
        if asked or effective or exception:
            what = {"leave": case.state, "effective": f"{case.target} takes effect"}.get(row.kind, row.kind)
            yield Entry(
                key=f"case {case.id} {row.kind}",
                day=date.fromisoformat(row.due),
                said=f"{case.label}: {what} is due"
                if asked
                else f"{case.label}: {what}{' ends' if exception else ''}",
                command=f"rung case show {case.label}",
                leads=_leads(row._mapping),
            )
    yield from _appeals(tx, me)


def _leads(row: Mapping[Any, Any]) -> tuple[int, ...]:
    """Returns the days ahead on which a deadline is reminded of, where its row names them."""
    named, due_on = row.get("leads"), date.fromisoformat(row["due"])
    if named is None:
        return (LEAD,)
    days = ((due_on - date.fromisoformat(one)).days for one in str(named).split())
    return tuple(one for one in days if one > 0)


def _reports(tx: Tx, me: str) -> list[str]:
    managers = managers_on(tx, tx.sources.today())
    return [one for one, above in managers.items() if natural(tx, above) == me]


def _rounds(tx: Tx, me: str) -> Iterator[Entry]:
    """Yields the days of promotion rounds: the last for nominations to managers, the others to whom a case concerns."""
    reports, today = _reports(tx, me), tx.sources.today().isoformat()
    theirs = or_(case_row.c.nominator == me, case_row.c.person.in_([*reports, me]))
    mine = set(tx.connection.execute(select(case_row.c.round).where(theirs, case_row.c.open == 1)).scalars())
    for one in rounds(tx):
        days = {
            "nominations close": one.closes if reports else None,
            "files are frozen": one.freeze if one.id in mine else None,
            "decisions are told by": one.told if one.id in mine else None,
        }
        for said, day in days.items() if one.state != ENDED else ():
            if day is not None and day >= today:
                yield Entry(
                    key=f"round {one.id} {said}",
                    day=date.fromisoformat(day),
                    said=f"{one.label}: {said}",
                    command=f"rung round show {one.label}",
                )


def _appeals(tx: Tx, me: str) -> Iterator[Entry]:
    for name in tx.connection.execute(select(case_row.c.id).where(case_row.c.person == me)).scalars():
        case = load(tx, str(name))
        definition = workflow(tx, case.workflow)
        rule = definition.appeal
        if rule is not None and case.told and case.state in rule.against:
            last = Span(rule.within).due(date.fromisoformat(case.told[-1].on), definition.calendar)
            yield Entry(
                key=f"appeal {case.id} {case.told[-1].seq}",
                day=last,
                said=f"{case.label}: last day for an appeal",
                command=f"rung case show {case.label}",
            )


def _sessions(tx: Tx, me: str) -> Iterator[Entry]:
    query = select(session_row.c.id).where(session_row.c.state != CLOSED).order_by(session_row.c.label)
    for name in tx.connection.execute(query).scalars().all():
        one = load_session(tx, str(name))
        sits = {natural(tx, who) for who in (one.chair, *one.members)}
        waits = {natural(tx, who) for who in one.alternates} - sits
        if me in sits | waits:
            yield Entry(
                key=f"session {one.id}",
                day=date.fromisoformat(one.held_on),
                said=f"{one.label}: calibration session" + (" (as an alternate)" if me in waits else ""),
                command=f"rung session show {one.label}",
                leads=(LEAD, 1),
            )


def _growth(tx: Tx, me: str) -> Iterator[Entry]:
    for action in actions(tx, owner=me):
        if action.state in OPEN:
            yield Entry(
                key=f"action {action.id}",
                day=date.fromisoformat(action.due),
                said=f"{action.label}: an action of a development plan is due",
                command=f"rung plan show {person(tx, action.person).label}",
            )
    for cycle in cycles(tx):
        if any(one.owed_by == me for one in due(tx, cycle, tx.sources.today())):
            yield Entry(
                key=f"cycle {cycle.id}",
                day=date.fromisoformat(cycle.due),
                said=f"{cycle.name}: scores are due from you",
                command=f"rung cycle progress {cycle.name}",
            )
    for role in interims(tx, me):
        if role.state in RUNNING:
            yield Entry(
                key=f"interim {role.id}",
                day=date.fromisoformat(role.until),
                said=f"{role.label}: your interim role as {role.level} ends",
                command="rung interim list",
            )


def _delegations(tx: Tx, me: str) -> Iterator[Entry]:
    for one in delegations(tx):
        giver, taker = natural(tx, one.giver), natural(tx, one.taker)
        if me in (giver, taker):
            yield Entry(
                key=f"delegation {one.seq}",
                day=date.fromisoformat(one.since),
                last=date.fromisoformat(one.until),
                said="Somebody acts for you:" if me == giver else "You act for",
                named=person(tx, taker if me == giver else giver).name,
                command="rung delegate list",
                leads=(),
            )
