"""Finds and loads cycles and sheets; says who owes scores, and how far each team is."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from engine.growth.cycle.command import MANAGER, SELF
from engine.growth.cycle.state import CLOSED, Cycle, Sheet, fold_cycle, fold_sheet, stream
from engine.people.line import managers_on, teams_on
from engine.record.kept import read_stream, read_streams
from engine.store.table.growth import cycle_row, sheet_row
from engine.store.transaction import Tx
from terms.error import Unknown
from terms.form import near

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}\Z")
CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Holds one part of a sheet that is owed: whose sheet, in which part, who owes it, how much of how much."""

    person: str
    by: str
    owed_by: str | None
    given: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Holds how far one team is: sheets asked, parts in from reps and managers, sheets with both."""

    team: str
    asked: int
    by_self: int
    by_manager: int
    both: int


def find_cycle(tx: Tx, text: str) -> str:
    """Returns the id of the cycle with a name, or with that id; raises Unknown, with those that there are."""
    query = select(cycle_row.c.id).where((cycle_row.c.label == text) | (cycle_row.c.id == text))
    found = tx.connection.execute(query).scalar_one_or_none()
    if found is None:
        names = [one.name for one in cycles(tx)]
        raise Unknown(f"No cycle {text!r}; {near(text, names) if names else '`rung cycle open` opens one.'}")
    return str(found)


def load_cycle(tx: Tx, cycle_id: str) -> Cycle:
    """Returns a cycle folded from its events; raises Unknown where there is none."""
    events = read_stream(tx, stream(cycle_id))
    if not events:
        raise Unknown(f"No cycle {cycle_id}.")
    return fold_cycle(events)


def cycles(tx: Tx) -> tuple[Cycle, ...]:
    """Returns every cycle, by the days it judges."""
    found = tx.connection.execute(
        select(cycle_row.c.id).order_by(cycle_row.c.end, cycle_row.c.label)
    ).scalars()
    return tuple(load_cycle(tx, str(one)) for one in found)


def load_sheet(tx: Tx, cycle: Cycle, person: str, called: str) -> Sheet:
    """Returns a person's sheet in a cycle; raises Unknown where none was asked for."""
    events = read_stream(tx, stream(cycle.id, person))
    if not events:
        raise Unknown(f"No scores of {called} are asked for in {cycle.name}; `rung cycle ask` asks.")
    return fold_sheet(events)


def sheets(tx: Tx, cycle: Cycle) -> tuple[Sheet, ...]:
    """Returns every sheet of a cycle."""
    people = asked(tx, cycle.id)
    found: list[Sheet] = []
    for start in range(0, len(people), CHUNK):
        names = [stream(cycle.id, one) for one in people[start : start + CHUNK]]
        held = read_streams(tx, names)
        found += [fold_sheet(held[name]) for name in names]
    return tuple(found)


def asked(tx: Tx, cycle_id: str) -> Sequence[str]:
    """Returns the people that a cycle asks about."""
    query = select(sheet_row.c.person).where(sheet_row.c.cycle == cycle_id).order_by(sheet_row.c.person)
    return [str(one) for one in tx.connection.execute(query).scalars()]


def sheets_of(tx: Tx, person: str) -> tuple[tuple[Cycle, Sheet], ...]:
    """Returns a person's sheets with their cycles, oldest first."""
    query = select(sheet_row.c.cycle).where(sheet_row.c.person == person)
    mine = {str(one) for one in tx.connection.execute(query).scalars()}
    return tuple((one, load_sheet(tx, one, person, "")) for one in cycles(tx) if one.id in mine)


def due(tx: Tx, cycle: Cycle, on: date) -> tuple[Due, ...]:
    """Returns what is owed to a cycle, by whoever manages each person on a day; nothing once it is closed.

    Whatever tells people (a list, a letter, a calendar) asks here.
    """
    if cycle.state == CLOSED:
        return ()
    managers = managers_on(tx, on)
    found: list[Due] = []
    rows = tx.connection.execute(
        select(sheet_row).where(sheet_row.c.cycle == cycle.id).order_by(sheet_row.c.person)
    )
    for row in rows:
        for by, given, who in (
            (SELF, row.by_self, row.person),
            (MANAGER, row.by_manager, managers.get(row.person)),
        ):
            if given < row.asked:
                found.append(Due(person=row.person, by=by, owed_by=who, given=given, asked=row.asked))
    return tuple(found)


def progress(tx: Tx, cycle: Cycle, on: date, only: Collection[str] | None = None) -> tuple[Progress, ...]:
    """Returns how far each team is, by name; of some people only where they are given."""
    teams = teams_on(tx, on)
    counted: dict[str, list[int]] = {}
    for row in tx.connection.execute(select(sheet_row).where(sheet_row.c.cycle == cycle.id)):
        if only is not None and row.person not in only:
            continue
        held = counted.setdefault(teams.get(row.person, ""), [0, 0, 0, 0])
        done = (row.by_self >= row.asked, row.by_manager >= row.asked)
        for n, more in enumerate((True, *done, all(done))):
            held[n] += more
    return tuple(
        Progress(team=team, asked=held[0], by_self=held[1], by_manager=held[2], both=held[3])
        for team, held in sorted(counted.items())
    )
