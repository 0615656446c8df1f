"""Takes a people file: directory entries first, then levels, managers, teams and roles as facts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.fact.entry import entered, entry
from engine.fact.reading import Reading
from engine.fact.row import ALWAYS, FactRow
from engine.people.directory import Person, by_hr_id, count, enter, rename
from engine.people.line import managers_on
from engine.people.staff import ROLES, circles
from engine.store.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Holds one row of a people file."""

    row: int
    hr_id: str
    name: str
    email: str | None
    manager: str
    facts: tuple[FactRow, ...]


def read_entry(at: Reading) -> Entry:
    """Returns a row of a people file; its facts name the person by HR id until ids are known."""
    hr_id, name = at.text("hr_id"), at.text("name")
    hired = at.date("hired", needed=False)
    level, since = at.text("level", needed=False), at.date("level_since", needed=False) or hired
    facts = []
    if level:
        at.word("level", at.catalog.levels, "level")
        if not since and not at.text("level_since", needed=False):
            at.fault("level_since", "", "a level needs the day it began: fill level_since or hired")
        facts.append(at.fact("level", hr_id, "level", (since,), level, start=since))
    if hired:
        facts.append(at.fact("hired", hr_id, "employment", (hired,), "company", start=hired))
    for column in ("team", "function"):
        word = at.text(column, needed=False)
        if word:
            facts.append(
                at.fact(column, hr_id, column, (since or hired,), word, start=since or hired or ALWAYS)
            )
    roles = sorted({one.strip() for one in at.text("roles", needed=False).split(";")} - {""})
    for one in roles:
        if one not in ROLES:
            at.fault("roles", one, f"there is no such role; there is {', '.join(ROLES)}")
    facts.append(at.fact("roles", hr_id, "roles", (), ";".join(roles), start=ALWAYS))
    manager = at.text("manager", needed=False)
    begun = at.date("manager_since", needed=False) or hired or ALWAYS
    facts.append(at.fact("manager", hr_id, "manager", (begun,), manager, start=begun))
    return Entry(
        row=at.row,
        hr_id=hr_id,
        name=name,
        email=at.text("email", needed=False) or None,
        manager=manager,
        facts=tuple(facts),
    )


def check_entries(tx: Tx, entries: list[Entry], at: Reading) -> None:
    """Notes what does not hold of the rows together: an id twice, an unknown manager, managers in a circle."""
    rows: dict[str, int] = {}
    for one in entries:
        at.at(one.row, {})
        if one.hr_id in rows:
            at.fault("hr_id", one.hr_id, f"row {rows[one.hr_id]} has this HR id too")
        rows[one.hr_id] = one.row
        if one.manager == one.hr_id:
            at.fault("manager", one.manager, "nobody is their own manager")
    known = at.people
    hr_ids = {one.id: one.hr_id for one in known.values()}
    line = {
        hr_ids[who]: hr_ids[above]
        for who, above in managers_on(tx, tx.sources.today()).items()
        if who in hr_ids and above in hr_ids
    }
    for one in entries:
        at.at(one.row, {})
        line.pop(one.hr_id, None)
        if not one.manager or one.manager == one.hr_id:
            continue
        if one.manager not in rows and one.manager not in known:
            at.fault("manager", one.manager, "nobody in this file or in the directory has this HR id")
        else:
            line[one.hr_id] = one.manager
    for way in circles(line):
        at.at(rows.get(way[0], 0), {})
        at.fault("manager", line[way[0]], f"these report to each other in a circle: {' -> '.join(way)}")


def settle(tx: Tx, entries: list[Entry], event: int) -> tuple[dict[str, Person], list[FactRow], int, int]:
    """Writes the directory; returns everybody by HR id, what commits to each entry written, and how many are new and
    changed."""
    known, number, committed = by_hr_id(tx), count(tx), entered(tx)
    new = changed = 0
    written: list[Entry] = []
    for one in entries:
        held = known.get(one.hr_id)
        if held is None:
            number += 1
            enter(tx, one.hr_id, one.name, one.email, number, event)
            new += 1
        elif (differs := (held.name, held.email) != (one.name, one.email)) or held.id not in committed:
            rename(tx, held.id, one.name, one.email, event)
            changed += differs
        else:
            continue
        written.append(one)
    people = by_hr_id(tx)
    return people, [entry(tx, one.row, people[one.hr_id]) for one in written], new, changed


def resolved(entries: list[Entry], people: dict[str, Person]) -> list[FactRow]:
    """Returns the facts of all entries, people named by id."""
    facts: list[FactRow] = []
    for one in entries:
        own = people[one.hr_id].natural
        for held in one.facts:
            name = people[held.name].natural if held.kind == "manager" and held.name else held.name
            facts.append(replace(held, person=own, name=name))
    return facts
