"""Screens: the statement over everybody, then again, reaching further back, for the few whose windows need it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from engine.screen.staging import Staging
from engine.screen.warehouse import Row, Warehouse
from rules.policy import Move
from terms.error import BadInput

NEAR = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Screened:
    """Holds one person's row: whether ready (None: undetermined), and each criterion's status and observed value."""

    person: str
    ready: bool | None
    statuses: tuple[bool | None, ...]
    observed: tuple[int | str | None, ...]


def screen(
    warehouse: Warehouse,
    move: Move,
    as_of: date,
    staged: Staging,
    *,
    known_at: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[Screened]:
    """Yields everybody's row, in no order; raises BadInput where a criterion cannot be asked in SQL."""
    from rules.sql.statement import statement  # sqlglot is an extra, and takes a while to load

    earliest = staged.earliest or as_of
    asked = staged.people
    for since, thorough in ((None, False), (max(earliest, as_of - NEAR), True), (earliest, True)):
        made = statement(
            move,
            as_of,
            warehouse.dialect,
            known_at=known_at,
            since=since,
            thorough=thorough,
            periods={metric: sorted(held) for metric, held in staged.periods.items()},
        )
        progress(f"{move.id}: asking about {asked:,} people")
        beyond: list[str] = []
        for row in warehouse.rows(made.text, made.params):
            if row[2]:
                beyond.append(row[0])
            else:
                yield screened(row)
        if not beyond:
            return
        asked = len(beyond)
        warehouse.narrow(beyond)
    raise BadInput(f"{asked} people have more transfers than SQL can tell apart; screen with --on python.")


def screened(row: Row) -> Screened:
    """Returns a row of the statement as a value."""
    values = row[3:]
    observed = tuple(one if one is None or isinstance(one, str) else int(one) for one in values[1::2])
    return Screened(row[0], row[1], tuple(values[0::2]), observed)
