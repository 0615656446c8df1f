"""The queue: what somebody has to do, in which order, and the lease that keeps two from taking one thing.

A lease is one UPDATE ... RETURNING: on SQLite the writer's lock orders two of them, on PostgreSQL SKIP LOCKED
hands the second one the next task. Order: due date, then level (like beside like), then how far revealed
scores lie apart, then age. Nothing sealed enters it (law 7).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, case, delete, func, insert, or_, select, update

from engine.case.state import JUDGED
from engine.people.delegation import principals
from engine.people.directory import natural, second_accounts
from engine.people.line import managers_on, roles
from engine.record.event import Actor
from engine.record.log import TIME
from engine.store.table.case import case_row
from engine.store.table.record import log
from engine.store.table.task import glance, task
from engine.store.transaction import Tx
from terms.error import BadInput, Conflict, Unknown

ORDER = (task.c.due, task.c.target, task.c.disagreement.desc(), task.c.since, task.c.label)
ORDER_COLUMNS = (task.c.due, task.c.target, task.c.disagreement, task.c.since, task.c.label)
LEASE = 30
LONGEST = 24 * 60
DELEGATED = ("decide", "exception", "approve", "tell")
"""What somebody can do for another: whoever scores, votes or chairs does so in person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Holds one task as its reader sees it; `changed` counts events of the case since they last looked."""

    case: str
    label: str
    kind: str
    target: str
    due: str
    disagreement: int
    since: str
    claimed_by: str | None
    claimed_until: str | None
    parked_because: str | None
    changed: int
    behalf: str | None = None


def queue(tx: Tx, actor: Actor, level: str | None = None) -> tuple[Line, ...]:
    """Returns what somebody has to do and could take, in the order in which `take_next` hands it out."""
    me = natural(tx, actor.person)
    query = select(task).where(_mine(tx, me))
    if level is not None:
        query = query.where(task.c.target == level)
    rows = tx.connection.execute(query.order_by(task.c.parked_by.is_not(None), *_order(me))).all()
    free = [row for row in rows if _free(tx, row, me)]
    changed = _changes(tx, me, {row.case for row in free})
    return tuple(_line(tx, row, changed, me) for row in free)


def take_next(tx: Tx, actor: Actor, *, level: str | None = None, minutes: int = LEASE) -> Line | None:
    """Leases the next task to somebody and returns it; the one in hand first; None where nothing is left."""
    me = natural(tx, actor.person)
    parts = _parts(tx, me)
    wanted: list[ColumnElement[bool]] = [task.c.parked_by.is_(None)]
    if level is not None:
        wanted.append(task.c.target == level)
    in_hand = select(task.c.id).where(*wanted, task.c.claimed_by == me, or_(*parts)).limit(1)
    found = _lease(tx, me, in_hand.scalar_subquery(), minutes)
    if found is not None:
        return found
    for mine in _by_urgency(tx, me, parts, wanted):
        first = select(task.c.id).where(mine, *wanted, _unclaimed(tx, me)).order_by(*ORDER).limit(1)
        found = _lease(tx, me, first.with_for_update(skip_locked=True).scalar_subquery(), minutes)
        if found is not None:
            return found
    return None


def _by_urgency(
    tx: Tx, me: str, parts: list[ColumnElement[bool]], wanted: list[ColumnElement[bool]]
) -> list[ColumnElement[bool]]:
    """Returns somebody's own tasks and those of their roles, the more urgent first; each has an index of its own."""
    if len(parts) == 1:
        return parts
    found: list[tuple[tuple[Any, ...], int, ColumnElement[bool]]] = []
    for mine in parts:
        query = select(*ORDER_COLUMNS).where(mine, *wanted, _unclaimed(tx, me)).order_by(*ORDER).limit(1)
        row = tx.connection.execute(query).first()
        if row is not None:
            found.append(((row.due, row.target, -row.disagreement, row.since, row.label), len(found), mine))
    return [mine for _, _, mine in sorted(found, key=lambda one: one[:2])]


