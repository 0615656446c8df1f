"""Finds and loads cycles and sheets; says who owes scores, and how far each team is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from engine.growth.cycle.command import MANAGER, SELF
from engine.growth.cycle.state import CLOSED, Cycle, Sheet, fold_cycle, fold_sheet, stream
from engine.people.directory import aliases, natural
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
    """Returns a human's sheet in a cycle, their own before a second account's; raises Unknown without one."""
    for one in aliases(tx, person):
        if events := read_stream(tx, stream(cycle.id, one)):
            return fold_sheet(events)
    raise Unknown(f"No scores of {called} are asked for in {cycle.name}; `rung cycle ask` asks.")


def sheets(tx: Tx, cycle: Cycle, *, second: bool = False) -> tuple[Sheet, ...]:
    """Returns the sheet of each human in a cycle; with `second` those of their second accounts too, first."""
    held = asked(tx, cycle.id)
    own = list(held.values())
    people = [*(one for one in _entries(tx, cycle.id) if one not in set(own)), *own] if second else own
    found: list[Sheet] = []
    for start in range(0, len(people), CHUNK):
        names = [stream(cycle.id, one) for one in people[start : start + CHUNK]]
        read = read_streams(tx, names)
        found += [fold_sheet(read[name]) for name in names]
    return tuple(found)


def asked(tx: Tx, cycle_id: str) -> Mapping[str, str]:
    """Returns the humans that a cycle asks about, each with the id under which their sheet stands.

    Where two accounts that were asked turn out to be one human, that is the human's own.
    """
    found: dict[str, str] = {}
    for one in _entries(tx, cycle_id):
        who = natural(tx, one)
        if who not in found or one == who:
            found[who] = one
    return found


def _entries(tx: Tx, cycle_id: str) -> list[str]:
    query = select(sheet_row.c.person).where(sheet_row.c.cycle == cycle_id).order_by(sheet_row.c.person)
    return [str(one) for one in tx.connection.execute(query).scalars()]


def due(tx: Tx, cycle: Cycle, on: date) -> tuple[Due, ...]:
    """Returns what is owed to a cycle, by whoever manages each person on a day; nothing once it is closed.

    Whatever tells people (a list, a letter, a calendar) asks here.
    """
    if cycle.state == CLOSED:
        return ()
    managers = managers_on(tx, on)
    found: list[Due] = []
    for human, row in _rows(tx, cycle.id):
        for by, given, who in (
            (SELF, row.by_self, human),
            (MANAGER, row.by_manager, managers.get(human)),
        ):
            if given < row.asked:
                owing = None if who is None else natural(tx, who)
                found.append(Due(person=human, by=by, owed_by=owing, given=given, asked=row.asked))
    return tuple(found)


def _rows(tx: Tx, cycle_id: str) -> Iterator[tuple[str, Row[Any]]]:
    """Yields the row of each human's sheet in a cycle, by id."""
    human = {entry: who for who, entry in asked(tx, cycle_id).items()}
    query = select(sheet_row).where(sheet_row.c.cycle == cycle_id).order_by(sheet_row.c.person)
    for row in tx.connection.execute(query).all():
        if row.person in human:
            yield human[row.person], row


def progress(tx: Tx, cycle: Cycle, on: date, only: Collection[str] | None = None) -> tuple[Progress, ...]:
    """Returns how far each team is, by name; of some people only where they are given."""
    teams = teams_on(tx, on)
    counted: dict[str, list[int]] = {}
    for human, row in _rows(tx, cycle.id):
        if only is not None and human not in only:
            continue
        held = counted.setdefault(teams.get(human, ""), [0, 0, 0, 0])
        done = (row.by_self >= row.asked, row.by_manager >= row.asked)
        for n, more in enumerate((True, *done, all(done))):
            held[n] += more
    return tuple(
        Progress(team=team, asked=held[0], by_self=held[1], by_manager=held[2], both=held[3])
        for team, held in sorted(counted.items())
    )
