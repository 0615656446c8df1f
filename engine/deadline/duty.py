"""What falls due beside the cases: scoring cycles, development actions, sessions, interim roles, delegations, rounds.

Nothing is kept of it but the notices on record: what is due is read from the projections when somebody ticks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from engine.case.due import leads
from engine.growth.cycle.query import due as owed
from engine.growth.cycle.query import load_cycle
from engine.growth.interim.state import ACCEPTED
from engine.growth.plan.state import OPEN as DOING
from engine.people.delegation import delegations
from engine.people.directory import natural
from engine.people.line import holders, manager_of, managers_on
from engine.record.kept import read_stream
from engine.round.query import load_round
from engine.round.state import CLOSED
from engine.session.query import load_session
from engine.session.state import OPEN
from engine.store.table.growth import action_row, cycle_row, interim_row
from engine.store.table.round import round_row
from engine.store.table.session import session_row
from engine.store.transaction import Tx
from terms.workday import Workdays
from workflows.deadline import HeardRule, Span

PAST = timedelta(days=31)
"""How long ago something may have ended by itself and still be told of."""
FARTHEST = timedelta(days=400)
People = Callable[[], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Holds one thing that is due: on which stream, called what, of which kind, by when, and who is told.

    `up` finds who hears once it has passed; None where it ends by itself, which the same people are told.
    """

    subject: str
    label: str
    kind: str
    due: date
    to: People
    up: People | None
    rule: HeardRule
    about: tuple[str, ...] = ()

    def row(self) -> dict[str, object]:
        """Returns it as a row of what is due, nothing of it done yet."""
        days = leads(self.due, self.rule, Workdays())
        after = self.rule.escalate_after
        return {
            "kind": self.kind,
            "since": self.subject,
            "due": self.due.isoformat(),
            "leads": " ".join(days),
            "remind": days[0] if days else None,
            "escalate": None if self.up is None else "hr",
            "hears": Span(after).due(self.due, Workdays()).isoformat() if after else None,
            "reminded": None,
            "passed": None,
        }


def duties(tx: Tx) -> Iterator[Duty]:
    """Yields everything open that is due, or to be reminded of, today or before."""
    today = tx.sources.today()
    for found in (_cycles, _actions, _sessions, _interims, _delegations, _rounds):
        for one in found(tx, today):
            row = one.row()
            if str(row["remind"] or row["due"]) <= today.isoformat():
                yield one


def _people(tx: Tx, *who: str | None) -> tuple[str, ...]:
    """Returns the humans behind some ids, or hr where there is none: somebody always hears."""
    found = dict.fromkeys(natural(tx, one) for one in who if one)
    return tuple(found) or _hr(tx)


def _hr(tx: Tx) -> tuple[str, ...]:
    return tuple(dict.fromkeys(natural(tx, one) for one in holders(tx, "hr", tx.sources.today())))


def _cycles(tx: Tx, today: date) -> Iterator[Duty]:
    for row in tx.connection.execute(select(cycle_row).where(cycle_row.c.state == OPEN)).all():
        yield Duty(
            subject=f"cycle:{row.id}",
            label=row.label,
            kind="scores",
            due=date.fromisoformat(row.due),
            to=lambda name=row.id: _owing(tx, name, today),  # type: ignore[misc]
            up=lambda: _hr(tx),
            rule=HeardRule(remind=list(load_cycle(tx, row.id).remind) or ["7 days", "1 day"]),
        )


def _owing(tx: Tx, cycle: str, today: date) -> tuple[str, ...]:
    found = [one.owed_by for one in owed(tx, load_cycle(tx, cycle), today)]
    return _people(tx, *found)


def _actions(tx: Tx, today: date) -> Iterator[Duty]:
    soon = (today + timedelta(days=7)).isoformat()
    query = select(action_row).where(action_row.c.state.in_(DOING), action_row.c.due <= soon)
    for row in tx.connection.execute(query.order_by(action_row.c.label)).all():
        yield Duty(
            subject=f"action:{row.id}",
            label=row.label,
            kind="action",
            due=date.fromisoformat(row.due),
            to=lambda who=row.owner: _people(tx, who),  # type: ignore[misc]
            up=lambda who=row.person: _people(tx, manager_of(tx, who, today)),  # type: ignore[misc]
            rule=HeardRule(remind=["7 days"]),
            about=(row.person,),
        )


