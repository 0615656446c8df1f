"""How answers are printed: JSON for programs, tables for people; rich is loaded only for a table."""

from __future__ import annotations

import json
import shlex
import textwrap
from collections.abc import Iterable, Sequence

import click

from terms.canonical import Json

GAP = 3  # what stands between two columns; the two edges take one less together
NARROWEST = 8


def show_json(value: Json) -> None:
    """Prints one JSON value, indented, keys in order."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: TID251  # printing is this module's work


def show_next(*words: str) -> None:
    """Prints the command that comes next, to be pasted as it stands."""
    click.echo(f"Next: {shlex.join(['rung', *words])}")


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Prints rows under column heads, as wide as the terminal allows; text is never read as markup."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(soft_wrap=False, highlight=False)
    cells = [list(row) for row in rows]
    wide = widths([list(columns), *cells], console.width - GAP * len(columns) + 1)
    table = Table(box=SIMPLE, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in cells:
        table.add_row(*(Text(folded(cell, width)) for cell, width in zip(row, wide, strict=True)))
    with console.capture() as drawn:
        if title:
            console.print(Text(title, style="italic"))
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in drawn.get().splitlines()))


def widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Returns how wide each column may be, so that all fit into the room: the widest gives way first."""
    wide = [
        max(len(line) for row in rows for line in row[at].splitlines() or [""]) for at in range(len(rows[0]))
    ]
    while sum(wide) > room and max(wide) > NARROWEST:
        wide[wide.index(max(wide))] -= 1
    return wide


def folded(cell: str, width: int) -> str:
    """Returns a cell's text broken between words, or at a hyphen, and inside a word only where it must be."""
    return "\n".join(
        part for line in cell.splitlines() for part in textwrap.wrap(line, max(width, 1)) or [""]
    )
