"""Takes away what an erasure leaves outside the rows: pages and logs of the database, exports in the workspace."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from engine.record.event import Event
from engine.store.database import Store
from engine.store.table.case import case_row
from engine.store.table.person import person
from terms.error import RungError

EXPORTS = "exports"


def sweep(store: Store, root: Path, erasure: Event | None = None) -> tuple[str, ...]:
    """Returns remarks on what was swept: exports of the cases that an erasure reached, and what is left and why."""
    told = [] if erasure is None else [f"taken away: {one}" for one in _exports(store, root, erasure)]
    try:
        left = store.sweep()
    except (RungError, DBAPIError) as error:
        said = str(error if isinstance(error, RungError) else error.orig).rstrip(".")
        left = f"pages from before may remain ({said}); `rung erasure sweep` takes them away"
    return (*told, *([f"left: {left}"] if left else []))


def _exports(store: Store, root: Path, erasure: Event) -> list[str]:
    """Returns the exports that were in the workspace's folder and hold what is erased: they are gone now."""
    people = {str(one) for one in erasure.about}
    with store.read() as tx:
        rows = tx.connection.execute(select(case_row.c.label, case_row.c.person)).all()
        entries = tx.connection.execute(select(person.c.label).where(person.c.id.in_(sorted(people))))
        named = [str(one) for one in entries.scalars()]
    labels = [str(row.label) for row in rows if row.person in people]
    found = []
    for label in (*labels, *named):
        for path in sorted((root / EXPORTS).glob(f"{label}[-.]*")):
            path.unlink(missing_ok=True)
            found.append(f"{EXPORTS}/{path.name}")
    return found