def take(tx: Tx, actor: Actor, label: str, *, minutes: int = LEASE) -> Line:
    """Leases somebody's task on a case, or renews the lease, and takes it out of parking.

    Raises Conflict where somebody else holds it, Unknown where there is nothing for them to do on the case.
    """
    me = natural(tx, actor.person)
    row = _on(tx, me, label)
    found = _lease(
        tx, me, select(task.c.id).where(task.c.id == row.id, _unclaimed(tx, me)).scalar_subquery(), minutes
    )
    if found is None:
        held = tx.connection.execute(select(task).where(task.c.id == row.id)).one()
        raise Conflict(f"{label} is with somebody else until {_minute(held.claimed_until)}.")
    return found


def release(tx: Tx, actor: Actor, label: str) -> None:
    """Gives a leased task back; raises Unknown where this person holds none on the case."""
    me = natural(tx, actor.person)
    done = tx.connection.execute(
        update(task)
        .where(task.c.label == label, task.c.claimed_by == me)
        .values(claimed_by=None, claimed_until=None)
        .returning(task.c.id)
    ).all()
    if not done:
        raise Unknown(f"You hold nothing on {label}; `rung queue` shows what you hold.")


def park(tx: Tx, actor: Actor, label: str, because: str) -> None:
    """Sets a task aside with a reason, until it is claimed by name; raises Unknown where there is none."""
    if not because.strip():
        raise BadInput("Parking says why; write --because TEXT.")
    me = natural(tx, actor.person)
    row = _on(tx, me, label)
    if not _free(tx, row, me):
        raise Conflict(f"{label} is with somebody else until {_minute(row.claimed_until)}.")
    values = {"claimed_by": None, "claimed_until": None, "parked_by": me, "parked_because": because}
    tx.connection.execute(update(task).where(task.c.id == row.id).values(**values))


def expire(tx: Tx) -> int:
    """Gives back every lease that has run out, and returns how many."""
    done = tx.connection.execute(
        update(task)
        .where(task.c.claimed_until <= _now(tx))
        .values(claimed_by=None, claimed_until=None)
        .returning(task.c.id)
    ).all()
    return len(done)


def look_at(tx: Tx, actor: Actor, case_id: str) -> None:
    """Notes that somebody has seen a case as it is now."""
    me = natural(tx, actor.person)
    mine = (glance.c.person == me) & (glance.c.case == case_id)
    version = tx.connection.execute(
        select(func.max(log.c.stream_version)).where(log.c.stream == f"case:{case_id}")
    ).scalar_one()
    tx.connection.execute(delete(glance).where(mine))
    tx.connection.execute(insert(glance).values(person=me, case=case_id, seen=version))


def _lease(tx: Tx, me: str, wanted: Any, minutes: int) -> Line | None:
    if not 1 <= minutes <= LONGEST:
        raise BadInput(f"A lease of {minutes} minutes is not possible; write 1 to {LONGEST}.")
    until = (tx.sources.clock() + timedelta(minutes=minutes)).strftime(TIME)
    values = {"claimed_by": me, "claimed_until": until, "parked_by": None, "parked_because": None}
    row = tx.connection.execute(
        update(task).where(task.c.id == wanted).values(**values).returning(task)
    ).first()
    return None if row is None else _line(tx, row, _changes(tx, me, {row.case}), me)


def _mine(tx: Tx, me: str) -> ColumnElement[bool]:
    """Returns which tasks are somebody's: their own, and those of their roles on cases they may judge."""
    return or_(*_parts(tx, me))


def _parts(tx: Tx, me: str) -> list[ColumnElement[bool]]:
    today = tx.sources.today()
    found, held = [task.c.member == me], sorted(roles(tx, me, today))
    barred = _barred(tx, me, task.c.role.in_(held)) if held else None
    if barred is not None:
        found.append(task.c.role.in_(held) & task.c.case.not_in(barred))
    for one in principals(tx, me, today):
        theirs = or_(task.c.member == one, task.c.role.in_(sorted(roles(tx, one, today))))
        theirs &= task.c.kind.in_(DELEGATED)
        either = {
            *(_barred(tx, me, theirs) or ()),
            *(_barred(tx, one, theirs & task.c.role.is_not(None)) or ()),
        }
        found.append(theirs & task.c.case.not_in(sorted(either)))
    return found


