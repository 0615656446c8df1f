"""What the tests of screening share: a company out of views, and the row an evaluator in Python comes to."""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from engine.screen.run import Screened, screen
from engine.screen.staging import Staging
from engine.screen.warehouse import Warehouse
from rules import reference
from rules.criterion import Criterion
from rules.finding import Finding, Status, conjunction
from rules.observed import Observed, observed
from rules.policy import Move
from rules.view import FactView
from tests.unit import strategy as some

VALUES = {Status.MET: True, Status.NOT_MET: False, Status.UNDETERMINED: None}


def company(views: Sequence[FactView]) -> list[FactView]:
    """Returns the views as one company: own ids, the same seats, statements and ranks for everybody."""
    first = views[0]
    found = []
    for n, one in enumerate(views):
        me = f"p{n}"
        marks = {
            register: tuple(replace(mark, by=me if mark.by == some.ME else mark.by) for mark in held)
            for register, held in one.marks.items()
        }
        marks["seat"] = first.marks["seat"]
        found.append(replace(one, person=me, marks=marks, complete=first.complete, ranks=first.ranks))
    return found


def flat(finding: Finding, as_of: date) -> list[tuple[bool | None, Observed]]:
    """Returns a finding's row, and after it its parts'."""
    rows = [(VALUES[finding.status], observed(finding, as_of))]
    for part in finding.children:
        rows += flat(part, as_of)
    return rows


def expected(
    move: Move,
    view: FactView,
    as_of: date,
    find: Callable[[Criterion, FactView, date], Finding] = reference.find,
) -> Screened:
    """Returns the row that an evaluator in Python comes to."""
    found = [find(one, view, as_of) for one in (*move.ready, *move.advisory)]
    ready = conjunction(tuple(one.status for one in found[: len(move.ready)]))
    rows = [row for one in found for row in flat(one, as_of)]
    return Screened(view.person, VALUES[ready], tuple(r[0] for r in rows), tuple(r[1] for r in rows))


def run(warehouse: Warehouse, move: Move, views: Sequence[FactView], as_of: date) -> dict[str, Screened]:
    """Returns everybody's row as an engine finds it."""
    with tempfile.TemporaryDirectory() as name:
        with Staging(Path(name)) as staged:
            staged.company(views[0])
            staged.add(views)
        warehouse.load(Path(name))
        return {one.person: one for one in screen(warehouse, move, as_of, staged)}


def ready_for_spark() -> bool:
    """Returns whether Spark and Java are here."""
    return importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None