def _sessions(tx: Tx, today: date) -> Iterator[Duty]:
    """Yields each session that is not closed; one opened a day or two ahead needs no reminder, its members know."""
    for row in tx.connection.execute(select(session_row).where(session_row.c.state == OPEN)).all():
        opened = read_stream(tx, f"session:{row.id}")[0].recorded_at
        soon = row.held_on <= tx.sources.day_after(opened, 2).isoformat()
        yield Duty(
            subject=f"session:{row.id}",
            label=row.label,
            kind="session",
            due=date.fromisoformat(row.held_on),
            to=lambda name=row.id: _sitting(tx, name),  # type: ignore[misc]
            up=lambda chair=row.chair: _people(tx, chair, *_hr(tx)),  # type: ignore[misc]
            rule=HeardRule(remind=[] if soon else ["2 days"], escalate_after="14 days"),
        )


def _sitting(tx: Tx, session: str) -> tuple[str, ...]:
    held = load_session(tx, session)
    return _people(tx, held.chair, *held.members)


def _interims(tx: Tx, today: date) -> Iterator[Duty]:
    for row in tx.connection.execute(select(interim_row).where(interim_row.c.state == ACCEPTED)).all():
        yield Duty(
            subject=f"interim:{row.id}",
            label=row.label,
            kind="interim role",
            due=date.fromisoformat(row.until) - timedelta(days=1),
            to=lambda who=row.person: _people(tx, who, manager_of(tx, who, today)),  # type: ignore[misc]
            up=lambda who=row.person: _people(tx, manager_of(tx, who, today), *_hr(tx)),  # type: ignore[misc]
            rule=HeardRule(remind=["14 days"]),
            about=(row.person,),
        )


def _delegations(tx: Tx, today: date) -> Iterator[Duty]:
    for one in delegations(tx):
        until = date.fromisoformat(one.until)
        if until >= today - PAST and one.since <= today.isoformat():
            yield Duty(
                subject=f"delegation:{one.seq}",
                label="delegation",
                kind="delegation",
                due=until,
                to=lambda both=(one.giver, one.taker): _people(tx, *both),  # type: ignore[misc]
                up=None,
                rule=HeardRule(remind=["3 days"]),
                about=(one.giver, one.taker),
            )


def _rounds(tx: Tx, today: date) -> Iterator[Duty]:
    first, last = (today - FARTHEST).isoformat(), (today + FARTHEST).isoformat()
    query = select(round_row.c.id).where(
        round_row.c.state != CLOSED, round_row.c.closes >= first, round_row.c.closes <= last
    )
    for name in tx.connection.execute(query.order_by(round_row.c.closes)).scalars().all():
        held = load_round(tx, str(name))
        days: Mapping[str, str | None] = {
            "nominations close": held.closes,
            "file freeze": held.freeze,
            "sessions": held.judged,
            "people told": held.told,
        }
        for kind, day in days.items():
            if day is None or date.fromisoformat(day) < today - PAST:
                continue
            everybody = kind == "nominations close"
            yield Duty(
                subject=f"round:{held.id}",
                label=held.label,
                kind=kind,
                due=date.fromisoformat(day),
                to=lambda role=held.escalate, all_=everybody: _told(tx, role, all_, today),  # type: ignore[misc]
                up=None,
                rule=HeardRule(remind=list(held.remind)),
            )


def _told(tx: Tx, role: str | None, everybody: bool, today: date) -> tuple[str, ...]:
    held = holders(tx, role, today) if role else ()
    line = sorted({natural(tx, one) for one in managers_on(tx, today).values()}) if everybody else ()
    return _people(tx, *(held or _hr(tx)), *line)
