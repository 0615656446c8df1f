"""What the terminal shows of growth: sheets and score patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.output import show_table
from engine.record.event import Gone
from terms.canonical import Json
from terms.quantity import plain, plural

if TYPE_CHECKING:
    from engine.growth.cycle.pattern import Line
    from engine.growth.cycle.state import Cycle, Entry, Sheet
    from rules.ladder import Ladder


def _body(entry: Entry | None) -> dict[str, Json] | None:
    if entry is None:
        return None
    if isinstance(entry.body, Gone):
        return {"points": None, "note": f"({entry.body})", "evidence": ""}
    return {"points": entry.points, "note": entry.body["note"], "evidence": entry.body["evidence"]}


def sheet_json(cycle: Cycle, sheet: Sheet) -> Json:
    """Returns a sheet as JSON: per item both parts; while it is sealed, only that something was given."""
    parts = {by: sheet.held(by) for by in ("manager", "self")}
    return {
        "cycle": cycle.name,
        "state": cycle.state,
        "level": sheet.level,
        "opened": sheet.opened,
        "items": [
            {
                "competency": item.partition(":")[2],
                "level": item.partition(":")[0],
                **{by: _body(held.get(item)) for by, held in parts.items()},
            }
            for item in sheet.asked
        ],
        "late": [
            {"item": one.item, "by": one.by, "on": one.on, **(_body(one) or {})}
            for one in sheet.entries
            if one.late
        ],
    }


def _told(entry: Entry | None) -> str:
    if entry is None:
        return ""
    if isinstance(entry.body, Gone):
        return str(entry.body)
    late = f" (late, {entry.on})" if entry.late else ""
    return f"{entry.points}{late}"


def _note(entry: Entry | None) -> str:
    if entry is None or isinstance(entry.body, Gone):
        return ""
    place = f" [{entry.body['evidence']}]" if entry.body["evidence"] else ""
    return f"{entry.body['note']}{place}"


def show_sheet(cycle: Cycle, sheet: Sheet, steps: Ladder, called: str) -> None:
    """Prints a sheet: the manager's scores, with the person's own beside them."""
    state = "open to both" if sheet.opened else "sealed until both parts are in, or the cycle closes"
    click.echo(f"{called}, {steps.level(sheet.level).name}, in {cycle.name}: {state}")
    manager, own = sheet.held("manager"), sheet.held("self")
    rows = []
    for item in sheet.asked:
        level, _, name = item.partition(":")
        by, me = manager.get(item), own.get(item)
        rows.append((name, level, _told(by), _note(by), _told(me), _note(me)))
    show_table("", ("competency", "level", "manager", "saw", "self", "saw"), rows)


def pattern_json(found: tuple[Line, ...]) -> Json:
    """Returns a score pattern as JSON."""
    return [
        {
            "competency": one.competency,
            "level": one.level,
            "cycles": [
                {
                    "cycle": mark.cycle,
                    "manager": None if mark.manager is None else plain(mark.manager),
                    "self": None if mark.own is None else plain(mark.own),
                    "source": mark.source,
                }
                for mark in one.marks
            ],
        }
        for one in found
    ]


def show_pattern(called: str, found: tuple[Line, ...]) -> None:
    """Prints a score pattern: a row per competency and level, a column per cycle."""
    cycles = [mark.cycle for mark in found[0].marks] if found else []
    click.echo(
        f"{called}: {plural(len(cycles), 'cycle')}; a dot is no score, the person's own stands in brackets."
    )
    rows = []
    for one in found:
        cells = []
        for mark in one.marks:
            own = "" if mark.own is None else f" ({plain(mark.own)})"
            cells.append(("·" if mark.manager is None else plain(mark.manager)) + own)
        rows.append((one.competency, one.level, *cells))
    show_table("", ("competency", "level", *cycles), rows)
