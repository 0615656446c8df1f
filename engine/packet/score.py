"""Tells the competency scores of the last cycles beside what the criteria ask."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from engine.packet.model import Cell, Competency, CycleScores
from engine.record.event import Gone
from rules.fact import Score
from rules.ladder import Ladder
from rules.view import FactView
from terms.canonical import Json
from terms.quantity import amount, plain

CYCLES = 2
LEVELS: tuple[Literal["current"], Literal["next"]] = ("current", "next")


def cycle_scores(known: FactView, steps: Ladder, readiness: Json | Gone, as_of: date) -> CycleScores:
    """Returns the last cycles' scores of each competency that has one or that a criterion names."""
    last = [one for one in known.cycles if one.end <= as_of][-CYCLES:]
    columns = tuple((cycle.name, level) for cycle in last for level in LEVELS)
    asked: dict[str, str] = {}
    _asked([] if isinstance(readiness, Gone) else readiness, asked)
    categories = {one.id: one.name for one in steps.categories}
    rows = []
    for competency in steps.competencies.values():
        cells = tuple(_cell(known, competency.id, cycle, level) for cycle, level in columns)
        if competency.id in asked or any(cell.value is not None for cell in cells):
            rows.append(
                Competency(
                    id=competency.id,
                    name=competency.name,
                    category=categories[competency.category],
                    cells=cells,
                    required=asked.get(competency.id, ""),
                )
            )
    return CycleScores(columns=columns, rows=tuple(rows)) if columns else CycleScores()


def _cell(known: FactView, competency: str, cycle: str, level: str) -> Cell:
    scores: tuple[Score, ...] = known.scores.get((competency, level), ())
    found = next((one for one in reversed(scores) if one.cycle == cycle and one.by != "self"), None)
    if found is None or found.value is None:
        return Cell(value=None)
    return Cell(value=plain(found.value), source=found.source)


def _asked(value: Any, asked: dict[str, str]) -> None:
    """Adds what each competency criterion asks, however deep it stands, by competency."""
    if isinstance(value, dict) and value.get("kind") == "competency":
        required = value["required"]
        bound = required["bound"]
        word = "above" if bound["word"] == "above" else "at least"
        told = f"{word} {amount(bound['value'], bound['unit'])} on the {required['level']} level"
        for name in required["competencies"]:
            asked[name] = f"{asked[name]}; {told}" if name in asked else told
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _asked(one, asked)