def _barred(tx: Tx, me: str, wanted: ColumnElement[bool]) -> list[str] | None:
    """Returns the cases with such a task that somebody may not judge (law 6); None where there is no such task."""
    rows = tx.connection.execute(
        select(task.c.case, case_row.c.person, case_row.c.nominator)
        .join(case_row, case_row.c.id == task.c.case)
        .where(wanted)
        .distinct()
    ).all()
    if not rows:
        return None
    human = second_accounts(tx)
    below = {human.get(who, who) for who, above in managers_on(tx, tx.sources.today()).items() if above == me}
    interested = _interests(tx, me, human)
    return [
        row.case
        for row in rows
        if human.get(row.person, row.person) in {me, *below}
        or human.get(row.nominator, row.nominator) == me
        or row.case in interested
    ]


def _interests(tx: Tx, me: str, human: Mapping[str, str]) -> set[str]:
    query = select(log.c.stream, log.c.body).where(log.c.type == "InterestDeclared")
    found = ((row.stream, json.loads(row.body)["actor"]) for row in tx.connection.execute(query))
    return {stream.removeprefix("case:") for stream, actor in found if human.get(actor, actor) == me}


def _order(me: str) -> tuple[Any, ...]:
    return case((task.c.claimed_by == me, 0), else_=1), *ORDER


def _unclaimed(tx: Tx, me: str) -> ColumnElement[bool]:
    return or_(task.c.claimed_by.is_(None), task.c.claimed_by == me, task.c.claimed_until <= _now(tx))


def _free(tx: Tx, row: Row[Any], me: str) -> bool:
    return row.claimed_by in (None, me) or row.claimed_until <= _now(tx)


def _on(tx: Tx, me: str, label: str) -> Row[Any]:
    query = select(task).where(task.c.label == label, _mine(tx, me)).order_by(*_order(me))
    row = tx.connection.execute(query).first()
    if row is None:
        raise Unknown(f"You have nothing to do on {label}; `rung queue` shows what you have.")
    return row


def _now(tx: Tx) -> str:
    return tx.sources.clock().strftime(TIME)


def _minute(text: str) -> str:
    return f"{text[:10]} {text[11:16]} UTC"


def _line(tx: Tx, row: Row[Any], changed: dict[str, int], me: str) -> Line:
    held = row._mapping
    names = [name for name in Line.__slots__ if name not in ("changed", "behalf")]
    behalf = _behalf(tx, row, me)
    return Line(**{name: held[name] for name in names}, changed=changed.get(held["case"], 0), behalf=behalf)


def _behalf(tx: Tx, row: Row[Any], me: str) -> str | None:
    """Returns for whom somebody would do a task under a delegation; None for their own."""
    today = tx.sources.today()
    if row.member == me or (row.role is not None and row.role in roles(tx, me, today)):
        return None
    for one in principals(tx, me, today):
        if row.member == one or (row.role is not None and row.role in roles(tx, one, today)):
            return one
    return None


def _changes(tx: Tx, me: str, cases: Iterable[str]) -> dict[str, int]:
    """Returns, per case that somebody has looked at, how many events came since; judgements stay uncounted."""
    query = select(glance.c.case, glance.c.seen).where(glance.c.person == me)
    seen = {row.case: row.seen for row in tx.connection.execute(query)}
    wanted = sorted(f"case:{one}" for one in cases if one in seen)
    if not wanted:
        return {}
    counted = (
        select(log.c.stream, log.c.stream_version)
        .where(log.c.stream.in_(wanted), log.c.type.not_in(JUDGED))
        .order_by(log.c.stream)
    )
    found: dict[str, int] = {}
    for stream, version in tx.connection.execute(counted):
        name = stream.removeprefix("case:")
        found[name] = found.get(name, 0) + (version > seen[name])
    return found


def waiting(tx: Tx) -> int:
    """Returns how many tasks there are in all."""
    return int(tx.connection.execute(select(func.count()).select_from(task)).scalar_one())
