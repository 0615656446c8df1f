"""Finds and loads cases: one by id or label (folded from its events), many from the projection."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Row, func, select

from engine.case.apply import apply, fold
from engine.case.state import Case
from engine.record.kept import folded, read_stream, remembered, remembered_each
from engine.store.table.case import case_row
from engine.store.transaction import Tx
from terms.error import BadInput, Conflict, Unknown

CASES = "cases"
"""Under which name somebody's cases are remembered."""
NOMINATIONS = "nominations"
"""Under which name it is remembered who nominated somebody."""
LABEL = re.compile(r"C-[0-9]{4,}\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """Holds a case as a list shows it."""

    id: str
    label: str
    person: str
    source: str
    target: str
    policy: str
    state: str
    stage: str
    nominated_on: str
    session: str | None
    outcome: str | None
    decided_on: str | None
    open: int


def find_case(tx: Tx, text: str) -> str:
    """Returns the id of the case with a label such as C-0042, or with that id.

    Raises BadInput where the text is neither, Unknown where no case has it.
    """
    if not LABEL.match(text) and len(text) != 36:
        raise BadInput(f"{text!r} is not a case; write its label, such as C-0001 (`rung case list`).")
    found = tx.connection.execute(
        select(case_row.c.id).where((case_row.c.label == text.upper()) | (case_row.c.id == text))
    ).scalar_one_or_none()
    if found is None:
        raise Unknown(f"No case {text}; `rung case list` shows those there are.")
    return str(found)


def load(tx: Tx, case_id: str, until: str | None = None) -> Case:
    """Returns a case folded from its events (recorded up to a moment); raises Unknown where there is none."""
    if until is not None:
        events = [one for one in read_stream(tx, f"case:{case_id}") if one.recorded_at < until]
        if not events:
            raise Unknown(f"Nothing of it was recorded before {until}.")
        return fold(events)
    found = folded(tx, f"case:{case_id}", apply)
    if found is None:
        raise Unknown(f"No case {case_id}.")
    return found


def refuse_stale(tx: Tx, case_id: str, seen: int) -> None:
    """Raises Conflict where a case is no longer at the version that somebody saw before they acted.

    That others have judged meanwhile makes no page stale.
    """
    case = load(tx, case_id)
    if case.page != seen:
        told = f"{case.label} has changed since you looked (version {seen}, now {case.page}); "
        raise Conflict(told + "look again, then act.")


def cases(tx: Tx, *, person: str | None = None, state: str | None = None) -> tuple[CaseLine, ...]:
    """Returns every case, or those of a person or in a state, by label."""
    query = select(case_row).order_by(case_row.c.label)
    if person is not None:
        query = query.where(case_row.c.person == person)
    if state is not None:
        query = query.where(case_row.c.state == state)
    return tuple(_line(row) for row in tx.connection.execute(query))


def open_case(tx: Tx, person: str, target: str) -> CaseLine | None:
    """Returns the case of a person for a level that is still open; None where there is none."""
    query = select(case_row).where(
        case_row.c.person == person, case_row.c.target == target, case_row.c.open == 1
    )
    row = tx.connection.execute(query).first()
    return None if row is None else _line(row)


def cases_of(tx: Tx, person: str) -> tuple[tuple[CaseLine, ...], str]:
    """Returns a person's cases by label, and the label that the next case of anybody gets."""
    return remembered(tx, CASES, person, lambda: _cases_of(tx, person))


def _cases_of(tx: Tx, person: str) -> tuple[tuple[CaseLine, ...], str]:
    counted = select(func.count().label("cases")).select_from(case_row).subquery()
    joined = counted.outerjoin(case_row, case_row.c.person == person)
    rows = tx.connection.execute(select(counted.c.cases, case_row).select_from(joined)).all()
    lines = (_line(row) for row in rows if row.id is not None)
    return tuple(sorted(lines, key=lambda one: one.label)), f"C-{rows[0].cases + 1:04d}"


def nominations(tx: Tx, people: Collection[str]) -> dict[str, tuple[tuple[str, bool, str], ...]]:
    """Returns of each of some people who nominated them, whether that case is open, and on which day (ISO text)."""

    def look(asked: list[str]) -> dict[str, tuple[tuple[str, bool, str], ...]]:
        columns = (case_row.c.person, case_row.c.nominator, case_row.c.open, case_row.c.nominated_on)
        found: dict[str, list[tuple[str, bool, str]]] = {one: [] for one in asked}
        for row in tx.connection.execute(select(*columns).where(case_row.c.person.in_(asked))):
            found[row.person].append((row.nominator, bool(row.open), row.nominated_on))
        return {one: tuple(held) for one, held in found.items()}

    return remembered_each(tx, NOMINATIONS, sorted(people), look)


def _line(row: Row[tuple[object, ...]]) -> CaseLine:
    held = row._mapping
    return CaseLine(**{name: held[name] for name in CaseLine.__slots__})
