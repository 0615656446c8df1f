"""Writes what a list of cases shows, in the transaction of the events that changed it."""

from __future__ import annotations

from sqlalchemy import insert, update

from engine.case.due import note_dues
from engine.case.query import CASES, NOMINATIONS
from engine.case.state import Case
from engine.case.task import note_tasks
from engine.record.kept import forget
from engine.store.table.case import case_row
from engine.store.transaction import Tx


def row(case: Case) -> dict[str, object]:
    """Returns the projection of a case, as replay derives it too."""
    last = case.decisions[-1] if case.decisions else None
    return {
        "id": case.id,
        "label": case.label,
        "person": case.person,
        "source": case.source,
        "target": case.target,
        "policy": case.policy,
        "ladder": case.ladder,
        "workflow": case.workflow,
        "state": case.state,
        "stage": case.stage,
        "nominator": case.nominator,
        "nominated_on": case.nominated_on,
        "session": case.panel.session if case.panel else None,
        "outcome": last.outcome if last else None,
        "round": case.round.round if case.round else None,
        "decided_on": last.on if last else None,
        "open": 0 if case.final else 1,
        "version": case.version,
    }


def changes(before: Case, after: Case) -> dict[str, object]:
    """Returns the columns that differ, with the version that they changed at; empty where a list shows the same."""
    old, new = row(before), row(after)
    found = {name: value for name, value in new.items() if value != old[name]}
    return {} if set(found) <= {"version"} else found


def project(tx: Tx, case: Case, before: Case | None) -> None:
    """Writes a case's row where it shows something else than before (None: it is new), and what there is to do."""
    forget(tx, CASES, "" if before is None else case.person)
    forget(tx, NOMINATIONS, case.person)
    if before is None:
        tx.connection.execute(insert(case_row).values(**row(case)))
    elif values := changes(before, case):
        tx.connection.execute(update(case_row).where(case_row.c.id == case.id).values(**values))
    note_tasks(tx, case, before)
    note_dues(tx, case, before)
