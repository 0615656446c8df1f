"""What the terminal shows of gap reports: a person's, and a team's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.output import show_table
from engine.growth.gap.model import concentration
from engine.growth.gap.render import together
from terms.quantity import SCALE, plain

if TYPE_CHECKING:
    from engine.growth.gap.model import CategoryGap, GapLine, GapReport

STATUS = {"met": "met", "not_met": "NOT MET", "undetermined": "UNDETERMINED"}


def show_report(held: GapReport) -> None:
    """Prints one person's report: categories, each competency, and what else is asked."""
    click.echo(f"{held.name}, {held.source} -> {held.target}, as of {held.as_of}: {STATUS[held.status]}")
    click.echo(held.sentence)
    _show_categories(held.categories)
    rows = [
        (
            one.name + ("" if not one.advisory else " (advisory)" if one.criteria else " (expected)"),
            one.level,
            bar(one, held),
            "none" if one.latest is None else plain(one.latest),
            f"{'above ' if one.strict else ''}{plain(one.asked)}",
            " ".join("·" if mark.value is None else plain(mark.value) for mark in one.points),
            "" if one.own is None else plain(one.own),
            STATUS[one.status],
        )
        for one in held.lines
    ]
    heads = ("competency", "level", "now ●  asked |", "now", "asked", "cycles", "self", "status")
    show_table(f"Cycles: {', '.join(held.cycles) or 'none'}", heads, rows)
    if held.others:
        show_table(
            "What else is asked",
            ("criterion", "status", "known", "still to do"),
            [(one.id, STATUS[one.status], one.observed, one.lacking) for one in held.others],
        )


def bar(line: GapLine, held: GapReport) -> str:
    """Returns a line drawn in text: three signs per point, the score, what is lacking, what is asked."""
    wide = 3 * (held.highest - held.lowest)
    cells = ["·"] * (wide + 1)
    asked = 3 * (line.asked - held.lowest * SCALE) // SCALE
    if line.latest is not None:
        now = 3 * (line.latest - held.lowest * SCALE) // SCALE
        for at in range(min(now, asked), max(now, asked)):
            if line.status != "met":
                cells[at] = "="
        cells[asked] = "|"
        cells[now] = "●" if now != asked else "◉"
    else:
        cells[asked] = "|"
    return "".join(cells)


def _show_categories(found: tuple[CategoryGap, ...]) -> None:
    show_table(
        "",
        ("category", "to raise", "met", "unknown"),
        [(one.name, plain(one.to_raise), f"{one.met} of {one.asked}", str(one.unknown)) for one in found],
    )


def show_team(title: str, reports: tuple[GapReport, ...]) -> None:
    """Prints a team's reports: where its gaps concentrate, and a row per person."""
    summed = together(reports)
    click.echo(f"{title}: {len(reports)} people. {concentration(summed)}")
    _show_categories(summed)
    names = [one.name for one in summed]
    rows = []
    for one in reports:
        held = {part.name: part for part in one.categories}
        cells = [plain(held[name].to_raise) if name in held else "" for name in names]
        rows.append(
            (one.name, STATUS[one.status], *cells, str(sum(part.status != "met" for part in one.others)))
        )
    show_table("Points to raise", ("person", "status", *names, "other gaps"), rows)
