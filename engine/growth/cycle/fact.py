"""Writes a closed cycle's scores as the facts that criteria read, in the shape that an imported file gives."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from engine.case.restatement import restate
from engine.fact.row import FactRow
from engine.fact.write import write_facts
from engine.growth.cycle.command import MANAGER, SELF
from engine.growth.cycle.state import Cycle, Entry, Sheet
from engine.people.directory import natural
from engine.record.event import Actor, Event
from engine.store.transaction import Tx
from terms.canonical import Json


def facts_of(
    tx: Tx,
    cycle: Cycle,
    held: Collection[Sheet],
    actor: Actor,
    because: Event,
    *,
    only: frozenset[str] | None = None,
    by: str | None = None,
) -> Event:
    """Returns the event that notes the scores of sheets; of some items in one part where they are late ones.

    Each fact names the event that its score was given in; the noting event names the one that closed the cycle.
    Of two sheets of one human the later in `held` counts where both say something.
    """
    rows = {
        (one.person, one.key): one
        for one in (
            replace(one, person=natural(tx, one.person) if one.person else "")
            for one in _rows(cycle, held, only, by)
        )
    }
    noted = write_facts(tx, list(rows.values()), actor, because)
    restate(tx, noted.seq)
    return noted


def _rows(
    cycle: Cycle, held: Collection[Sheet], only: frozenset[str] | None, by: str | None
) -> Iterator[FactRow]:
    if only is None and cycle.team is None:
        yield _due(cycle, "", "company-cycle")
    for sheet in held:
        if only is None:
            yield _due(cycle, sheet.person, "cycle")
        for part in (by,) if by else (MANAGER, SELF):
            for item, entry in sheet.held(part).items():
                if (only is None or item in only) and entry.points is not None:
                    yield _score(cycle, sheet, entry)


def _due(cycle: Cycle, person: str, field: str) -> FactRow:
    return FactRow(
        row=0,
        field=field,
        person=person,
        kind="cycle",
        key=f"cycle|{cycle.name}",
        name=cycle.name,
        start=cycle.start,
        end=cycle.end,
    )


def _score(cycle: Cycle, sheet: Sheet, entry: Entry) -> FactRow:
    level, _, name = entry.item.partition(":")
    detail: dict[str, Json] = {
        "cycle": cycle.name,
        "level": level,
        "by": entry.by,
        "scorer": entry.giver,
        "event": entry.seq,
    }
    return FactRow(
        row=0,
        field="score",
        person=sheet.person,
        kind="score",
        key=f"score|{name}|{level}|{cycle.name}|{entry.by}",
        name=name,
        start=cycle.start,
        end=cycle.end,
        value=str(entry.points),
        detail=detail,
    )
