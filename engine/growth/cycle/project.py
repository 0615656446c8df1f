"""Writes what a list of cycles and their progress show, in the transaction of the events that changed it."""

from __future__ import annotations

from sqlalchemy import Table, insert, update

from engine.growth.cycle.command import MANAGER, SELF
from engine.growth.cycle.state import Cycle, Sheet
from engine.store.table.growth import cycle_row, sheet_row
from engine.store.transaction import Tx


def row_of_cycle(cycle: Cycle) -> dict[str, object]:
    """Returns the projection of a cycle, as replay derives it too."""
    return {
        "id": cycle.id,
        "label": cycle.name,
        "start": cycle.start,
        "end": cycle.end,
        "due": cycle.due,
        "team": cycle.team,
        "state": cycle.state,
        "version": cycle.version,
    }


def row_of_sheet(sheet: Sheet) -> dict[str, object]:
    """Returns the projection of a sheet: how much of it each part has scored, never how."""
    return {
        "id": sheet.id,
        "cycle": sheet.cycle,
        "person": sheet.person,
        "level": sheet.level,
        "asked": len(sheet.asked),
        "by_self": len(sheet.held(SELF)),
        "by_manager": len(sheet.held(MANAGER)),
        "opened": int(sheet.opened),
        "version": sheet.version,
    }


def write_row(tx: Tx, table: Table, values: dict[str, object], *, new: bool) -> None:
    """Writes one row of a projection, new or in place of the one with its id."""
    if new:
        tx.connection.execute(insert(table).values(**values))
    else:
        tx.connection.execute(update(table).where(table.c.id == values["id"]).values(**values))


def project_cycle(tx: Tx, cycle: Cycle, *, new: bool = False) -> None:
    """Writes a cycle's row."""
    write_row(tx, cycle_row, row_of_cycle(cycle), new=new)


def project_sheet(tx: Tx, sheet: Sheet, *, new: bool = False) -> None:
    """Writes a sheet's row."""
    write_row(tx, sheet_row, row_of_sheet(sheet), new=new)
