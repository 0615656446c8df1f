"""Rebuilds every projection from the record, in one transaction: rows appear, go and change until nothing differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import delete, select

from engine.access.permit import require
from engine.case.state import Case
from engine.case.task import put_tasks_right
from engine.record.event import Actor, Draft
from engine.record.log import append, touch
from engine.replay.difference import Difference
from engine.replay.projection import editions, put_right, walked
from engine.replay.replay import replay, walk
from engine.store.table.task import task
from engine.store.transaction import Tx, trial
from terms.canonical import Json

TOLD = "ProjectionsRebuilt"
Standing: TypeAlias = Callable[[Tx, Actor], frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """Holds what differed before, how many rows of which table were put right, and what no rebuilding mends."""

    differences: tuple[Difference, ...]
    rows: Mapping[str, int]
    left: tuple[Difference, ...]


def rebuild(tx: Tx, actor: Actor, standing: Standing, *, write: bool) -> Rebuilt:
    """Returns what was rebuilt, or would be; an event says by whom and how many rows, where any were wrong.

    Leases and remarks on tasks stay. Raises Refused where the actor may not, by what the record leads to.
    """
    before = replay(tx).differences
    if write:
        rows = _rebuild(tx, actor, standing)
        return Rebuilt(differences=before, rows=rows, left=replay(tx).differences)
    with trial(tx) as tried:
        rows = _rebuild(tried, actor, standing)
        return Rebuilt(differences=before, rows=rows, left=replay(tried).differences)


def _rebuild(tx: Tx, actor: Actor, standing: Standing) -> dict[str, int]:
    touch(tx)
    rows = {"edition": put_right(tx, editions(tx))}
    touch(tx)
    tasks, found = _tasks(tx), walk(tx)
    for one in walked(tx, found.cases, found.case_rows, found.session_rows):
        rows[one.table.name] = put_right(tx, one)
        touch(tx)
    _note_tasks(tx, found.cases)
    rows["task"] = len({key for key, _ in tasks.items() ^ _tasks(tx).items()})
    rows = {name: count for name, count in sorted(rows.items()) if count}
    rule = require("rebuild projections", standing(tx, actor), "this workspace")
    if rows:
        data: dict[str, Json] = {"rows": dict(rows)}
        told = Draft(type=TOLD, stream="workspace", data=data, rule=rule)
        append(tx, [told], actor=actor, command="RebuildProjections")
    return rows


def _note_tasks(tx: Tx, cases: list[Case]) -> None:
    """Writes what there is to do on each case, roles' tasks too, which follow from the record and the day."""
    known = {case.id for case in cases}
    for one in set(tx.connection.execute(select(task.c.case)).scalars()) - known:
        tx.connection.execute(delete(task).where(task.c.case == one))
    for case in cases:
        put_tasks_right(tx, case)


def _tasks(tx: Tx) -> dict[str, tuple[object, ...]]:
    return {str(row.id): tuple(row) for row in tx.connection.execute(select(task))}
